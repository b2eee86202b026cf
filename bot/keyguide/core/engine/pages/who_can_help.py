"""Hand over to a human who cannot be called to the conversation: who can help, and what to show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from keyguide.core.model.turn import Handoff, Reply
from keyguide.core.phrases.human import HumanPhrases


def lead_handoff(reply: Reply, line: str) -> Reply:
    """If a reply hands over to a human, put a line first that says whether somebody can be called."""
    if reply.handoff is None:
        return reply
    return replace(reply, notice=f"{line}\n\n{reply.notice}".strip())


def write_summary(phrases: HumanPhrases, handoff: Handoff) -> str:
    """Write the summary; empty if nothing is known yet."""
    return "\n\n".join(
        "\n".join((f"{title}:", *(f"- {line}" for line in lines)))
        for title, lines in _list_parts(phrases, handoff)
        if lines
    )


def _list_parts(phrases: HumanPhrases, handoff: Handoff) -> Iterator[tuple[str, list[str]]]:
    yield phrases.answered, [f"{question} {answer}" for question, answer in handoff.answers]
    yield phrases.known, [f"{name}: {value}" for name, value in handoff.facts]
    yield phrases.read, [handoff.read] if handoff.read else []
    yield phrases.tried, list(handoff.tried)
