"""One question on the command line, or thousands from a file: for people in a hurry and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.reply_as_data import dump_summary
from keyguide.core.model.turn import Turn


class _WrongLineError(ValueError):
    """A line of a batch is not what the contract asks for."""


def answer_lines(knowledge: Knowledge, lines: Iterable[str]) -> Iterator[str]:
    """Yield each line's object with its replies added; a line that is not valid becomes an error."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield json.dumps(_answer_line(knowledge, number, line))


def _answer_line(knowledge: Knowledge, number: int, line: str) -> dict[str, Any]:
    try:
        asked = _parse_object(line)
        messages = _read_messages(asked)
    except _WrongLineError as error:
        return {"line": number, "error": str(error)}
    return asked | {"replies": list(_answer_messages(knowledge, messages))}


def _parse_object(line: str) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _WrongLineError(f"this is not JSON: {error}") from None
    if not isinstance(asked, dict):
        raise _WrongLineError('this is no object: write {"q": "…"} or {"turns": ["…", "…"]}')
    return asked


def _read_messages(asked: dict[str, Any]) -> list[str]:
    if ("q" in asked) == ("turns" in asked):
        raise _WrongLineError("an object has either `q` or `turns`")
    messages = asked["turns"] if "turns" in asked else [asked["q"]]
    if not isinstance(messages, list) or not messages or not all(isinstance(text, str) for text in messages):
        raise _WrongLineError("`q` is one text, `turns` a list of texts")
    return messages


def _answer_messages(knowledge: Knowledge, messages: list[str]) -> Iterator[dict[str, Any]]:
    talk = Conversation("batch")
    for message in messages:
        talk, reply = respond(knowledge, talk, Turn("batch", text=message))
        yield dump_summary(reply)
