"""Keep the store in order while the program runs: count the ledger, and erase what is too old."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from keyguide.assistant import Assistant
from keyguide.errors import StoreError

_log = logging.getLogger(__name__)
_COUNT_SECONDS = 10.0
_ERASE_EVERY = timedelta(hours=1)
_REST_SECONDS = 0.05  # between two batches, so that nobody waits for long


@asynccontextmanager
async def keep_in_order(assistant: Assistant, keep_for: timedelta) -> AsyncIterator[None]:
    """Keep the store of an assistant in order until the block ends; erase what is older than `keep_for`."""
    task = asyncio.create_task(_repeat(assistant, keep_for))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _repeat(assistant: Assistant, keep_for: timedelta) -> None:
    erased: datetime | None = None
    while True:
        now = assistant.read_clock()
        try:
            await count_all(assistant)
            if erased is None or abs(now - erased) >= _ERASE_EVERY:  # also if the clock jumped
                await erase_old(assistant, keep_for)
                erased = now
        except StoreError as error:
            _log.warning("the store could not be kept in order, and is tried again: %s", error)
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
