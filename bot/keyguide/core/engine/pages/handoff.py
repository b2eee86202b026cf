"""Collect what is known of a person's problem for the human who takes over."""

from __future__ import annotations

from collections.abc import Iterator

from keyguide.core.engine.context import Context
from keyguide.core.model.turn import Handoff


def build_handoff(context: Context) -> Handoff:
    """Summarise what is known of the person's problem, so that the helper need not ask again."""
    knowledge, conversation, labels = context.knowledge, context.conversation, context.phrases.told
    answers = []
    for position in context.list_answered_steps():
        step = knowledge.find_step(position)
        choice = step.find_choice(conversation.answers[position]) if step else None
        if step and choice:
            answers.append((step.ask.strip(), choice.label))
    names = (("windows", labels.windows), ("code", labels.code), ("state", labels.state),
             ("channel", labels.channel), ("status", labels.status))  # fmt: skip
    facts = {**conversation.facts, "state": _describe_state(context)}
    shown = ((name, facts[key]) for key, name in names if facts.get(key))
    titles = (context.find_title(subject) for subject in conversation.tried)
    tried = tuple(title for title in titles if title)
    return Handoff(
        answers=tuple(answers),
        facts=(*shown, *_list_mentioned_facts(context)),
        tried=tried,
        read=knowledge.find_title(context.find_last_page()) or "",
    )


def _list_mentioned_facts(context: Context) -> Iterator[tuple[str, str]]:
    """List in words what the person mentioned of the case; the Windows version has a name of its own."""
    for name, fact in context.knowledge.facts.items():
        said = (value.label for value in fact.values if value.id == context.conversation.facts.get(name))
        if name != "windows":
            yield from ((fact.label, label) for label in said)


def _describe_state(context: Context) -> str:
    """Write the state of the Activation page as Windows does, because its id says nothing to a helper."""
    state = context.knowledge.find_state(context.conversation.facts.get("state"))
    return state.says[0] if state else ""
