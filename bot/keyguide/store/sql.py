"""Implement a store in SQL: the statements are written here once, and each database only runs them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime

from keyguide.core.model.conversation import Conversation
from keyguide.errors import StoreError
from keyguide.store.protocols import Clock, LedgerEntry, MissedQuestion
from keyguide.store.rows import (
    DamagedRowError,
    DbRow,
    Value,
    build_conversation_row,
    build_entry_row,
    build_missed_row,
    export_row,
    parse_conversation_row,
    parse_entry_row,
    parse_missed_row,
)
from keyguide.store.schema import describe_columns, list_columns

Statement = tuple[str, tuple[Value, ...]]

CONVERSATION_COLUMNS = list_columns("conversation")
LEDGER_COLUMNS = list_columns("ledger")
MISSED_COLUMNS = list_columns("missed")
NOTE_COLUMNS = list_columns("note")
CONVERSATION_UPDATES = ", ".join(
    f"{column} = excluded.{column}" for column in CONVERSATION_COLUMNS if column != "who"
)


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608


def _select(table: str, columns: Sequence[str], rest: str) -> str:
    return f"SELECT {', '.join(columns)} FROM {table} {rest}"  # noqa: S608


# Every name in these statements comes from the schema; user input is only ever a value for a ?.
SELECT_CONVERSATION = _select("conversation", CONVERSATION_COLUMNS, "WHERE who = ?")
SAVE_CONVERSATION = (
    f"{_insert('conversation', CONVERSATION_COLUMNS)} ON CONFLICT (who) DO UPDATE SET {CONVERSATION_UPDATES}"
)
INSERT_ENTRY = _insert("ledger", LEDGER_COLUMNS[1:])
SELECT_ENTRIES_OF_PERSON = _select("ledger", LEDGER_COLUMNS, "WHERE who = ? ORDER BY at, id")
SELECT_ENTRIES = _select("ledger", LEDGER_COLUMNS[1:], "WHERE at >= ? ORDER BY at, id")
SELECT_ENTRIES_OF_PLACE = _select("ledger", LEDGER_COLUMNS[1:], "WHERE at >= ? AND place = ? ORDER BY at, id")
INSERT_MISS = _insert("missed", MISSED_COLUMNS[1:])
SELECT_MISSES = _select("missed", MISSED_COLUMNS[1:], "WHERE at >= ? ORDER BY at, id")
SELECT_MISSES_OF_PLACE = _select("missed", MISSED_COLUMNS[1:], "WHERE at >= ? AND place = ? ORDER BY at, id")
SELECT_NOTES_OF_PERSON = _select("note", NOTE_COLUMNS, "WHERE name = ? ORDER BY place")
DELETE_OLD_MISSES = "DELETE FROM missed WHERE at < ?"
SELECT_NOTE = "SELECT value FROM note WHERE place = ? AND name = ?"
SELECT_NOTES = "SELECT name, value FROM note WHERE place = ? ORDER BY name"
CLAIM_NOTE = "INSERT INTO note (place, name, value) VALUES (?, ?, ?) ON CONFLICT (place, name) DO NOTHING"
SET_NOTE = (
    "INSERT INTO note (place, name, value) VALUES (?, ?, ?) "
    "ON CONFLICT (place, name) DO UPDATE SET value = excluded.value"
)
DELETE_NOTE = "DELETE FROM note WHERE place = ? AND name = ?"
DELETE_NOTE_WITH_VALUE = "DELETE FROM note WHERE place = ? AND name = ? AND value = ?"
DELETE_NOTES_OF_PLACE = "DELETE FROM note WHERE place = ?"
DELETE_NOTES_OF_PERSON = "DELETE FROM note WHERE name = ?"
DELETE_ENTRIES_OF_PLACE = "DELETE FROM ledger WHERE place = ?"
DELETE_MISSES_OF_PLACE = "DELETE FROM missed WHERE place = ?"
DELETE_CONVERSATION = "DELETE FROM conversation WHERE who = ?"
DELETE_ENTRIES_OF_PERSON = "DELETE FROM ledger WHERE who = ?"


class SqlStore(ABC):
    """A store in an SQL database; `name` identifies the database in errors and contains no password."""

    def __init__(self, name: str, clock: Clock) -> None:
        """Take the name for errors, and the clock that dates saved conversations."""
        self.name = name
        self._clock = clock

    async def load(self, who: str) -> Conversation:
        """Load the conversation of a person, a fresh one if there is none."""
        rows = await self._read(SELECT_CONVERSATION, who)
        try:
            return parse_conversation_row(rows[0]) if rows else Conversation(who)
        except DamagedRowError as damaged:
            text = f"the conversation of {who} is damaged ({damaged}) and was not changed: repair or erase it"
            raise StoreError(f"{self.name}: {text}") from None

    async def save(self, conversation: Conversation) -> None:
        """Save the conversation in place of the old one."""
        await self._write((SAVE_CONVERSATION, build_conversation_row(conversation, self._clock())))

    async def record(self, entry: LedgerEntry, conversation: Conversation | None = None) -> None:
        """Add one entry and save the conversation with it: both or neither."""
        statements = [(INSERT_ENTRY, build_entry_row(entry))]
        if conversation:
            statements.insert(0, (SAVE_CONVERSATION, build_conversation_row(conversation, self._clock())))
        await self._write(*statements)

    async def list_entries(self, since: datetime, place: str | None = None) -> list[LedgerEntry]:
        """List the entries since then, oldest first; of one place if one is given."""
        start = since.astimezone(UTC)
        reading = (
            self._read(SELECT_ENTRIES, start)
            if place is None
            else self._read(SELECT_ENTRIES_OF_PLACE, start, place)
        )
        return [parse_entry_row(row) for row in await reading]

    async def keep_miss(self, missed: MissedQuestion) -> None:
        """Keep a question that found no answer."""
        await self._write((INSERT_MISS, build_missed_row(missed)))

    async def list_misses(self, since: datetime, place: str | None = None) -> list[MissedQuestion]:
        """List the questions kept since then, oldest first; of one place if one is given."""
        start = since.astimezone(UTC)
        reading = (
            self._read(SELECT_MISSES, start)
            if place is None
            else self._read(SELECT_MISSES_OF_PLACE, start, place)
        )
        return [parse_missed_row(row) for row in await reading]

    async def drop_misses(self, before: datetime) -> int:
        """Erase the questions kept before then and return their number."""
        return await self._erase((DELETE_OLD_MISSES, (before.astimezone(UTC),)))

    async def get_note(self, place: str, name: str) -> str | None:
        """Read a note; return None if there is none."""
        rows = await self._read(SELECT_NOTE, place, name)
        return str(rows[0][0]) if rows else None

    async def list_notes(self, place: str) -> dict[str, str]:
        """List all notes of a place by name."""
        return {row[0]: row[1] for row in await self._read(SELECT_NOTES, place)}

    async def set_note(self, place: str, name: str, value: str) -> None:
        """Write a note in place of the old one."""
        await self._write((SET_NOTE, (place, name, value)))

    async def claim_note(self, place: str, name: str, value: str) -> bool:
        """Write the note if it is absent, atomically; return True for exactly one caller."""
        return await self._write((CLAIM_NOTE, (place, name, value))) == 1

    async def drop_note(self, place: str, name: str, value: str | None = None) -> bool:
        """Erase a note, but only with this value if one is given; return whether this call did it."""
        if value is None:
            return await self._write((DELETE_NOTE, (place, name))) == 1
        return await self._write((DELETE_NOTE_WITH_VALUE, (place, name, value))) == 1

    async def drop_notes(self, place: str) -> int:
        """Erase all notes of a place and return their number."""
        return await self._erase((DELETE_NOTES_OF_PLACE, (place,)))

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of a place and return the number of rows."""
        deletions = (DELETE_ENTRIES_OF_PLACE, DELETE_MISSES_OF_PLACE, DELETE_NOTES_OF_PLACE)
        return await self._erase(*((statement, (place,)) for statement in deletions))

    async def export(self, who: str) -> dict[str, object]:
        """Export everything kept about a person as plain data: the rows of each table."""
        return {
            "conversation": [
                export_row(CONVERSATION_COLUMNS, row) for row in await self._read(SELECT_CONVERSATION, who)
            ],
            "ledger": [
                export_row(LEDGER_COLUMNS, row) for row in await self._read(SELECT_ENTRIES_OF_PERSON, who)
            ],
            "note": [export_row(NOTE_COLUMNS, row) for row in await self._read(SELECT_NOTES_OF_PERSON, who)],
        }

    async def forget(self, who: str) -> int:
        """Erase everything kept about a person and return the number of rows."""
        return await self._erase(
            (DELETE_CONVERSATION, (who,)),
            (DELETE_ENTRIES_OF_PERSON, (who,)),
            (DELETE_NOTES_OF_PERSON, (who,)),
        )

    def describe(self) -> dict[str, list[tuple[str, str]]]:
        """List every column that is kept about people, by table, with the reason for keeping it."""
        return describe_columns()

    @abstractmethod
    async def close(self) -> None:
        """Close files and connections; saved data stays."""

    @abstractmethod
    async def _read(self, query: str, *values: Value) -> Sequence[DbRow]:
        """Run a query and return all rows."""

    @abstractmethod
    async def _write(self, *statements: Statement) -> int:
        """Run all statements or none; return the number of changed rows."""

    async def _erase(self, *statements: Statement) -> int:
        """Erase rows, also from any log of the database; return the number of erased rows."""
        return await self._write(*statements)
