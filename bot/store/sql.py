"""What every SQL store does: the questions are written here once, and a database only runs them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.conversation import Conversation
from bot.errors import StoreError
from bot.store.base import Clock, Entry, Missed
from bot.store.rows import (
    DamagedError,
    Row,
    Value,
    conversation_from,
    conversation_row,
    entry_from,
    entry_row,
    missed_from,
    missed_row,
    plain,
)
from bot.store.schema import columns_of, describe

Write = tuple[str, tuple[Value, ...]]

TALK = columns_of("conversation")
LINE = columns_of("ledger")
MISSED = columns_of("missed")
NOTE = columns_of("note")
NEWS = ", ".join(f"{column} = excluded.{column}" for column in TALK if column != "who")

# Every name in these is one of the schema's own; what people bring is only ever a value for a ?.
LOAD = f"SELECT {', '.join(TALK)} FROM conversation WHERE who = ?"  # noqa: S608
SAVE = (
    f"INSERT INTO conversation ({', '.join(TALK)}) VALUES ({', '.join('?' * len(TALK))}) "  # noqa: S608
    f"ON CONFLICT (who) DO UPDATE SET {NEWS}"
)
RECORD = f"INSERT INTO ledger ({', '.join(LINE[1:])}) VALUES ({', '.join('?' * (len(LINE) - 1))})"  # noqa: S608
LINES = f"SELECT {', '.join(LINE)} FROM ledger WHERE who = ? ORDER BY at, id"  # noqa: S608
ENTRIES = f"SELECT {', '.join(LINE[1:])} FROM ledger WHERE at >= ? ORDER BY at, id"  # noqa: S608
ENTRIES_THERE = f"SELECT {', '.join(LINE[1:])} FROM ledger WHERE at >= ? AND place = ? ORDER BY at, id"  # noqa: S608
MISS = f"INSERT INTO missed ({', '.join(MISSED[1:])}) VALUES ({', '.join('?' * (len(MISSED) - 1))})"  # noqa: S608
MISSES = f"SELECT {', '.join(MISSED[1:])} FROM missed WHERE at >= ? ORDER BY at, id"  # noqa: S608
MISSES_THERE = f"SELECT {', '.join(MISSED[1:])} FROM missed WHERE at >= ? AND place = ? ORDER BY at, id"  # noqa: S608
DROP_MISSES = "DELETE FROM missed WHERE at < ?"
GET_NOTE = "SELECT value FROM note WHERE place = ? AND name = ?"
NOTES = "SELECT name, value FROM note WHERE place = ? ORDER BY name"
NOTES_ON = f"SELECT {', '.join(NOTE)} FROM note WHERE name = ? ORDER BY place"  # noqa: S608
CLAIM_NOTE = "INSERT INTO note (place, name, value) VALUES (?, ?, ?) ON CONFLICT (place, name) DO NOTHING"
SET_NOTE = (
    "INSERT INTO note (place, name, value) VALUES (?, ?, ?) "
    "ON CONFLICT (place, name) DO UPDATE SET value = excluded.value"
)
DROP_NOTE = "DELETE FROM note WHERE place = ? AND name = ?"
DROP_NOTE_THAT = "DELETE FROM note WHERE place = ? AND name = ? AND value = ?"
DROP_NOTES = "DELETE FROM note WHERE place = ?"
FORGET_NOTES = "DELETE FROM note WHERE name = ?"
FORGET_LINES_THERE = "DELETE FROM ledger WHERE place = ?"
FORGET_MISSES_THERE = "DELETE FROM missed WHERE place = ?"
FORGET_TALK = "DELETE FROM conversation WHERE who = ?"
FORGET_LINES = "DELETE FROM ledger WHERE who = ?"


class SqlStore(ABC):
    """A store over some SQL database; `name` says which one in errors and holds no password."""

    def __init__(self, name: str, clock: Clock) -> None:
        """Take the name for people, and the clock that says when a conversation was saved."""
        self.name = name
        self._clock = clock

    async def load(self, who: str) -> Conversation:
        """Return the conversation of that person, a fresh one where there is none."""
        rows = await self._read(LOAD, who)
        try:
            return conversation_from(rows[0]) if rows else Conversation(who)
        except DamagedError as damaged:
            text = f"the conversation of {who} is damaged ({damaged}) and was left as it is: mend or erase it"
            raise StoreError(f"{self.name}: {text}") from None

    async def save(self, talk: Conversation) -> None:
        """Remember the conversation in place of what was there."""
        await self._write((SAVE, conversation_row(talk, self._clock())))

    async def record(self, entry: Entry, talk: Conversation | None = None) -> None:
        """Add one line to the ledger, and remember the conversation with it: both or neither."""
        saved = ((SAVE, conversation_row(talk, self._clock())),) if talk else ()
        await self._write(*saved, (RECORD, entry_row(entry)))

    async def entries(self, since: datetime, place: str | None = None) -> list[Entry]:
        """Return the ledger since then, oldest first; of one place where one is named."""
        start = since.astimezone(UTC)
        there = self._search(ENTRIES, start) if place is None else self._search(ENTRIES_THERE, start, place)
        return [entry_from(row) for row in await there]

    async def miss(self, missed: Missed) -> None:
        """Keep a question that found no answer."""
        await self._write((MISS, missed_row(missed)))

    async def misses(self, since: datetime, place: str | None = None) -> list[Missed]:
        """Return the questions kept since then, oldest first; of one place where one is named."""
        start = since.astimezone(UTC)
        there = self._search(MISSES, start) if place is None else self._search(MISSES_THERE, start, place)
        return [missed_from(row) for row in await there]

    async def drop_misses(self, before: datetime) -> int:
        """Erase the questions kept before then, and return how many those were."""
        return await self._erase((DROP_MISSES, (before.astimezone(UTC),)))

    async def note(self, place: str, name: str) -> str | None:
        """Return what is noted there under that name, None where nothing is."""
        rows = await self._read(GET_NOTE, place, name)
        return str(rows[0][0]) if rows else None

    async def notes(self, place: str) -> dict[str, str]:
        """Return everything noted there, by name."""
        return {row[0]: row[1] for row in await self._read(NOTES, place)}

    async def set_note(self, place: str, name: str, value: str) -> None:
        """Note it in place of what was there."""
        await self._write((SET_NOTE, (place, name, value)))

    async def claim_note(self, place: str, name: str, value: str) -> bool:
        """Note it only where nothing is noted yet, and tell whether it was."""
        return await self._write((CLAIM_NOTE, (place, name, value))) == 1

    async def drop_note(self, place: str, name: str, value: str | None = None) -> bool:
        """Erase a note, where a value is named only with that value, and tell whether it was this call."""
        if value is None:
            return await self._write((DROP_NOTE, (place, name))) == 1
        return await self._write((DROP_NOTE_THAT, (place, name, value))) == 1

    async def drop_notes(self, place: str) -> int:
        """Erase everything noted there, and return how many notes those were."""
        return await self._erase((DROP_NOTES, (place,)))

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of that place, and return how many rows that was."""
        erasing = (FORGET_LINES_THERE, FORGET_MISSES_THERE, DROP_NOTES)
        return await self._erase(*((statement, (place,)) for statement in erasing))

    async def export(self, who: str) -> dict[str, object]:
        """Return everything kept about that person, as plain data: the rows of each table."""
        return {
            "conversation": [plain(TALK, row) for row in await self._read(LOAD, who)],
            "ledger": [plain(LINE, row) for row in await self._search(LINES, who)],
            "note": [plain(NOTE, row) for row in await self._search(NOTES_ON, who)],
        }

    async def forget(self, who: str) -> int:
        """Erase everything kept about that person, and return how many rows that was."""
        return await self._erase((FORGET_TALK, (who,)), (FORGET_LINES, (who,)), (FORGET_NOTES, (who,)))

    def describe(self) -> dict[str, list[tuple[str, str]]]:
        """Return every column that is kept about people, by table, with the reason for keeping it."""
        return describe()

    @abstractmethod
    async def close(self) -> None:
        """Let go of files and connections; what was saved stays."""

    @abstractmethod
    async def _read(self, question: str, *values: Value) -> Sequence[Row]:
        """Return the rows that answer a question about one person or place: a few."""

    @abstractmethod
    async def _write(self, *writes: Write) -> int:
        """Do all of the writes or none, and return how many rows they touched: a few."""

    async def _search(self, question: str, *values: Value) -> Sequence[Row]:
        """Return the rows that answer a question, however many those are."""
        return await self._read(question, *values)

    async def _erase(self, *writes: Write) -> int:
        """Do all of the writes or none, and return how many rows they touched, however many those are."""
        return await self._write(*writes)
