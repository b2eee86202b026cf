"""Write every SQL statement once, for all databases; each name in them comes from the schema.

What people write is only ever a value for a `?`.
"""
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from keyguide.core.model.conversation import Conversation
from keyguide.core.model.daily_counts import DailyCount, Measure, Session
from keyguide.store.protocols import LedgerEntry
from keyguide.store.rows import (
    Value,
    build_conversation_row,
    build_count_row,
    build_entry_row,
    build_session_row,
    make_fingerprint,
)
from keyguide.store.schema import FINGERPRINTS, Migration, list_columns, list_tables


class Statement(NamedTuple):
    """A statement with its values; if another number of rows than expected changes, nothing is written."""

    sql: str
    values: tuple[Value, ...] = ()
    expected: int | None = None


def _mark(values: int) -> str:
    """Write the places of this many values."""
    return ", ".join("?" * values)


def _insert(table: str, columns: Sequence[str], rows: int = 1) -> str:
    row = f"({_mark(len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"


def select(table: str, columns: Sequence[str], rest: str) -> str:
    """Write a query of these columns."""
    return f"SELECT {', '.join(columns)} FROM {table} {rest}"


CONVERSATION_COLUMNS = list_columns("conversation")
LEDGER_COLUMNS = list_columns("ledger")
ENTRY_COLUMNS = tuple(column for column in LEDGER_COLUMNS if column not in {"id", "counted"})
MISSED_COLUMNS = list_columns("missed")
QUESTION_COLUMNS = tuple(column for column in MISSED_COLUMNS if column not in {"id", "asker"})
SESSION_COLUMNS = list_columns("session")
COUNT_COLUMNS = list_columns("daily_count")

SELECT_CONVERSATION = select("conversation", CONVERSATION_COLUMNS, "WHERE who = ?")
_INSERT_CONVERSATION = f"{_insert('conversation', CONVERSATION_COLUMNS)} ON CONFLICT (who) DO NOTHING"
_UPDATE_CONVERSATION = (
    f"UPDATE conversation SET {', '.join(f'{column} = ?' for column in CONVERSATION_COLUMNS)} "
    "WHERE who = ? AND version = ?"
)
_INSERT_ENTRY = _insert("ledger", ENTRY_COLUMNS)
SELECT_ENTRIES = select("ledger", ENTRY_COLUMNS, "WHERE at >= ? ORDER BY at, id")
SELECT_ENTRIES_OF_PLACE = select("ledger", ENTRY_COLUMNS, "WHERE at >= ? AND place = ? ORDER BY at, id")
_PAGE = "AND at >= ? AND (at > ? OR id > ?) ORDER BY at, id LIMIT ?"
SELECT_PAGE = select("ledger", ("id", *ENTRY_COLUMNS), f"WHERE TRUE {_PAGE}")
SELECT_PAGE_OF_PLACE = select("ledger", ("id", *ENTRY_COLUMNS), f"WHERE place = ? {_PAGE}")
SELECT_PLACES_OF_PERSON = (
    "SELECT place FROM ledger WHERE who = ? GROUP BY place ORDER BY max(at) DESC, place LIMIT ?"
)
SELECT_UNCOUNTED = select("ledger", ("id", *ENTRY_COLUMNS), "WHERE counted = 0 ORDER BY at, id LIMIT ?")
INSERT_MISS = _insert("missed", MISSED_COLUMNS[1:])
SELECT_MISSES = select("missed", QUESTION_COLUMNS, "WHERE at >= ? ORDER BY at, id")
SELECT_MISSES_OF_PLACE = select("missed", QUESTION_COLUMNS, "WHERE at >= ? AND place = ? ORDER BY at, id")
DELETE_OLD_MISSES = "DELETE FROM missed WHERE at < ?"
SUM_COUNTS = (
    f"SELECT CASE WHEN measure = '{Measure.ENDED}' THEN day ELSE '' END, "
    "place, measure, subject, step, value, sum(total) FROM daily_count "
    "WHERE place = ? AND day >= ? GROUP BY 1, 2, 3, 4, 5, 6"
)
SELECT_PLACES = (
    f"SELECT place FROM daily_count WHERE measure = '{Measure.ENDED}' AND day >= ? AND place <> '' "
    "GROUP BY place ORDER BY sum(total) DESC, place LIMIT ?"
)
SELECT_NOTE = "SELECT value FROM note WHERE place = ? AND name = ?"
CLAIM_NOTE = "INSERT INTO note (place, name, value) VALUES (?, ?, ?) ON CONFLICT (place, name) DO NOTHING"
SET_NOTE = (
    "INSERT INTO note (place, name, value) VALUES (?, ?, ?) "
    "ON CONFLICT (place, name) DO UPDATE SET value = excluded.value"
)
CHANGE_NOTE = "UPDATE note SET value = ? WHERE place = ? AND name = ? AND value = ?"
DELETE_NOTE = "DELETE FROM note WHERE place = ? AND name = ?"
DELETE_NOTE_WITH_VALUE = "DELETE FROM note WHERE place = ? AND name = ? AND value = ?"
DELETE_NOTES_OF_PLACE = "DELETE FROM note WHERE place = ?"
_ADD_COUNT = (
    "ON CONFLICT (place, day, measure, subject, step, value) "
    "DO UPDATE SET total = daily_count.total + excluded.total"
)
_REPLACE_SESSION = "ON CONFLICT (who, place) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in SESSION_COLUMNS if column not in {"who", "place"}
)
_ROWS_PER_STATEMENT = 500  # no database allows more than 32,766 values in one statement
_MARK_ERASED = f"{_insert('erased', ('mark', 'at'))} ON CONFLICT (mark) DO UPDATE SET at = excluded.at"
_PLACE_TABLES = ("ledger", "missed", "session", "daily_count", "note")


def save_conversation(conversation: Conversation, saved: datetime) -> Statement:
    """Save a conversation in place of the version that was loaded."""
    row = build_conversation_row(conversation, saved)
    if not conversation.version:
        return Statement(_INSERT_CONVERSATION, row, expected=1)
    return Statement(_UPDATE_CONVERSATION, (*row, conversation.who, conversation.version), expected=1)


def add_entry(entry: LedgerEntry) -> Statement:
    """Add an entry to the ledger."""
    return Statement(_INSERT_ENTRY, build_entry_row(entry))


def list_count_statements(
    numbers: Sequence[int], counts: Sequence[DailyCount], sessions: Sequence[Session]
) -> Iterator[Statement]:
    """Mark entries as counted, add to the sums, and save the sessions."""
    update = f"UPDATE ledger SET counted = 1 WHERE counted = 0 AND id IN ({_mark(len(numbers))})"
    yield Statement(update, (*numbers,), len(numbers))
    count_rows, session_rows = [*map(build_count_row, counts)], [*map(build_session_row, sessions)]
    yield from _list_upserts("daily_count", COUNT_COLUMNS, _ADD_COUNT, count_rows)
    yield from _list_upserts("session", SESSION_COLUMNS, _REPLACE_SESSION, session_rows)


def _list_upserts(
    table: str, columns: Sequence[str], conflict: str, rows: Sequence[tuple[Value, ...]]
) -> Iterator[Statement]:
    """Insert many rows with few statements, because each costs a way to the database and back."""
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        some = rows[start : start + _ROWS_PER_STATEMENT]
        values = tuple(value for row in some for value in row)
        yield Statement(f"{_insert(table, columns, len(some))} {conflict}", values)


def select_sessions(people: int) -> str:
    """Select the sessions of this many people."""
    return select("session", SESSION_COLUMNS, f"WHERE who IN ({_mark(people)})")


def select_notes(places: int) -> str:
    """Select the notes of this many places."""
    return select("note", ("place", "name", "value"), f"WHERE place IN ({_mark(places)}) ORDER BY name")


def list_exports(who: str) -> Iterator[tuple[str, tuple[str, ...], Statement]]:
    """Select everything that is kept about a person: each table, its columns and the query."""
    for table in list_tables():
        if table.person:
            columns = list_columns(table.creates)
            order = ", ".join(column for column in ("at", "id", "place") if column in columns) or "1"
            sql = select(table.creates, columns, f"WHERE {table.person} = ? ORDER BY {order}")
            yield table.creates, columns, Statement(sql, (name_in(table, who),))


def list_erasures(who: str) -> Iterator[Statement]:
    """Erase everything that is kept about a person."""
    for table in list_tables():
        if table.person:
            sql = f"DELETE FROM {table.creates} WHERE {table.person} = ?"
            yield Statement(sql, (name_in(table, who),))


def list_place_erasures(place: str) -> Iterator[Statement]:
    """Erase everything that is kept about a place."""
    for table in _PLACE_TABLES:
        yield Statement(f"DELETE FROM {table} WHERE place = ?", (place,))


def mark_erased(name: str, moment: datetime) -> Statement:
    """Note that a person or a place was erased, for backups that are older."""
    return Statement(_MARK_ERASED, (make_fingerprint(name), moment.astimezone(UTC)))


def list_old_erasures(before: datetime, sums_before: str, limit: int) -> Iterator[Statement]:
    """Erase up to `limit` rows of each table that are too old."""
    moment = before.astimezone(UTC)
    for table in list_tables():
        if table.dated:
            key = list_columns(table.creates)[0]
            old = f"{table.dated} < ?" + (" AND counted = 1" if table.creates == "ledger" else "")
            inner = f"SELECT {key} FROM {table.creates} WHERE {old} ORDER BY {table.dated} LIMIT ?"
            sql = f"DELETE FROM {table.creates} WHERE {old} AND {key} IN ({inner})"
            yield Statement(sql, (moment, moment, limit))
    yield Statement("DELETE FROM daily_count WHERE day < ?", (sums_before,))
    yield Statement("DELETE FROM erased WHERE at < ?", (datetime.fromisoformat(f"{sums_before}T00:00Z"),))


def name_in(table: Migration, who: str) -> str:
    """Name a person as a table does: by the name or by its fingerprint."""
    return make_fingerprint(who) if table.person in FINGERPRINTS else who
