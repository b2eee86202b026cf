"""What every SQL store does: the questions are written here once, and a database only runs them."""

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


# Every name in these is one of the schema's own; what people bring is only ever a value for a ?.
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
    """A store over some SQL database; `name` says which one in errors and holds no password."""

    def __init__(self, name: str, clock: Clock) -> None:
        """Take the name for people, and the clock that says when a conversation was saved."""
        self.name = name
        self._clock = clock

    async def load(self, who: str) -> Conversation:
        """Return the conversation of that person, a fresh one where there is none."""
        rows = await self._read(SELECT_CONVERSATION, who)
        try:
            return parse_conversation_row(rows[0]) if rows else Conversation(who)
        except DamagedRowError as damaged:
            text = f"the conversation of {who} is damaged ({damaged}) and was left as it is: mend or erase it"
            raise StoreError(f"{self.name}: {text}") from None

    async def save(self, talk: Conversation) -> None:
        """Remember the conversation in place of what was there."""
        await self._write((SAVE_CONVERSATION, build_conversation_row(talk, self._clock())))

    async def record(self, entry: LedgerEntry, talk: Conversation | None = None) -> None:
        """Add one line to the ledger, and remember the conversation with it: both or neither."""
        saved = ((SAVE_CONVERSATION, build_conversation_row(talk, self._clock())),) if talk else ()
        await self._write(*saved, (INSERT_ENTRY, build_entry_row(entry)))

    async def list_entries(self, since: datetime, place: str | None = None) -> list[LedgerEntry]:
        """Return the ledger since then, oldest first; of one place where one is named."""
        start = since.astimezone(UTC)
        there = (
            self._read_many(SELECT_ENTRIES, start)
            if place is None
            else self._read_many(SELECT_ENTRIES_OF_PLACE, start, place)
        )
        return [parse_entry_row(row) for row in await there]

    async def keep_miss(self, missed: MissedQuestion) -> None:
        """Keep a question that found no answer."""
        await self._write((INSERT_MISS, build_missed_row(missed)))

    async def list_misses(self, since: datetime, place: str | None = None) -> list[MissedQuestion]:
        """Return the questions kept since then, oldest first; of one place where one is named."""
        start = since.astimezone(UTC)
        there = (
            self._read_many(SELECT_MISSES, start)
            if place is None
            else self._read_many(SELECT_MISSES_OF_PLACE, start, place)
        )
        return [parse_missed_row(row) for row in await there]

    async def drop_misses(self, before: datetime) -> int:
        """Erase the questions kept before then, and return how many those were."""
        return await self._write_many((DELETE_OLD_MISSES, (before.astimezone(UTC),)))

    async def get_note(self, place: str, name: str) -> str | None:
        """Return what is noted there under that name, None where nothing is."""
        rows = await self._read(SELECT_NOTE, place, name)
        return str(rows[0][0]) if rows else None

    async def list_notes(self, place: str) -> dict[str, str]:
        """Return everything noted there, by name."""
        return {row[0]: row[1] for row in await self._read(SELECT_NOTES, place)}

    async def set_note(self, place: str, name: str, value: str) -> None:
        """Note it in place of what was there."""
        await self._write((SET_NOTE, (place, name, value)))

    async def claim_note(self, place: str, name: str, value: str) -> bool:
        """Note it only where nothing is noted yet, and tell whether it was."""
        return await self._write((CLAIM_NOTE, (place, name, value))) == 1

    async def drop_note(self, place: str, name: str, value: str | None = None) -> bool:
        """Erase a note, where a value is named only with that value, and tell whether it was this call."""
        if value is None:
            return await self._write((DELETE_NOTE, (place, name))) == 1
        return await self._write((DELETE_NOTE_WITH_VALUE, (place, name, value))) == 1

    async def drop_notes(self, place: str) -> int:
        """Erase everything noted there, and return how many notes those were."""
        return await self._write_many((DELETE_NOTES_OF_PLACE, (place,)))

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of that place, and return how many rows that was."""
        erasing = (DELETE_ENTRIES_OF_PLACE, DELETE_MISSES_OF_PLACE, DELETE_NOTES_OF_PLACE)
        return await self._write_many(*((statement, (place,)) for statement in erasing))

    async def export(self, who: str) -> dict[str, object]:
        """Return everything kept about that person, as plain data: the rows of each table."""
        return {
            "conversation": [
                export_row(CONVERSATION_COLUMNS, row) for row in await self._read(SELECT_CONVERSATION, who)
            ],
            "ledger": [
                export_row(LEDGER_COLUMNS, row)
                for row in await self._read_many(SELECT_ENTRIES_OF_PERSON, who)
            ],
            "note": [
                export_row(NOTE_COLUMNS, row) for row in await self._read_many(SELECT_NOTES_OF_PERSON, who)
            ],
        }

    async def forget(self, who: str) -> int:
        """Erase everything kept about that person, and return how many rows that was."""
        return await self._write_many(
            (DELETE_CONVERSATION, (who,)),
            (DELETE_ENTRIES_OF_PERSON, (who,)),
            (DELETE_NOTES_OF_PERSON, (who,)),
        )

    def describe(self) -> dict[str, list[tuple[str, str]]]:
        """Return every column that is kept about people, by table, with the reason for keeping it."""
        return describe_columns()

    @abstractmethod
    async def close(self) -> None:
        """Let go of files and connections; what was saved stays."""

    @abstractmethod
    async def _read(self, question: str, *values: Value) -> Sequence[DbRow]:
        """Return the rows that answer a question about one person or place: a few."""

    @abstractmethod
    async def _write(self, *writes: Statement) -> int:
        """Do all of the writes or none, and return how many rows they touched: a few."""

    async def _read_many(self, question: str, *values: Value) -> Sequence[DbRow]:
        """Return the rows that answer a question, however many those are."""
        return await self._read(question, *values)

    async def _write_many(self, *writes: Statement) -> int:
        """Do all of the writes or none, and return how many rows they touched, however many those are."""
        return await self._write(*writes)
