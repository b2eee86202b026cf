"""Wait for work only so long, and let it go on after that."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

_Result = TypeVar("_Result")


class LateWork(Generic[_Result]):
    """Keeps hold of work that nobody waits for any more, because asyncio itself does not."""

    def __init__(self) -> None:
        """Start with no work."""
        self._tasks: set[asyncio.Task[_Result]] = set()

    async def wait_for(self, work: Coroutine[Any, Any, _Result], seconds: float) -> _Result | None:
        """Return the result of the work, or None if it takes longer; it goes on then."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=seconds)
        return task.result() if task.done() else None
