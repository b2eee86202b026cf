"""Track who is being helped by a person now, so that the bot does not interrupt."""

from __future__ import annotations

from collections.abc import Callable, Collection
from time import monotonic

_HELP_SECONDS = 600.0  # how long a person counts as helped after somebody addressed them
_MAX_PEOPLE = 5_000  # entries; the oldest are dropped first

ChannelMember = tuple[int, int]  # a channel and a person in it


class HelpTracker:
    """Remember for ten minutes who wrote where and who was answered, but never a text."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._last_messages: dict[ChannelMember, float] = {}
        self._last_help: dict[ChannelMember, float] = {}

    def record_message(self, channel: int, author: int, addressed: Collection[int], *, helper: bool) -> None:
        """Record a message: those it addresses are helped, or all nearby if a helper addresses nobody."""
        now = self._clock()
        if addressed or helper:
            people = addressed or [member for place, member in self._last_messages if place == channel]
            for person in people:
                if person != author:
                    self._last_help[channel, person] = now
        if not helper:
            self._last_messages.pop((channel, author), None)
            self._last_messages[channel, author] = now
        self._drop_old(now)

    def is_helped(self, channel: int, person: int) -> bool:
        """Check whether somebody is helping that person in that channel."""
        return self._last_help.get((channel, person), -_HELP_SECONDS) > self._clock() - _HELP_SECONDS

    def _drop_old(self, now: float) -> None:
        for times in (self._last_messages, self._last_help):
            while times and (len(times) > _MAX_PEOPLE or next(iter(times.values())) <= now - _HELP_SECONDS):
                del times[next(iter(times))]
