"""Go on in the flow that the last page links to if a detail that somebody tells answers one of its steps."""

from __future__ import annotations

from collections.abc import Iterator

from keyguide.core.engine.context import Context
from keyguide.core.engine.incoming_text import ParsedMessage
from keyguide.core.engine.intents import is_question
from keyguide.core.finding.index import Decision
from keyguide.core.model.content.flow import Flow

_SURE_CHOICE = 0.4  # share among all choices of all flows
_MAX_ANSWER_WORDS = 4  # a text so short answers a step rather than raising another topic


def find_pick_beside_page(context: Context, parsed: ParsedMessage, *, belongs: bool) -> str:
    """Find the pick that goes on in the flow beside the last page, if a detail answers one of its steps."""
    knowledge, text = context.knowledge, parsed.message.question
    page = knowledge.articles.get(context.find_last_page())
    flows = [knowledge.flows[target] for target in page.see if target in knowledge.flows] if page else []
    is_other_topic = parsed.is_sure_topic() and len(parsed.words) > _MAX_ANSWER_WORDS
    if not flows or is_question(text) or is_other_topic:
        return ""
    ranking = knowledge.choices.classify(text)
    label, share = ranking[0] if ranking else ("", 0.0)
    for flow in flows:
        if label.startswith(f"{flow.id}/") and share >= _SURE_CHOICE:
            return f"say/{label}" if label.startswith(f"{flow.id}/{flow.first_step}/") else f"go/{flow.id}"
    facts = knowledge.broaden_facts(parsed.message.facts)
    if parsed.result.decision is Decision.ANSWER or belongs:
        return next(_find_picks(flows, facts), "")
    # "i only put in a graphics card" asks nothing about such cards; "it wont activate" may mean anything
    lasting = {name: value for name, value in facts.items() if not knowledge.facts[name].changes}
    return next((pick for pick in _find_picks(flows, lasting) if pick.startswith("say/")), "")


def _find_picks(flows: list[Flow], facts: dict[str, str]) -> Iterator[str]:
    return (pick for flow in flows if (pick := _find_pick_in_flow(flow, facts)))


def _find_pick_in_flow(flow: Flow, facts: dict[str, str]) -> str:
    """Find the pick that goes on in a flow if facts answer its first step, or are of use in another one."""
    first = flow.steps[0]
    fitting = [choice for choice in first.choices if choice.facts and choice.facts.items() <= facts.items()]
    if len(fitting) == 1:
        return f"say/{flow.id}/{first.id}/{fitting[0].id}"
    names = {name for step in flow.steps for choice in step.choices for name in choice.facts}
    return f"go/{flow.id}" if names & set(facts) else ""
