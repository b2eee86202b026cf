"""A memory that lasts as long as the program: for tests, trials and one-off questions."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from keyguide.core.model.conversation import Conversation
from keyguide.store.protocols import Clock, LedgerEntry, MissedQuestion, get_now
from keyguide.store.rows import build_conversation_row, build_entry_row, export_row
from keyguide.store.schema import describe_columns, list_columns


class MemoryStore:
    """Keeps everything in dictionaries and a list."""

    def __init__(self, clock: Clock = get_now) -> None:
        """Start empty; the clock says when a conversation was saved."""
        self._clock = clock
        self._conversations: dict[str, tuple[Conversation, datetime]] = {}
        self._entries: dict[int, LedgerEntry] = {}
        self._numbers = count(1)
        self._misses: list[MissedQuestion] = []
        self._notes: dict[tuple[str, str], str] = {}

    async def load(self, who: str) -> Conversation:
        """Return the conversation of that person, a fresh one where there is none."""
        return self._conversations[who][0] if who in self._conversations else Conversation(who)

    async def save(self, talk: Conversation) -> None:
        """Remember the conversation in place of what was there."""
        self._conversations[talk.who] = (talk, self._clock())

    async def record(self, entry: LedgerEntry, talk: Conversation | None = None) -> None:
        """Add one line to the ledger, and remember the conversation with it."""
        if talk:
            await self.save(talk)
        self._entries[next(self._numbers)] = entry

    async def list_entries(self, since: datetime, place: str | None = None) -> list[LedgerEntry]:
        """Return the ledger since then, oldest first; of one place where one is named."""
        asked = [
            line for line in self._entries.values() if line.when >= since and place in {None, line.place}
        ]
        return sorted(asked, key=lambda line: line.when)

    async def keep_miss(self, missed: MissedQuestion) -> None:
        """Keep a question that found no answer."""
        self._misses.append(missed)

    async def list_misses(self, since: datetime, place: str | None = None) -> list[MissedQuestion]:
        """Return the questions kept since then, oldest first; of one place where one is named."""
        asked = [one for one in self._misses if one.when >= since and place in {None, one.place}]
        return sorted(asked, key=lambda one: one.when)

    async def drop_misses(self, before: datetime) -> int:
        """Erase the questions kept before then, and return how many those were."""
        kept = [one for one in self._misses if one.when >= before]
        gone, self._misses = len(self._misses) - len(kept), kept
        return gone

    async def get_note(self, place: str, name: str) -> str | None:
        """Return what is noted there under that name, None where nothing is."""
        return self._notes.get((place, name))

    async def list_notes(self, place: str) -> dict[str, str]:
        """Return everything noted there, by name."""
        return {name: value for (where, name), value in sorted(self._notes.items()) if where == place}

    async def set_note(self, place: str, name: str, value: str) -> None:
        """Note it in place of what was there."""
        self._notes[place, name] = value

    async def claim_note(self, place: str, name: str, value: str) -> bool:
        """Note it only where nothing is noted yet, and tell whether it was."""
        free = (place, name) not in self._notes
        self._notes.setdefault((place, name), value)
        return free

    async def drop_note(self, place: str, name: str, value: str | None = None) -> bool:
        """Erase a note, where a value is named only with that value, and tell whether it was this call."""
        held = self._notes.get((place, name))
        if held is None or value not in {None, held}:
            return False
        del self._notes[place, name]
        return True

    async def drop_notes(self, place: str) -> int:
        """Erase everything noted there, and return how many notes those were."""
        gone = [key for key in self._notes if key[0] == place]
        for key in gone:
            del self._notes[key]
        return len(gone)

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of that place, and return how many rows that was."""
        lines = [number for number, line in self._entries.items() if line.place == place]
        for number in lines:
            del self._entries[number]
        kept = [one for one in self._misses if one.place != place]
        gone, self._misses = len(self._misses) - len(kept), kept
        return len(lines) + gone + await self.drop_notes(place)

    async def export(self, who: str) -> dict[str, object]:
        """Return everything kept about that person, as plain data: the rows of each table."""
        talks = [self._conversations[who]] if who in self._conversations else []
        lines = sorted(self._find_entries(who).items(), key=lambda numbered: numbered[1].when)
        return {
            "conversation": [
                export_row(list_columns("conversation"), build_conversation_row(*talk)) for talk in talks
            ],
            "ledger": [
                export_row(list_columns("ledger"), (number, *build_entry_row(line))) for number, line in lines
            ],
            "note": [
                export_row(list_columns("note"), (*key, self._notes[key]))
                for key in self._list_note_keys(who)
            ],
        }

    async def forget(self, who: str) -> int:
        """Erase everything kept about that person, and return how many rows that was."""
        lines = self._find_entries(who)
        for number in lines:
            del self._entries[number]
        notes = self._list_note_keys(who)
        for key in notes:
            del self._notes[key]
        return len(lines) + len(notes) + (self._conversations.pop(who, None) is not None)

    def describe(self) -> dict[str, list[tuple[str, str]]]:
        """Return every column that is kept about people, by table, with the reason for keeping it."""
        return describe_columns()

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _list_note_keys(self, who: str) -> list[tuple[str, str]]:
        return sorted(key for key in self._notes if key[1] == who)

    def _find_entries(self, who: str) -> dict[int, LedgerEntry]:
        return {number: line for number, line in self._entries.items() if line.who == who}
