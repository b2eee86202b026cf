"""Limit how fast a person or an address may ask: a token bucket for each, the same for every face."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic

_MAX_KEYS = 10_000  # people and addresses that are remembered; the oldest are dropped


class RateLimit:
    """Token buckets that refill evenly up to a burst; every turn takes a token."""

    def __init__(self, per_minute: float, burst: float, clock: Callable[[], float] = monotonic) -> None:
        """Allow this many turns a minute and this many at once; 0 a minute means no limit."""
        self._rate = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Count the people and addresses that are remembered."""
        return len(self._buckets)

    def drop_old(self) -> None:
        """Drop buckets that are full again, which are as good as new ones, and those that are too many."""
        oldest = self._clock() - self._burst / (self._rate or 1)
        while self._buckets and (
            len(self._buckets) > _MAX_KEYS or next(iter(self._buckets.values()))[1] < oldest
        ):
            self._buckets.popitem(last=False)

    def take(self, key: Hashable, turns: float = 1.0) -> float:
        """Take this many turns and return 0, or return the seconds to wait if too few tokens are left.

        A full bucket allows any number of turns.
        """
        if not self._rate:
            return 0.0
        now = self._clock()
        tokens, updated = self._buckets.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - updated) * self._rate)
        needed = min(turns, self._burst)
        fits = tokens >= needed
        self._buckets[key] = (tokens - needed if fits else tokens, now)
        self.drop_old()
        return 0.0 if fits else (needed - tokens) / self._rate
