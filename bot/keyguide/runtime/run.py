"""Runs the faces of one program together: what they share, what is open, and an orderly end."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from keyguide.assistant import Assistant
from keyguide.errors import KeyguideError
from keyguide.runtime.health import Health, HealthCheck
from keyguide.runtime.metrics import Metrics
from keyguide.runtime.open_knowledge import open_configured_knowledge
from keyguide.runtime.settings import Settings
from keyguide.store.open_store import open_store

StatusPrinter = Callable[[str], None]

# How rarely Python looks for what nobody needs any more: most of what lives here is the knowledge, and stays.
# With Python's own numbers a quarter of the time went into looking through it.
_GC_THRESHOLDS = (20_000, 20, 50)


class Face(Protocol):
    """A place where people meet the assistant, opened and closed with the program."""

    @property
    def name(self) -> str:
        """What the face is called, in one word."""
        ...

    async def open(self) -> str:
        """Open it and return in a few words where it is; KeyguideError where it cannot be opened."""
        ...

    async def close(self) -> None:
        """Finish what is under way and close; only called after it was opened."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What the faces of one program share."""

    settings: Settings
    assistant: Assistant
    metrics: Metrics
    health: Health


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open knowledge and memory for as long as the faces need them."""
    knowledge = await asyncio.to_thread(open_configured_knowledge, settings)
    gc.set_threshold(*_GC_THRESHOLDS)
    store = await open_store(settings.database)
    try:
        metrics, health = Metrics(), Health()
        assistant = Assistant(knowledge, store, tell=metrics.count_answer, keep_misses=settings.keep_misses)
        health.add_check("knowledge", _pass_check)  # it was checked when it was opened
        health.add_check("memory", _make_store_check(assistant))
        yield Services(settings, assistant, metrics, health)
    finally:
        await store.close()


async def _pass_check() -> str:
    return ""


def _make_store_check(assistant: Assistant) -> HealthCheck:
    async def check() -> str:
        await assistant.check_store()
        return ""

    return check


async def run(faces: Sequence[Face], tell: StatusPrinter, stop: asyncio.Event) -> bool:
    """Open the faces, tell one line for each, and close them once asked to stop; False where none opened."""
    async with AsyncExitStack() as opened:
        count = 0
        for face in faces:
            if await _open_face(face, tell, stop):
                opened.push_async_callback(face.close)
                count += 1
        if count:
            await stop.wait()
    return count > 0 or stop.is_set()


async def _open_face(face: Face, tell: StatusPrinter, stop: asyncio.Event) -> bool:
    try:
        where = await _open_unless_stopped(stop, face.open())
    except KeyguideError as error:
        tell(f"{face.name} is not open: {error}")
        return False
    if where is not None:
        tell(f"{face.name}: {where}")
    return where is not None


async def _open_unless_stopped(stop: asyncio.Event, opening: Coroutine[Any, Any, str]) -> str | None:
    """Wait until a face is open; None where the program was asked to end before that."""
    task, stopping = asyncio.create_task(opening), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        stopping.cancel()
        task.cancel()
        await asyncio.wait({task})


def stop_on_signals() -> asyncio.Event:
    """Return an event that is set when the system asks the program to end."""
    stop = asyncio.Event()
    with suppress(NotImplementedError):  # Windows has no such signals; there Ctrl+C cancels the main task
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
