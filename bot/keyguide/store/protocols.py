"""Define what the assistant needs of a store; one body of tests holds every store to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from keyguide.core.model.conversation import Conversation
from keyguide.core.model.daily_counts import DailyCount, Session

Clock = Callable[[], datetime]


def get_now() -> datetime:
    """Return the current time with its time zone; only tests use another clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry of the ledger: what was answered and when, without a word of what was written."""

    when: datetime
    who: str
    place: str
    kind: str
    subject: str = ""
    step: str = ""
    judged: str = ""  # the subject that the person judged
    verdict: str = ""  # good or bad


@dataclass(frozen=True, slots=True)
class MissedQuestion:
    """A question that found no answer, without who asked; kept only if the operator chose so."""

    when: datetime
    place: str
    kind: str
    text: str


class Conversations(Protocol):
    """The conversations of people.

    If something cannot be read or written, every method raises StoreError and leaves the data as it was.
    """

    async def load(self, who: str) -> Conversation:
        """Load the conversation of a person, a fresh one if there is none.

        Raise StoreError if there is one that cannot be read: a fresh one would be saved over it.
        """
        ...

    async def save(self, conversation: Conversation) -> None:
        """Save the conversation in place of the one that was loaded; it survives kill -9 once this returns.

        Raise OvertakenError if somebody else has saved or erased it since.
        """
        ...

    async def export(self, who: str) -> dict[str, object]:
        """Export everything kept about a person as plain data: the rows of each table."""
        ...

    async def forget(self, who: str) -> int:
        """Erase everything kept about a person and return the number of rows.

        Erase it from the copies, too, that were made when an older schema was migrated, and note a
        fingerprint, so that a backup that is restored forgets the person again.
        """
        ...

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of a place and return the number of rows."""
        ...

    def describe(self) -> dict[str, list[tuple[str, str]]]:
        """List every column that is kept about people, by table, with the reason for keeping it."""
        ...


class Ledger(Protocol):
    """What was answered and when, and the questions that found no answer if the operator keeps them."""

    async def record(self, entry: LedgerEntry, conversation: Conversation | None = None) -> None:
        """Add one entry and save the conversation with it: both or neither.

        Raise OvertakenError if somebody else has saved or erased the conversation since it was loaded.
        """
        ...

    async def list_entries(self, since: datetime, place: str | None = None) -> list[LedgerEntry]:
        """List the entries since then, oldest first; of one place if one is given."""
        ...

    async def list_places_of(self, who: str, limit: int) -> list[str]:
        """List the places where a person was answered, the latest first."""
        ...

    def stream_entries(self, since: datetime, place: str | None = None) -> AsyncIterator[LedgerEntry]:
        """Yield what `list_entries` lists, a few hundred at a time: memory does not grow with the ledger."""
        ...

    async def keep_miss(self, missed: MissedQuestion, who: str = "") -> None:
        """Keep a question that found no answer; of who asked, only a fingerprint."""
        ...

    async def list_misses(self, since: datetime, place: str | None = None) -> list[MissedQuestion]:
        """List the questions kept since then, oldest first; of one place if one is given."""
        ...

    async def drop_misses(self, before: datetime) -> int:
        """Erase the questions kept before then and return their number."""
        ...


class Counts(Protocol):
    """The sums of the ledger by day and place, and what is needed to count its lines one by one."""

    async def list_uncounted(self, limit: int) -> list[tuple[int, LedgerEntry]]:
        """List the oldest entries that no sum contains, with their numbers."""
        ...

    async def list_sessions(self, whos: Collection[str]) -> list[Session]:
        """List the sessions of these people."""
        ...

    async def add_counts(
        self, numbers: Sequence[int], counts: Sequence[DailyCount], sessions: Sequence[Session]
    ) -> None:
        """Mark these entries as counted, add to the sums and save the sessions: all or nothing.

        Raise OvertakenError if somebody else has counted or erased one of the entries since.
        """
        ...

    async def sum_counts(self, since: date, place: str) -> list[DailyCount]:
        """Sum the counts of a place since a day: over all days, but how sessions ended for each day."""
        ...

    async def list_places(self, since: date, limit: int) -> list[str]:
        """List the places with the most sessions since a day."""
        ...


class Retention(Protocol):
    """What keeps the store from growing for ever."""

    async def drop_old(self, before: datetime, sums_before: date, limit: int) -> int:
        """Erase up to `limit` rows of each table from before then, and return the number of rows.

        Conversations count from the last change, sums by their day. Entries that are not counted stay.
        """
        ...


class Notes(Protocol):
    """Short notes by place and name, such as the settings of a server.

    A note named after a person is erased and exported with that person.
    """

    async def get_note(self, place: str, name: str) -> str | None:
        """Read a note; return None if there is none."""
        ...

    async def list_notes(self, place: str) -> dict[str, str]:
        """List all notes of a place by name."""
        ...

    async def list_notes_of(self, *places: str) -> dict[str, dict[str, str]]:
        """List all notes of each place by name, in one read."""
        ...

    async def set_note(self, place: str, name: str, value: str) -> None:
        """Write a note in place of the old one."""
        ...

    async def claim_note(self, place: str, name: str, value: str) -> bool:
        """Write the note if it is absent, atomically; return True for exactly one caller."""
        ...

    async def change_note(self, place: str, name: str, old: str, new: str) -> bool:
        """Replace the old value by a new one, atomically; return whether this call did it."""
        ...

    async def drop_note(self, place: str, name: str, value: str | None = None) -> bool:
        """Erase a note, but only with this value if one is given; return whether this call did it."""
        ...

    async def drop_notes(self, place: str) -> int:
        """Erase all notes of a place and return their number."""
        ...


class Store(Conversations, Ledger, Counts, Retention, Notes, Protocol):
    """A store is all of these in one database."""

    async def close(self) -> None:
        """Close files and connections; saved data stays."""
        ...
