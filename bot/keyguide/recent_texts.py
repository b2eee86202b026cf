"""Remember the last few masked texts of each person for ten minutes, in this process alone.

People tell a story in several short messages, which mean something only together. The texts are never
written to the store, and are lost when the process stops.
"""

from __future__ import annotations

from datetime import datetime, timedelta

KEPT_FOR = timedelta(minutes=10)
MAX_TEXTS = 3
MAX_PEOPLE = 2_000  # those who wrote longest ago are dropped first


class RecentTexts:
    """The last few texts of each person, with the moment when each was written."""

    def __init__(self) -> None:
        """Start with no texts."""
        self._texts: dict[str, tuple[tuple[datetime, str], ...]] = {}

    def recall(self, who: str, now: datetime) -> tuple[str, ...]:
        """Return the texts of a person that are not too old, oldest first; none if the clock was set back."""
        return tuple(text for written, text in self._texts.get(who, ()) if abs(now - written) <= KEPT_FOR)

    def add(self, who: str, text: str, now: datetime) -> None:
        """Add a text of a person, already masked; drop what is too much."""
        texts = (*self._texts.pop(who, ()), (now, text))[-MAX_TEXTS:]
        if len(self._texts) >= MAX_PEOPLE:
            del self._texts[next(iter(self._texts))]
        self._texts[who] = texts

    def drop_old(self, now: datetime) -> None:
        """Drop the texts of everybody who has written nothing lately."""
        while self._texts and now - next(iter(self._texts.values()))[-1][0] > KEPT_FOR:
            del self._texts[next(iter(self._texts))]  # who wrote longest ago comes first

    def forget(self, who: str) -> None:
        """Forget the texts of a person."""
        self._texts.pop(who, None)
