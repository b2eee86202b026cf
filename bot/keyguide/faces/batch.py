"""Answer a batch of questions, one JSON object a line: for programs and for people in a hurry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.reply_as_data import dump_summary
from keyguide.core.model.turn import Turn

_MAX_EARLIER = 3  # texts that may be joined with the next one


class _InvalidLineError(ValueError):
    """A line of a batch does not have the required format; the text says why."""


def answer_lines(
    knowledge: Knowledge, lines: Iterable[str], today: date | None = None
) -> Iterator[dict[str, Any]]:
    """Answer each line: yield its object with the replies added, or an error if the line is not valid."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _answer_line(knowledge, number, line, today)


def _answer_line(knowledge: Knowledge, number: int, line: str, today: date | None) -> dict[str, Any]:
    try:
        item = _parse_object(line)
        messages = _read_messages(item)
    except _InvalidLineError as error:
        return {"line": number, "error": str(error)}
    return item | {"replies": list(_answer_messages(knowledge, messages, today))}


def _parse_object(line: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _InvalidLineError(f"this is not JSON: {error}") from None
    if not isinstance(item, dict):
        raise _InvalidLineError('this is not a JSON object: write {"q": "…"} or {"turns": ["…", "…"]}')
    return item


def _read_messages(item: dict[str, Any]) -> list[str]:
    if ("q" in item) == ("turns" in item):
        raise _InvalidLineError("an object must have either `q` or `turns`")
    messages = item["turns"] if "turns" in item else [item["q"]]
    if not isinstance(messages, list) or not messages or not all(isinstance(text, str) for text in messages):
        raise _InvalidLineError("`q` must be a text, `turns` a list of texts")
    return messages


def _answer_messages(
    knowledge: Knowledge, messages: list[str], today: date | None
) -> Iterator[dict[str, Any]]:
    conversation = Conversation("batch")
    earlier: tuple[str, ...] = ()
    for message in messages:
        turn = Turn("batch", text=message, today=today, earlier=earlier)
        conversation, reply = respond(knowledge, conversation, turn)
        earlier = (*earlier, reply.masked_text)[-_MAX_EARLIER:]
        yield dump_summary(reply)
