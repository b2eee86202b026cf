"""Who is being helped by a person at this moment, so that we do not talk between them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from time import monotonic

_HELP_SECONDS = 600.0  # seconds after the last word of somebody who helps
_MAX_PEOPLE = 5_000  # people in channels; the oldest words are forgotten first

ChannelMember = tuple[int, int]  # a channel and a person in it


class HelpTracker:
    """Remembers for minutes who spoke where, and whom somebody answered; never a word."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Take the clock to go by."""
        self._clock = clock
        self._spoke: dict[ChannelMember, float] = {}
        self._helped: dict[ChannelMember, float] = {}

    def record_message(self, channel: int, author: int, addressed: Collection[int], *, helper: bool) -> None:
        """Note a message: whom it addresses is being helped, and everybody around where a helper speaks."""
        now = self._clock()
        if addressed or helper:
            recent = addressed or [who for where, who in self._spoke if where == channel]
            for person in recent:
                if person != author:
                    self._helped[channel, person] = now
        if not helper:
            self._spoke.pop((channel, author), None)
            self._spoke[channel, author] = now
        self._drop_old(now)

    def is_helped(self, channel: int, person: int) -> bool:
        """Whether somebody is helping that person there."""
        return self._helped.get((channel, person), -_HELP_SECONDS) > self._clock() - _HELP_SECONDS

    def _drop_old(self, now: float) -> None:
        for book in (self._spoke, self._helped):
            while book and (len(book) > _MAX_PEOPLE or next(iter(book.values())) <= now - _HELP_SECONDS):
                del book[next(iter(book))]
