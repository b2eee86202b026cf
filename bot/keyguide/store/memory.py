"""Keep everything in memory until the program ends: for tests, trials and one-off questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from typing import Any

from keyguide.core.model.conversation import Conversation
from keyguide.core.model.daily_counts import DailyCount, Measure, Session
from keyguide.errors import OvertakenError
from keyguide.store.protocols import Clock, LedgerEntry, MissedQuestion, get_now
from keyguide.store.rows import (
    build_conversation_row,
    build_entry_row,
    build_missed_row,
    build_session_row,
    export_row,
)
from keyguide.store.schema import describe_columns, list_columns

_CountKey = tuple[str, str, str, str, str, str]


class MemoryStore:
    """A store in dictionaries and a list."""

    def __init__(self, clock: Clock = get_now) -> None:
        """Start an empty store; the clock dates saved conversations."""
        self._clock = clock
        self._conversations: dict[str, tuple[Conversation, datetime]] = {}
        self._entries: dict[int, LedgerEntry] = {}
        self._numbers = count(1)
        self._misses: list[tuple[MissedQuestion, str]] = []  # with who asked
        self._counted: set[int] = set()
        self._counts: Counter[_CountKey] = Counter()
        self._sessions: dict[tuple[str, str], Session] = {}
        self._notes: dict[tuple[str, str], str] = {}

    async def load(self, who: str) -> Conversation:
        """Load the conversation of a person, a fresh one if there is none."""
        return self._conversations[who][0] if who in self._conversations else Conversation(who)

    async def save(self, conversation: Conversation) -> None:
        """Save the conversation in place of the one that was loaded."""
        current = self._conversations.get(conversation.who)
        if (current[0].version if current else 0) != conversation.version:
            raise OvertakenError
        self._conversations[conversation.who] = (
            replace(conversation, version=conversation.version + 1),
            self._clock(),
        )

    async def record(self, entry: LedgerEntry, conversation: Conversation | None = None) -> None:
        """Add one entry and save the conversation with it."""
        if conversation:
            await self.save(conversation)
        self._entries[next(self._numbers)] = entry

    async def list_entries(self, since: datetime, place: str | None = None) -> list[LedgerEntry]:
        """List the entries since then, oldest first; of one place if one is given."""
        entries = [
            entry for entry in self._entries.values() if entry.when >= since and place in {None, entry.place}
        ]
        return sorted(entries, key=lambda entry: entry.when)

    async def stream_entries(self, since: datetime, place: str | None = None) -> AsyncIterator[LedgerEntry]:
        """Yield the entries since then, oldest first."""
        for entry in await self.list_entries(since, place):
            yield entry

    async def list_places_of(self, who: str, limit: int) -> list[str]:
        """List the places where a person was answered, the latest first."""
        entries = sorted(self._find_entries(who).values(), key=lambda entry: entry.when, reverse=True)
        return list(dict.fromkeys(entry.place for entry in entries))[:limit]

    async def list_uncounted(self, limit: int) -> list[tuple[int, LedgerEntry]]:
        """List the oldest entries that no sum contains, with their numbers."""
        pairs = [pair for pair in self._entries.items() if pair[0] not in self._counted]
        return sorted(pairs, key=lambda pair: pair[1].when)[:limit]

    async def list_sessions(self, whos: Collection[str]) -> list[Session]:
        """List the sessions of these people."""
        return [session for session in self._sessions.values() if session.who in whos]

    async def add_counts(
        self, numbers: Sequence[int], counts: Sequence[DailyCount], sessions: Sequence[Session]
    ) -> None:
        """Mark these entries as counted, add to the sums and save the sessions."""
        if any(number in self._counted or number not in self._entries for number in numbers):
            raise OvertakenError
        self._counted.update(numbers)
        for one in counts:
            self._counts[one.day, one.place, one.measure, one.subject, one.step, one.value] += one.total
        self._sessions |= {(session.who, session.place): session for session in sessions}

    async def sum_counts(self, since: date, place: str) -> list[DailyCount]:
        """Sum the counts of a place since a day: over all days, but how sessions ended for each day."""
        sums: Counter[_CountKey] = Counter()
        for (day, owner, measure, *rest), total in self._counts.items():
            if owner == place and day >= since.isoformat():
                sums[(day if measure == Measure.ENDED else "", owner, measure, *rest)] += total  # type: ignore[index]  # six texts
        return [DailyCount(*key, total) for key, total in sums.items()]

    async def list_places(self, since: date, limit: int) -> list[str]:
        """List the places with the most sessions since a day."""
        sums: Counter[str] = Counter()
        for (day, place, measure, *_), total in self._counts.items():
            if place and measure == Measure.ENDED and day >= since.isoformat():
                sums[place] += total
        return sorted(sums, key=lambda place: (-sums[place], place))[:limit]

    async def keep_miss(self, missed: MissedQuestion, who: str = "") -> None:
        """Keep a question that found no answer, and who asked."""
        self._misses.append((missed, who))

    async def list_misses(self, since: datetime, place: str | None = None) -> list[MissedQuestion]:
        """List the questions kept since then, oldest first; of one place if one is given."""
        misses = [miss for miss, _ in self._misses if miss.when >= since and place in {None, miss.place}]
        return sorted(misses, key=lambda miss: miss.when)

    async def drop_misses(self, before: datetime) -> int:
        """Erase the questions kept before then and return their number."""
        kept = [pair for pair in self._misses if pair[0].when >= before]
        dropped, self._misses = len(self._misses) - len(kept), kept
        return dropped

    async def drop_old(self, before: datetime, sums_before: date, limit: int) -> int:
        """Erase what is from before then, all at once, and return the number of rows."""
        entries = [n for n, entry in self._entries.items() if entry.when < before and n in self._counted]
        people = [who for who, (_, saved) in self._conversations.items() if saved < before]
        sessions = [key for key, session in self._sessions.items() if session.last < before]
        counts = [key for key in self._counts if key[0] < sums_before.isoformat()]
        _drop_keys(self._entries, entries)
        _drop_keys(self._conversations, people)
        _drop_keys(self._sessions, sessions)
        _drop_keys(self._counts, counts)
        dropped = len(entries) + len(people) + len(sessions) + len(counts)
        return dropped + await self.drop_misses(before)

    async def get_note(self, place: str, name: str) -> str | None:
        """Read a note; return None if there is none."""
        return self._notes.get((place, name))

    async def list_notes(self, place: str) -> dict[str, str]:
        """List all notes of a place by name."""
        return (await self.list_notes_of(place))[place]

    async def list_notes_of(self, *places: str) -> dict[str, dict[str, str]]:
        """List all notes of each place by name."""
        notes: dict[str, dict[str, str]] = {place: {} for place in places}
        for (place, name), value in sorted(self._notes.items()):
            if place in notes:
                notes[place][name] = value
        return notes

    async def set_note(self, place: str, name: str, value: str) -> None:
        """Write a note in place of the old one."""
        self._notes[place, name] = value

    async def claim_note(self, place: str, name: str, value: str) -> bool:
        """Write the note if it is absent, atomically; return True for exactly one caller."""
        absent = (place, name) not in self._notes
        self._notes.setdefault((place, name), value)
        return absent

    async def change_note(self, place: str, name: str, old: str, new: str) -> bool:
        """Replace the old value by a new one, atomically; return whether this call did it."""
        if self._notes.get((place, name)) != old:
            return False
        self._notes[place, name] = new
        return True

    async def drop_note(self, place: str, name: str, value: str | None = None) -> bool:
        """Erase a note, but only with this value if one is given; return whether this call did it."""
        current = self._notes.get((place, name))
        if current is None or value not in {None, current}:
            return False
        del self._notes[place, name]
        return True

    async def drop_notes(self, place: str) -> int:
        """Erase all notes of a place and return their number."""
        keys = [key for key in self._notes if key[0] == place]
        for key in keys:
            del self._notes[key]
        return len(keys)

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions, sums and notes of a place and return the number of rows."""
        numbers = [number for number, entry in self._entries.items() if entry.place == place]
        sessions = [key for key in self._sessions if key[1] == place]
        counts = [key for key in self._counts if key[1] == place]
        _drop_keys(self._entries, numbers)
        _drop_keys(self._sessions, sessions)
        _drop_keys(self._counts, counts)
        kept = [pair for pair in self._misses if pair[0].place != place]
        dropped, self._misses = len(self._misses) - len(kept), kept
        return len(numbers) + len(sessions) + len(counts) + dropped + await self.drop_notes(place)

    async def export(self, who: str) -> dict[str, object]:
        """Export everything kept about a person as plain data: the rows of each table."""
        saved = [self._conversations[who]] if who in self._conversations else []
        entries = sorted(self._find_entries(who).items(), key=lambda item: item[1].when)
        misses = [(number, miss) for number, (miss, asker) in enumerate(self._misses, 1) if asker == who]
        rows: dict[str, list[tuple[Any, ...]]] = {
            # The store saves once more what it builds a row of, so its version is one less.
            "conversation": [
                build_conversation_row(replace(talk, version=talk.version - 1), when) for talk, when in saved
            ],
            "ledger": [
                (number, *build_entry_row(entry), int(number in self._counted)) for number, entry in entries
            ],
            "missed": [(number, *build_missed_row(miss, who)) for number, miss in misses],
            "note": [(*key, self._notes[key]) for key in self._list_note_keys(who)],
            "session": [build_session_row(one) for one in await self.list_sessions({who})],
        }
        return {
            table: [export_row(list_columns(table), row) for row in table_rows]
            for table, table_rows in rows.items()
        }

    async def forget(self, who: str) -> int:
        """Erase everything kept about a person and return the number of rows."""
        numbers = self._find_entries(who)
        _drop_keys(self._entries, numbers)
        keys = self._list_note_keys(who)
        _drop_keys(self._notes, keys)
        sessions = [key for key in self._sessions if key[0] == who]
        _drop_keys(self._sessions, sessions)
        kept = [pair for pair in self._misses if pair[1] != who]
        dropped, self._misses = len(self._misses) - len(kept), kept
        erased = len(numbers) + len(keys) + len(sessions) + dropped
        return erased + (self._conversations.pop(who, None) is not None)

    def describe(self) -> dict[str, list[tuple[str, str]]]:
        """List every column that is kept about people, by table, with the reason for keeping it."""
        return describe_columns()

    async def close(self) -> None:
        """Do nothing: there are no files or connections to close."""

    def _list_note_keys(self, who: str) -> list[tuple[str, str]]:
        return sorted(key for key in self._notes if key[1] == who)

    def _find_entries(self, who: str) -> dict[int, LedgerEntry]:
        return {number: entry for number, entry in self._entries.items() if entry.who == who}


def _drop_keys(rows: dict[Any, Any], keys: Collection[Any]) -> None:
    for key in [*keys]:
        del rows[key]
