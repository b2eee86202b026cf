"""Implement a store in SQL: each database only runs the statements."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from keyguide.core.model.conversation import Conversation
from keyguide.core.model.daily_counts import DailyCount, Session
from keyguide.errors import DamagedError
from keyguide.store import statements as sql
from keyguide.store.backup import TableRow
from keyguide.store.protocols import Clock, LedgerEntry, MissedQuestion
from keyguide.store.rows import (
    DamagedRowError,
    DbRow,
    Value,
    build_missed_row,
    export_row,
    parse_conversation_row,
    parse_count_row,
    parse_entry_row,
    parse_missed_row,
    parse_moment,
    parse_session_row,
)
from keyguide.store.schema import describe_columns
from keyguide.store.statements import Statement

_PAGE_SIZE = 500  # entries that are read at a time when the ledger is streamed


class SqlStore(ABC):
    """A store in an SQL database; `name` identifies the database in errors and contains no password."""

    def __init__(self, name: str, clock: Clock) -> None:
        """Take the name for errors, and the clock that dates saved conversations."""
        self.name = name
        self._clock = clock

    async def load(self, who: str) -> Conversation:
        """Load the conversation of a person, a fresh one if there is none."""
        rows = await self._read(sql.SELECT_CONVERSATION, who)
        try:
            return parse_conversation_row(rows[0]) if rows else Conversation(who)
        except DamagedRowError as damaged:
            text = f"the conversation of {who} is damaged ({damaged}) and was not changed: repair or erase it"
            raise DamagedError(f"{self.name}: {text}") from None

    async def save(self, conversation: Conversation) -> None:
        """Save the conversation in place of the one that was loaded."""
        await self._write(sql.save_conversation(conversation, self._clock()))

    async def record(self, entry: LedgerEntry, conversation: Conversation | None = None) -> None:
        """Add one entry and save the conversation with it: both or neither."""
        saving = [sql.save_conversation(conversation, self._clock())] if conversation else []
        await self._write(*saving, sql.add_entry(entry))

    async def list_entries(self, since: datetime, place: str | None = None) -> list[LedgerEntry]:
        """List the entries since then, oldest first; of one place if one is given."""
        rows = await self._read_since(since, place, sql.SELECT_ENTRIES, sql.SELECT_ENTRIES_OF_PLACE)
        return [parse_entry_row(row) for row in rows]

    async def stream_entries(self, since: datetime, place: str | None = None) -> AsyncIterator[LedgerEntry]:
        """Yield the entries since then, oldest first, a page at a time; no transaction stays open between."""
        query, places = (sql.SELECT_PAGE, ()) if place is None else (sql.SELECT_PAGE_OF_PLACE, (place,))
        at, number = since.astimezone(UTC), -1
        while rows := await self._read(query, *places, at, at, number, _PAGE_SIZE):
            for row in rows:
                yield parse_entry_row(row[1:])
            number, at = rows[-1][0], parse_moment(rows[-1][1])

    async def list_places_of(self, who: str, limit: int) -> list[str]:
        """List the places where a person was answered, the latest first."""
        return [row[0] for row in await self._read(sql.SELECT_PLACES_OF_PERSON, who, limit)]

    async def list_uncounted(self, limit: int) -> list[tuple[int, LedgerEntry]]:
        """List the oldest entries that no sum contains, with their numbers."""
        rows = await self._read(sql.SELECT_UNCOUNTED, limit)
        return [(row[0], parse_entry_row(row[1:])) for row in rows]

    async def list_sessions(self, whos: Collection[str]) -> list[Session]:
        """List the sessions of these people."""
        rows = await self._read(sql.select_sessions(len(whos)), *whos) if whos else []
        return [parse_session_row(row) for row in rows]

    async def add_counts(
        self, numbers: Sequence[int], counts: Sequence[DailyCount], sessions: Sequence[Session]
    ) -> None:
        """Mark these entries as counted, add to the sums and save the sessions: all or nothing."""
        await self._write(*sql.list_count_statements(numbers, counts, sessions))

    async def sum_counts(self, since: date, place: str) -> list[DailyCount]:
        """Sum the counts of a place since a day: over all days, but how sessions ended for each day."""
        rows = await self._read(sql.SUM_COUNTS, place, since.isoformat())
        return [parse_count_row(row) for row in rows]

    async def list_places(self, since: date, limit: int) -> list[str]:
        """List the places with the most sessions since a day."""
        return [row[0] for row in await self._read(sql.SELECT_PLACES, since.isoformat(), limit)]

    async def keep_miss(self, missed: MissedQuestion, who: str = "") -> None:
        """Keep a question that found no answer; of who asked, only a fingerprint."""
        await self._write(Statement(sql.INSERT_MISS, build_missed_row(missed, who)))

    async def list_misses(self, since: datetime, place: str | None = None) -> list[MissedQuestion]:
        """List the questions kept since then, oldest first; of one place if one is given."""
        rows = await self._read_since(since, place, sql.SELECT_MISSES, sql.SELECT_MISSES_OF_PLACE)
        return [parse_missed_row(row) for row in rows]

    async def drop_misses(self, before: datetime) -> int:
        """Erase the questions kept before then and return their number."""
        return await self._erase(Statement(sql.DELETE_OLD_MISSES, (before.astimezone(UTC),)))

    async def drop_old(self, before: datetime, sums_before: date, limit: int) -> int:
        """Erase up to `limit` rows of each table from before then, and return the number of rows."""
        copies = await self._drop_old_copies(before)
        return copies + await self._erase(*sql.list_old_erasures(before, sums_before.isoformat(), limit))

    async def get_note(self, place: str, name: str) -> str | None:
        """Read a note; return None if there is none."""
        rows = await self._read(sql.SELECT_NOTE, place, name)
        return str(rows[0][0]) if rows else None

    async def list_notes(self, place: str) -> dict[str, str]:
        """List all notes of a place by name."""
        return (await self.list_notes_of(place))[place]

    async def list_notes_of(self, *places: str) -> dict[str, dict[str, str]]:
        """List all notes of each place by name, in one read."""
        notes: dict[str, dict[str, str]] = {place: {} for place in places}
        for place, name, value in await self._read(sql.select_notes(len(places)), *places):
            notes[place][name] = value
        return notes

    async def set_note(self, place: str, name: str, value: str) -> None:
        """Write a note in place of the old one."""
        await self._write(Statement(sql.SET_NOTE, (place, name, value)))

    async def claim_note(self, place: str, name: str, value: str) -> bool:
        """Write the note if it is absent, atomically; return True for exactly one caller."""
        return await self._write(Statement(sql.CLAIM_NOTE, (place, name, value))) == 1

    async def change_note(self, place: str, name: str, old: str, new: str) -> bool:
        """Replace the old value by a new one, atomically; return whether this call did it."""
        return await self._write(Statement(sql.CHANGE_NOTE, (new, place, name, old))) == 1

    async def drop_note(self, place: str, name: str, value: str | None = None) -> bool:
        """Erase a note, but only with this value if one is given; return whether this call did it."""
        if value is None:
            return await self._write(Statement(sql.DELETE_NOTE, (place, name))) == 1
        return await self._write(Statement(sql.DELETE_NOTE_WITH_VALUE, (place, name, value))) == 1

    async def drop_notes(self, place: str) -> int:
        """Erase all notes of a place and return their number."""
        return await self._erase(Statement(sql.DELETE_NOTES_OF_PLACE, (place,)))

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions, sums and notes of a place and return the number of rows."""
        mark = sql.mark_erased(place, self._clock())
        return await self._erase(*sql.list_place_erasures(place), mark) - 1

    async def export(self, who: str) -> dict[str, object]:
        """Export everything kept about a person as plain data: the rows of each table."""
        return {
            table: [export_row(columns, row) for row in await self._read(query.sql, *query.values)]
            for table, columns, query in sql.list_exports(who)
        }

    async def forget(self, who: str) -> int:
        """Erase everything kept about a person and return the number of rows."""
        await self._forget_in_copies(who)
        mark = sql.mark_erased(who, self._clock())
        return await self._erase(*sql.list_erasures(who), mark) - 1

    def describe(self) -> dict[str, list[tuple[str, str]]]:
        """List every column that is kept about people, by table, with the reason for keeping it."""
        return describe_columns()

    @abstractmethod
    async def close(self) -> None:
        """Close files and connections; saved data stays."""

    @abstractmethod
    def dump(self) -> AsyncIterator[TableRow]:
        """Yield every row of every table, as they were at one moment."""

    @abstractmethod
    async def fill(self, columns: Mapping[str, Sequence[str]], rows: Iterator[TableRow]) -> int:
        """Replace everything by these rows, or leave all as it was; return the number of rows."""

    @abstractmethod
    async def _read(self, query: str, *values: Value) -> Sequence[DbRow]:
        """Run a query and return all rows."""

    @abstractmethod
    async def _write(self, *statements: Statement) -> int:
        """Run all statements or none; return the number of changed rows.

        Raise OvertakenError if one of them changes another number of rows than it expects.
        """

    @abstractmethod
    async def _forget_in_copies(self, who: str) -> None:
        """Erase a person from the copies that were made when an older schema was migrated."""

    @abstractmethod
    async def _drop_old_copies(self, before: datetime) -> int:
        """Remove the copies that were made before then, and return their number."""

    async def _read_since(
        self, since: datetime, place: str | None, query: str, query_of_place: str
    ) -> Sequence[DbRow]:
        """Read the rows since then: with one query for all places, with the other for one of them."""
        start = since.astimezone(UTC)
        if place is None:
            return await self._read(query, start)
        return await self._read(query_of_place, start, place)

    async def _erase(self, *statements: Statement) -> int:
        """Erase rows, also from any log of the database; return the number of erased rows."""
        return await self._write(*statements)
