"""Keep store and memory in order while the program runs: count the ledger, and erase what is too old."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from time import monotonic

from keyguide.assistant import Assistant
from keyguide.errors import StoreError
from keyguide.runtime.run_beside import run_beside

_log = logging.getLogger(__name__)
_COUNT_SECONDS = 10.0
_ERASE_SECONDS = 600.0
_TOLERANCE = timedelta(hours=1)  # between two clocks; nothing is kept for less than a day
_REST_SECONDS = 0.05  # between two batches, so that nobody waits for long


@asynccontextmanager
async def keep_in_order(assistant: Assistant, keep_for: timedelta) -> AsyncIterator[None]:
    """Keep the store of an assistant in order until the block ends; erase what is older than `keep_for`."""
    async with run_beside(_repeat(assistant, keep_for)):
        yield


class ClockWatch:
    """Compares the clock that dates what is stored with one that cannot be set.

    A clock that is wrong for a while, because it was set wrongly or the machine woke up, must not make
    everything look old.
    """

    def __init__(
        self, read_clock: Callable[[], datetime], read_timer: Callable[[], float] = monotonic
    ) -> None:
        """Compare from now on."""
        self._read_clock = read_clock
        self._read_timer = read_timer
        self._last = read_clock(), read_timer()

    @property
    def seconds(self) -> float:
        """The seconds since the last comparison."""
        return self._read_timer() - self._last[1]

    def has_jumped(self) -> bool:
        """Check whether the clock has jumped since the last comparison; the next one begins here."""
        (then, before), self._last = self._last, (self._read_clock(), self._read_timer())
        return abs(self._last[0] - then - timedelta(seconds=self._last[1] - before)) > _TOLERANCE


async def _repeat(assistant: Assistant, keep_for: timedelta) -> None:
    clock, is_told = ClockWatch(assistant.read_clock), False
    while True:
        assistant.drop_old_memory()
        try:
            await count_all(assistant)
            if clock.seconds >= _ERASE_SECONDS:
                if clock.has_jumped():
                    _log.warning("the clock of this machine jumped, so nothing is erased for some minutes")
                else:
                    await erase_old(assistant, keep_for)
            is_told = False
        except StoreError as error:
            if not is_told:  # once for each outage
                _log.warning("the store could not be kept in order, and is tried again: %s", error)
            is_told = True
        await asyncio.sleep(_COUNT_SECONDS)


async def count_all(assistant: Assistant) -> None:
    """Count all lines of the ledger that no sum contains yet."""
    while not await assistant.count_ledger(batches=1):  # noqa: ASYNC110 -- it works, and does not wait
        await asyncio.sleep(_REST_SECONDS)


async def erase_old(assistant: Assistant, keep_for: timedelta) -> int:
    """Erase what is too old, and return the number of rows."""
    total = 0
    while erased := await assistant.erase_old(keep_for):
        total += erased
        await asyncio.sleep(_REST_SECONDS)
    return total
