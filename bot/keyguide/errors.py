"""The one small family of foreseen errors: each is one plain line for whoever runs Keyguide."""

from __future__ import annotations


class KeyguideError(Exception):
    """Something foreseen went wrong; the text says what, where, and what to do."""


class SettingsError(KeyguideError):
    """A setting, command or file that was named cannot be used."""


class KnowledgeError(KeyguideError):
    """The knowledge folder breaks a rule; the text lists every problem."""


class StoreError(KeyguideError):
    """The memory cannot be opened, read or written."""
