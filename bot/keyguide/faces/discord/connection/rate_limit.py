"""Who writes faster than anybody can read: counted for seconds, kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

_MAX_TURNS, _SECONDS = 5, 10.0
_CLEANUP_SIZE = 1_000  # people; then those who went are let go


class RateLimit:
    """How many turns each person took in the last seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Take the clock to go by."""
        self._clock = clock
        self._turns: dict[int, tuple[float, ...]] = {}
        self._most = _CLEANUP_SIZE

    def is_exceeded_by(self, person: int) -> bool:
        """Count one more turn of that person, and tell whether it was one too many."""
        now = self._clock()
        if len(self._turns) > self._most:
            self._turns = {who: turns for who, turns in self._turns.items() if turns[-1] > now - _SECONDS}
            self._most = max(_CLEANUP_SIZE, 2 * len(self._turns))
        turns = self._turns[person] = (*self._turns.get(person, ()), now)[-_MAX_TURNS - 1 :]
        return len(turns) > _MAX_TURNS and turns[0] > now - _SECONDS
