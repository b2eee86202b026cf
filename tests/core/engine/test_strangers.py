"""Golden strangers of up to six words: what was said before must not make them ours."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from keyguide.core.engine.respond import respond
from keyguide.core.finding.normalise import tokenise
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Kind, Turn

FIRST = ("my pc says 0xC004F211", "how do i link my licence", "massgrave legit?")
OURS = frozenset((Kind.ARTICLE, Kind.STEP, Kind.REFUSAL))
MAX_WORDS = 6
MAX_MISLED = 5  # all are taken for usual questions about the page: "why is the sky blue"


def is_taken_for_ours(knowledge: Any, *texts: str) -> bool:
    """Say the texts one after the other in a new conversation; check whether the last is answered as ours."""
    conversation, earlier, kind = Conversation("ann"), tuple[str, ...](), Kind.MISS
    for text in texts:
        conversation, reply = respond(knowledge, conversation, Turn("ann", text=text, earlier=earlier))
        earlier, kind = (*earlier, reply.masked_text), reply.kind
    return kind in OURS


@pytest.fixture(scope="module")
def strangers(real_folder: Any) -> list[str]:
    """What is not ours among the golden questions, as far as it is brief."""
    golden = yaml.safe_load((real_folder / "tests" / "questions.yaml").read_text(encoding="utf-8"))
    said = [each["say"] for each in golden["questions"] if each.get("kind") in {"far", "near"}]
    return [text for text in said if len(tokenise(text)) <= MAX_WORDS]


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
def test_hardly_any_stranger_is_answered_because_of_what_was_said_before(
    real: Any, strangers: list[str]
) -> None:
    misled = [
        (first, text)
        for first in FIRST
        for text in strangers
        if is_taken_for_ours(real, first, text) and not is_taken_for_ours(real, text)
    ]

    assert len(strangers) * len(FIRST) > 200
    assert len(misled) <= MAX_MISLED, misled
