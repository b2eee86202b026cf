"""Define what the assistant needs of a store; one body of tests holds every store to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from keyguide.core.model.conversation import Conversation

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
        """Save the conversation in place of the old one; it survives kill -9 once this returns."""
        ...

    async def export(self, who: str) -> dict[str, object]:
        """Export everything kept about a person as plain data: the rows of each table."""
        ...

    async def forget(self, who: str) -> int:
        """Erase everything kept about a person and return the number of rows.

        Backup copies, made when an older schema was migrated, are the operator's to delete.
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
        """Add one entry and save the conversation with it: both or neither."""
        ...

    async def list_entries(self, since: datetime, place: str | None = None) -> list[LedgerEntry]:
        """List the entries since then, oldest first; of one place if one is given."""
        ...

    async def keep_miss(self, missed: MissedQuestion) -> None:
        """Keep a question that found no answer."""
        ...

    async def list_misses(self, since: datetime, place: str | None = None) -> list[MissedQuestion]:
        """List the questions kept since then, oldest first; of one place if one is given."""
        ...

    async def drop_misses(self, before: datetime) -> int:
        """Erase the questions kept before then and return their number."""
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

    async def set_note(self, place: str, name: str, value: str) -> None:
        """Write a note in place of the old one."""
        ...

    async def claim_note(self, place: str, name: str, value: str) -> bool:
        """Write the note if it is absent, atomically; return True for exactly one caller."""
        ...

    async def drop_note(self, place: str, name: str, value: str | None = None) -> bool:
        """Erase a note, but only with this value if one is given; return whether this call did it."""
        ...

    async def drop_notes(self, place: str) -> int:
        """Erase all notes of a place and return their number."""
        ...


class Store(Conversations, Ledger, Notes, Protocol):
    """A store is all three in one database."""

    async def close(self) -> None:
        """Close files and connections; saved data stays."""
        ...
