"""Remember conversations that could not be saved, in this process alone and for an hour at most.

While the store is away, people are answered all the same, and a diagnosis goes on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from keyguide.core.model.conversation import Conversation

_KEPT_FOR = timedelta(hours=1)
_MAX_PEOPLE = 2_000  # those who were answered longest ago are dropped first


class UnsavedConversations:
    """The last conversation of each person whom the store could not remember."""

    def __init__(self) -> None:
        """Start with none."""
        self._conversations: dict[str, tuple[datetime, Conversation]] = {}

    def add(self, conversation: Conversation, now: datetime) -> None:
        """Remember a conversation in place of the one before."""
        self._conversations.pop(conversation.who, None)
        self._conversations[conversation.who] = now, conversation
        if len(self._conversations) > _MAX_PEOPLE:
            del self._conversations[next(iter(self._conversations))]

    def recall(self, loaded: Conversation, now: datetime) -> Conversation:
        """Return what goes on from the loaded conversation, or that one if somebody has saved it since."""
        when, unsaved = self._conversations.get(loaded.who, (now, loaded))
        return unsaved if unsaved.version == loaded.version and abs(now - when) <= _KEPT_FOR else loaded

    def drop_old(self, now: datetime) -> None:
        """Drop the conversations that are too old to go on."""
        while self._conversations and now - next(iter(self._conversations.values()))[0] > _KEPT_FOR:
            del self._conversations[next(iter(self._conversations))]

    def forget(self, who: str) -> None:
        """Forget the conversation of a person."""
        self._conversations.pop(who, None)
