"""What the engine asks of a memory: one Protocol, and one body of tests for every store that claims it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from keyguide.core.model.conversation import Conversation

Clock = Callable[[], datetime]


def get_now() -> datetime:
    """Return this moment, with its time zone: the clock of everything that is not a test."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the ledger: what was answered and when, without a word of what was written."""

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
    """A question that found no answer, where an operator chose to keep those; never who asked."""

    when: datetime
    place: str
    kind: str
    text: str


class Store(Protocol):
    """A memory of conversations, and a ledger of what was answered.

    Whatever cannot be read or written raises StoreError, and what was there stays as it was.
    """

    async def load(self, who: str) -> Conversation:
        """Return the conversation of that person, a fresh one where there is none.

        One that is there and cannot be read raises StoreError: a fresh one would be saved over it.
        """
        ...

    async def save(self, talk: Conversation) -> None:
        """Remember the conversation in place of what was there; once this returns it survives kill -9."""
        ...

    async def record(self, entry: LedgerEntry, talk: Conversation | None = None) -> None:
        """Add one line to the ledger, and remember the conversation with it: both or neither."""
        ...

    async def list_entries(self, since: datetime, place: str | None = None) -> list[LedgerEntry]:
        """Return the ledger since then, oldest first; of one place where one is named."""
        ...

    async def keep_miss(self, missed: MissedQuestion) -> None:
        """Keep a question that found no answer."""
        ...

    async def list_misses(self, since: datetime, place: str | None = None) -> list[MissedQuestion]:
        """Return the questions kept since then, oldest first; of one place where one is named."""
        ...

    async def drop_misses(self, before: datetime) -> int:
        """Erase the questions kept before then, and return how many those were."""
        ...

    async def get_note(self, place: str, name: str) -> str | None:
        """Return what is noted there under that name, None where nothing is."""
        ...

    async def list_notes(self, place: str) -> dict[str, str]:
        """Return everything noted there, by name."""
        ...

    async def set_note(self, place: str, name: str, value: str) -> None:
        """Note it in place of what was there. A note named after a person goes where that person goes."""
        ...

    async def claim_note(self, place: str, name: str, value: str) -> bool:
        """Note it only where nothing is noted yet, and tell whether it was; one of several at once is."""
        ...

    async def drop_note(self, place: str, name: str, value: str | None = None) -> bool:
        """Erase a note, where a value is named only with that value; tell whether it was this call."""
        ...

    async def drop_notes(self, place: str) -> int:
        """Erase everything noted there, and return how many notes those were."""
        ...

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of that place, and return how many rows that was."""
        ...

    async def export(self, who: str) -> dict[str, object]:
        """Return everything kept about that person, as plain data: the rows of each table."""
        ...

    async def forget(self, who: str) -> int:
        """Erase everything kept about that person, and return how many rows that was.

        Backup copies, made when an older schema was brought forward, are the keeper's to delete.
        """
        ...

    def describe(self) -> dict[str, list[tuple[str, str]]]:
        """Return every column that is kept about people, by table, with the reason for keeping it."""
        ...

    async def close(self) -> None:
        """Let go of files and connections; what was saved stays."""
        ...
