"""Decide by the page just shown what a message is about: people mostly ask on about what is near it.

"Do updates still come" after the limits of Windows without a licence is no question about the end of
Windows 10.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from keyguide.core.engine.answers.page_ranking import Ranking, count_said_letters, rank_near_page
from keyguide.core.engine.answers.questions_about_page import MIN_COMMON_LETTERS
from keyguide.core.engine.context import Context
from keyguide.core.engine.incoming_text import ParsedMessage
from keyguide.core.engine.intents import is_question
from keyguide.core.finding.index import Decision, SearchResult

_SURE_OTHER = 0.9  # confidence from which a text is about another page, whatever was shown last
_SURE_SHARE = 0.6  # from which a page is shown, if it is near the last one or a text alone is surely ours
_MAX_LABELS = 8
_MAX_GUESSES = 4


def prefer_near(context: Context, parsed: ParsedMessage, result: SearchResult) -> SearchResult:
    """Prefer what a text most likely means behind what was said before, if it is surely ours.

    If the last page itself comes first, there is nothing to show but what else it says.
    """
    page = context.find_last_page()
    article = context.knowledge.find_page(page)
    if article is None or context.knowledge.is_refusal(page):  # a refusal colours nothing
        return result
    ranking = _drop_refusals(context, parsed.ranking)
    top, share = next(iter(ranking), ("", 0.0))
    near = [label for label, _ in ranking[:_MAX_LABELS]]
    is_ours = result.decision in {Decision.ANSWER, Decision.SUGGEST}
    is_linked, is_answer = top in article.see, result.decision is Decision.ANSWER
    is_clear = share >= _SURE_SHARE and (top == page or is_linked or is_answer)
    if is_clear and (is_ours or (top != page and result.confidence >= _SURE_OTHER)):
        return _order(result, Decision.ANSWER, near)
    if is_ours:
        return _weigh(context, parsed, result, near)
    guesses = [label for label in near if label != page] if result.guesses else []
    return replace(result, guesses=tuple(guesses[:_MAX_GUESSES]))


def _weigh(context: Context, parsed: ParsedMessage, result: SearchResult, near: list[str]) -> SearchResult:
    """Weigh what a text is about by itself with what it may mean after a page, where nothing stands out."""
    page, is_answer = context.find_last_page(), result.decision is Decision.ANSWER
    if result.is_sure(_SURE_OTHER):
        return result
    others, found = [label for label in near if label != page], [result.top] if is_answer else []
    if near[:1] == [page]:
        return _order(result, Decision.ANSWER, [page, *found, *others])
    if is_answer and not is_question(parsed.message.question):
        return result
    return _order(result, Decision.SUGGEST, [*others[:2], *found, *others])


def _drop_refusals(context: Context, ranking: Ranking) -> Ranking:
    """Drop what we refuse, because whoever surely asks for that is refused already."""
    kept = [(label, share) for label, share in ranking if not context.knowledge.is_refusal(label)]
    total = sum(share for _, share in kept) or 1.0
    return [(label, share / total) for label, share in kept]


def find_right_page(context: Context, parsed: ParsedMessage) -> str:
    """Find the page that the last one calls the right one for what a text says; empty if it names none.

    "But I replaced the motherboard" after "It was activated and now it is not" is no detail of that page.
    """
    article = context.knowledge.articles.get(context.find_last_page())
    counts = count_said_letters(context, parsed)
    if article is None or not counts:
        return ""
    ranking = rank_near_page(context, parsed, article, counts)
    top, share = next(iter(ranking), ("", 0.0))
    return top if counts.get(top, 0) >= MIN_COMMON_LETTERS and share >= _SURE_SHARE else ""


def _order(result: SearchResult, decision: Decision, labels: Iterable[str]) -> SearchResult:
    return replace(result, decision=decision, labels=tuple(dict.fromkeys(labels)))
