"""Define the foreseen errors: each is shown to the operator as one plain line."""

from __future__ import annotations


class KeyguideError(Exception):
    """A foreseen problem; the text says what is wrong, where, and what to do."""


class SettingsError(KeyguideError):
    """A setting, a command or a named file cannot be used."""


class KnowledgeError(KeyguideError):
    """The knowledge folder breaks a rule; the text lists every problem."""


class StoreError(KeyguideError):
    """The store cannot be opened, read or written."""


class DamagedError(StoreError):
    """What is kept about one person cannot be read; to wait does not help, to erase it does."""


class OvertakenError(StoreError):
    """Somebody else changed what was read, so nothing was written: read it again and decide anew."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("somebody else has changed what was read; nothing was written")
