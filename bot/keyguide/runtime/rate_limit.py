"""How fast somebody may ask: a token bucket for each person or address, the same for every face."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic

_MAX_KEYS = 10_000  # people and addresses that are remembered; the oldest make room


class RateLimit:
    """Buckets that fill evenly up to a burst; every turn takes a token."""

    def __init__(self, per_minute: float, burst: float, clock: Callable[[], float] = monotonic) -> None:
        """Allow so many turns a minute and so many at once; 0 a minute is no limit."""
        self._rate = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Count the people and addresses that are remembered."""
        return len(self._buckets)

    def take(self, key: Hashable, turns: float = 1.0) -> float:
        """Take so many turns, or return the seconds to wait if too few are left; a full bucket allows any."""
        if not self._rate:
            return 0.0
        now = self._clock()
        left, then = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        wanted = min(turns, self._burst)
        fits = left >= wanted
        self._buckets[key] = (left - wanted if fits else left, now)
        if len(self._buckets) > _MAX_KEYS:
            self._buckets.popitem(last=False)
        return 0.0 if fits else (wanted - left) / self._rate
