"""How a conversation and a line of the ledger become rows, and come back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from keyguide.core.model.conversation import Conversation
from keyguide.store.protocols import LedgerEntry, MissedQuestion

Value = str | datetime  # what is put into a column
DbRow = Sequence[Any]  # what comes out of the driver, which knows nothing of our types

JSON_COLUMNS = frozenset({"answers", "facts", "tried"})


class DamagedRowError(Exception):
    """A row does not hold what was saved; the text names the column."""


def build_conversation_row(talk: Conversation, saved: datetime) -> tuple[Value, ...]:
    """Return the row of a conversation, in the order of the schema."""
    answers, facts = json.dumps(dict(talk.answers)), json.dumps(dict(talk.facts))  # in the order they came
    return talk.who, talk.flow, answers, facts, talk.subject, json.dumps(talk.tried), saved.astimezone(UTC)


def parse_conversation_row(row: DbRow) -> Conversation:
    """Return the conversation that the row holds, or raise DamagedError."""
    who, flow, answers, facts, subject, tried = row[:6]
    return Conversation(
        who=who,
        flow=flow,
        answers=_parse_text_by_id("answers", answers),
        facts=_parse_text_by_id("facts", facts),
        subject=subject,
        tried=_parse_texts("tried", tried),
    )


def build_entry_row(entry: LedgerEntry) -> tuple[Value, ...]:
    """Return the row of a line of the ledger, in the order of the schema, without its number."""
    when = entry.when.astimezone(UTC)
    return when, entry.who, entry.place, entry.kind, entry.subject, entry.step, entry.judged, entry.verdict


def parse_entry_row(row: DbRow) -> LedgerEntry:
    """Return the line of the ledger that the row (without its number) holds."""
    return LedgerEntry(parse_moment(row[0]), *row[1:])


def build_missed_row(missed: MissedQuestion) -> tuple[Value, ...]:
    """Return the row of a question without an answer, in the order of the schema, without its number."""
    return missed.when.astimezone(UTC), missed.place, missed.kind, missed.text


def parse_missed_row(row: DbRow) -> MissedQuestion:
    """Return the question that the row (without its number) holds."""
    return MissedQuestion(parse_moment(row[0]), *row[1:])


def parse_moment(value: str | datetime) -> datetime:
    """Return the moment in UTC; SQLite keeps it as text, PostgreSQL as itself."""
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


def export_row(columns: Sequence[str], row: DbRow) -> dict[str, object]:
    """Return a row as plain data by column; what is damaged is handed out as it lies there."""
    return {column: _export_value(column, value) for column, value in zip(columns, row, strict=True)}


def _export_value(column: str, value: Any) -> object:
    if isinstance(value, datetime):
        return parse_moment(value).isoformat()
    if column not in JSON_COLUMNS:
        return value
    try:
        return _parse_json(column, value)
    except DamagedRowError:
        return value


def _parse_json(column: str, text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise DamagedRowError(column) from None  # the cause would quote what is kept about a person


def _parse_text_by_id(column: str, text: str) -> Mapping[str, str]:
    parsed = _parse_json(column, text)
    if isinstance(parsed, dict) and all(isinstance(word, str) for word in parsed.values()):
        return parsed
    raise DamagedRowError(column)


def _parse_texts(column: str, text: str) -> tuple[str, ...]:
    parsed = _parse_json(column, text)
    if isinstance(parsed, list) and all(isinstance(word, str) for word in parsed):
        return tuple(parsed)
    raise DamagedRowError(column)
