"""Go on in the flow that the last page links to if a detail that somebody tells answers one of its steps."""

from __future__ import annotations

from collections.abc import Iterator

from keyguide.core.engine.context import Context
from keyguide.core.engine.incoming_text import ParsedMessage
from keyguide.core.engine.intents import is_question
from keyguide.core.engine.match_choice import choose_by_facts
from keyguide.core.finding.index import Decision
from keyguide.core.knowledge.knowledge import Knowledge
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
    facts = parsed.message.facts
    if parsed.result.decision is Decision.ANSWER or belongs:
        return next(_find_picks(knowledge, flows, facts), "")
    # "i only put in a graphics card" asks nothing about such cards; "it wont activate" may mean anything
    lasting = {name: value for name, value in facts.items() if not knowledge.facts[name].changes}
    return next((pick for pick in _find_picks(knowledge, flows, lasting) if pick.startswith("say/")), "")


def _find_picks(knowledge: Knowledge, flows: list[Flow], facts: dict[str, str]) -> Iterator[str]:
    return (pick for flow in flows if (pick := _find_pick_in_flow(knowledge, flow, facts)))


def _find_pick_in_flow(knowledge: Knowledge, flow: Flow, facts: dict[str, str]) -> str:
    """Find the pick that goes on in a flow if facts answer its first step, or are of use in another one."""
    first = flow.steps[0]
    if choice := choose_by_facts(knowledge, first, facts):
        return f"say/{flow.id}/{first.id}/{choice.id}"
    names = {name for step in flow.steps for choice in step.choices for name in choice.facts}
    return f"go/{flow.id}" if names & set(facts) else ""
