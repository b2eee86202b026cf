"""Keep everything in memory until the program ends: for tests, trials and one-off questions."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from keyguide.core.model.conversation import Conversation
from keyguide.store.protocols import Clock, LedgerEntry, MissedQuestion, get_now
from keyguide.store.rows import build_conversation_row, build_entry_row, export_row
from keyguide.store.schema import describe_columns, list_columns


class MemoryStore:
    """A store in dictionaries and a list."""

    def __init__(self, clock: Clock = get_now) -> None:
        """Start an empty store; the clock dates saved conversations."""
        self._clock = clock
        self._conversations: dict[str, tuple[Conversation, datetime]] = {}
        self._entries: dict[int, LedgerEntry] = {}
        self._numbers = count(1)
        self._misses: list[MissedQuestion] = []
        self._notes: dict[tuple[str, str], str] = {}

    async def load(self, who: str) -> Conversation:
        """Load the conversation of a person, a fresh one if there is none."""
        return self._conversations[who][0] if who in self._conversations else Conversation(who)

    async def save(self, conversation: Conversation) -> None:
        """Save the conversation in place of the old one."""
        self._conversations[conversation.who] = (conversation, self._clock())

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

    async def keep_miss(self, missed: MissedQuestion) -> None:
        """Keep a question that found no answer."""
        self._misses.append(missed)

    async def list_misses(self, since: datetime, place: str | None = None) -> list[MissedQuestion]:
        """List the questions kept since then, oldest first; of one place if one is given."""
        misses = [miss for miss in self._misses if miss.when >= since and place in {None, miss.place}]
        return sorted(misses, key=lambda miss: miss.when)

    async def drop_misses(self, before: datetime) -> int:
        """Erase the questions kept before then and return their number."""
        kept = [miss for miss in self._misses if miss.when >= before]
        dropped, self._misses = len(self._misses) - len(kept), kept
        return dropped

    async def get_note(self, place: str, name: str) -> str | None:
        """Read a note; return None if there is none."""
        return self._notes.get((place, name))

    async def list_notes(self, place: str) -> dict[str, str]:
        """List all notes of a place by name."""
        return {name: value for (owner, name), value in sorted(self._notes.items()) if owner == place}

    async def set_note(self, place: str, name: str, value: str) -> None:
        """Write a note in place of the old one."""
        self._notes[place, name] = value

    async def claim_note(self, place: str, name: str, value: str) -> bool:
        """Write the note if it is absent, atomically; return True for exactly one caller."""
        absent = (place, name) not in self._notes
        self._notes.setdefault((place, name), value)
        return absent

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
        """Erase ledger, kept questions and notes of a place and return the number of rows."""
        numbers = [number for number, entry in self._entries.items() if entry.place == place]
        for number in numbers:
            del self._entries[number]
        kept = [miss for miss in self._misses if miss.place != place]
        dropped, self._misses = len(self._misses) - len(kept), kept
        return len(numbers) + dropped + await self.drop_notes(place)

    async def export(self, who: str) -> dict[str, object]:
        """Export everything kept about a person as plain data: the rows of each table."""
        saved = [self._conversations[who]] if who in self._conversations else []
        entries = sorted(self._find_entries(who).items(), key=lambda item: item[1].when)
        return {
            "conversation": [
                export_row(list_columns("conversation"), build_conversation_row(*pair)) for pair in saved
            ],
            "ledger": [
                export_row(list_columns("ledger"), (number, *build_entry_row(entry)))
                for number, entry in entries
            ],
            "note": [
                export_row(list_columns("note"), (*key, self._notes[key]))
                for key in self._list_note_keys(who)
            ],
        }

    async def forget(self, who: str) -> int:
        """Erase everything kept about a person and return the number of rows."""
        numbers = self._find_entries(who)
        for number in numbers:
            del self._entries[number]
        keys = self._list_note_keys(who)
        for key in keys:
            del self._notes[key]
        return len(numbers) + len(keys) + (self._conversations.pop(who, None) is not None)

    def describe(self) -> dict[str, list[tuple[str, str]]]:
        """List every column that is kept about people, by table, with the reason for keeping it."""
        return describe_columns()

    async def close(self) -> None:
        """Do nothing: there are no files or connections to close."""

    def _list_note_keys(self, who: str) -> list[tuple[str, str]]:
        return sorted(key for key in self._notes if key[1] == who)

    def _find_entries(self, who: str) -> dict[int, LedgerEntry]:
        return {number: entry for number, entry in self._entries.items() if entry.who == who}
