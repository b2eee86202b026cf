"""Offer the pages that a message may mean as well: one press leads from a wrong answer to the right one."""

from __future__ import annotations

from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.incoming_text import ParsedMessage
from keyguide.core.engine.pages.make_replies import choose_variant, offer_first
from keyguide.core.model.turn import Kind

# share from which a page is offered beside such a reply
_LEAST = {Kind.ARTICLE: 0.04, Kind.SUGGEST: 0.04, Kind.STEP: 0.04, Kind.MISS: 0.1, Kind.ELSEWHERE: 0.1}
_LEAST_IF_UNHAPPY = 0.3  # the same, if a message says that something went wrong, or next to nothing
_UNHAPPY = frozenset(("not-solved", "did-that", "repeating", "wrong", "insult", "yes", "no", "unsure"))
_MAX_LIKELY = 3


def offer_likely(context: Context, parsed: ParsedMessage, answer: TurnResult) -> TurnResult:
    """Put the pages that a text may mean as well before all others under an answer."""
    conversation, reply = answer
    least = _LEAST_IF_UNHAPPY if reply.act in _UNHAPPY else _LEAST.get(reply.kind)
    if least is None:
        return answer
    others = [page for page in list_likely(context, parsed, least) if page != reply.subject]
    return conversation, offer_first(context, reply, others[:_MAX_LIKELY])


def list_likely(context: Context, parsed: ParsedMessage, least: float) -> list[str]:
    """List the pages that a text may mean with at least this share, best first, and doubtful ones last.

    No refusal is among them: nobody likes to be suspected.
    """
    is_refusal = context.knowledge.is_refusal
    likely = [label for label, share in parsed.ranking if share >= least and not is_refusal(label)]
    return [choose_variant(context, label) for label in sorted(likely, key=context.is_doubtful)]
