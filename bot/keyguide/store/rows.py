"""Convert conversations, ledger entries and missed questions to rows and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from keyguide.core.model.conversation import Conversation
from keyguide.core.model.daily_counts import DailyCount, Session
from keyguide.store.protocols import LedgerEntry, MissedQuestion

Value = str | int | datetime  # what is written to a column
DbRow = Sequence[Any]  # what the driver returns, which does not know our types

JSON_COLUMNS = frozenset({"answers", "facts", "tried", "offered", "steps"})


class DamagedRowError(Exception):
    """A row does not contain what was saved; the text names the column."""


def build_conversation_row(conversation: Conversation, saved: datetime) -> tuple[Value, ...]:
    """Build the row of a conversation saved once more, in the column order of the schema."""
    return (
        conversation.who,
        conversation.flow,
        json.dumps(dict(conversation.answers)),  # in the order they were given
        json.dumps(dict(conversation.facts)),
        conversation.subject,
        json.dumps(conversation.tried),
        saved.astimezone(UTC),
        json.dumps(conversation.offered),
        conversation.version + 1,
    )


def parse_conversation_row(row: DbRow) -> Conversation:
    """Parse the row of a conversation, or raise DamagedRowError if a column is damaged."""
    who, flow, answers, facts, subject, tried, _saved, offered, version = row
    return Conversation(
        who=who,
        flow=flow,
        answers=_parse_text_by_id("answers", answers),
        facts=_parse_text_by_id("facts", facts),
        subject=subject,
        tried=_parse_texts("tried", tried),
        offered=_parse_texts("offered", offered),
        version=version,
    )


def build_entry_row(entry: LedgerEntry) -> tuple[Value, ...]:
    """Build the row of a ledger entry without its number, in the column order of the schema."""
    when = entry.when.astimezone(UTC)
    return when, entry.who, entry.place, entry.kind, entry.subject, entry.step, entry.judged, entry.verdict


def parse_entry_row(row: DbRow) -> LedgerEntry:
    """Parse the row of a ledger entry, which comes without its number."""
    return LedgerEntry(parse_moment(row[0]), *row[1:])


def build_session_row(session: Session) -> tuple[Value, ...]:
    """Build the row of a session, in the column order of the schema."""
    steps = json.dumps(session.steps)
    last = session.last.astimezone(UTC)
    return session.who, session.place, session.day, last, session.ending, session.step, steps


def parse_session_row(row: DbRow) -> Session:
    """Parse the row of a session."""
    who, place, day, last, ending, step, steps = row
    return Session(who, place, day, parse_moment(last), ending, step, _parse_texts("steps", steps))


def build_count_row(count: DailyCount) -> tuple[Value, ...]:
    """Build the row of a sum, in the column order of the schema."""
    return count.day, count.place, count.measure, count.subject, count.step, count.value, count.total


def parse_count_row(row: DbRow) -> DailyCount:
    """Parse the row of a sum; PostgreSQL returns it as a decimal number."""
    day, place, measure, subject, step, value, total = row
    return DailyCount(day, place, measure, subject, step, value, int(total))


def build_missed_row(missed: MissedQuestion, who: str) -> tuple[Value, ...]:
    """Build the row of a missed question without its number, in the column order of the schema."""
    asker = make_fingerprint(who) if who else ""
    return missed.when.astimezone(UTC), missed.place, missed.kind, missed.text, asker


def make_fingerprint(name: str) -> str:
    """Make a text that shows whether a name is the same, but not what it is."""
    return sha256(name.encode("utf-8", "replace")).hexdigest()[:32]


def parse_missed_row(row: DbRow) -> MissedQuestion:
    """Parse the row of a missed question, which comes without its number."""
    return MissedQuestion(parse_moment(row[0]), *row[1:])


def parse_moment(value: str | datetime) -> datetime:
    """Parse a moment and convert it to UTC; SQLite returns it as text, PostgreSQL as a datetime."""
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


def export_row(columns: Sequence[str], row: DbRow) -> dict[str, object]:
    """Convert a row to plain data by column; if a value is damaged, export it as it is stored."""
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
