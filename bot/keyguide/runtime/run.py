"""Run the faces of one program together: open all that they share, and close it in order."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Timer
from typing import Any, Protocol

from keyguide.assistant import Assistant
from keyguide.errors import KeyguideError
from keyguide.runtime.configuration.settings import Settings
from keyguide.runtime.free_memory import give_memory_back
from keyguide.runtime.health import Health, HealthCheck
from keyguide.runtime.housekeeping import keep_in_order
from keyguide.runtime.human_webhook import HumanWebhook, ignore_result
from keyguide.runtime.metrics import Metrics
from keyguide.runtime.open_knowledge import open_in_thread
from keyguide.store.open_store import open_store
from keyguide.vision.reader import PictureReader

END_SECONDS = 4.5  # docker stop waits for ten
_log = logging.getLogger(__name__)

StatusPrinter = Callable[[str], None]

# Raised garbage collector thresholds: most objects belong to the knowledge, which is long-lived.
# With Python's own thresholds a quarter of the time was spent on scanning it.
_GC_THRESHOLDS = (20_000, 20, 50)


class Face(Protocol):
    """A place where people use the assistant, such as Discord; it opens and closes with the program."""

    @property
    def name(self) -> str:
        """The name of the face, in one word."""
        ...

    async def open(self) -> str:
        """Open the face and return its address in a few words; raise KeyguideError if that fails."""
        ...

    async def close(self) -> None:
        """Finish what is in progress and close; called only if `open` succeeded."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What the faces of one program share."""

    settings: Settings
    assistant: Assistant
    metrics: Metrics
    health: Health
    human: HumanWebhook | None = None
    picture_reader: PictureReader = field(default_factory=PictureReader)


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open the knowledge and the store for the faces, and close the store afterwards."""
    knowledge = await open_in_thread(settings)
    gc.set_threshold(*_GC_THRESHOLDS)
    store = await open_store(settings.database)
    try:
        metrics, health = Metrics(), Health()
        assistant = Assistant(
            knowledge,
            store,
            listener=metrics.count_answer,
            keep_misses=settings.keep_misses,
        )
        health.add_check("knowledge", _pass_check)  # it was checked when it was opened
        health.add_check("memory", _make_store_check(assistant))
        async with (
            keep_in_order(assistant, timedelta(days=settings.keep_days)),
            give_memory_back(),
            open_human_webhook(settings, metrics.count_human_call) as human,
        ):
            yield Services(settings, assistant, metrics, health, human)
    finally:
        await store.close()


@asynccontextmanager
async def open_human_webhook(
    settings: Settings, listener: Callable[[str], None] = ignore_result
) -> AsyncIterator[HumanWebhook | None]:
    """Open the operator's webhook for calls to a human, None if there is none, and close it afterwards."""
    if not settings.human_webhook:
        yield None
        return
    webhook = HumanWebhook(settings.human_webhook, settings.human_secret, listener=listener)
    try:
        yield webhook
    finally:
        await webhook.close()


async def _pass_check() -> str:
    return ""


def _make_store_check(assistant: Assistant) -> HealthCheck:
    async def check() -> str:
        await assistant.check_store()
        return ""

    return check


async def run(
    faces: Sequence[Face], print_status: StatusPrinter, stop: asyncio.Event, needed: Face | None = None
) -> bool:
    """Open the faces, print one line for each, and close them when `stop` is set.

    Return False at once if none opened, or if the needed one did not.
    """
    async with AsyncExitStack() as stack:
        count = 0
        for face in faces:
            if await _open_face(face, print_status, stop):
                stack.push_async_callback(face.close)
                count += 1
            elif face is needed:
                return stop.is_set()
        if count:
            await stop.wait()
    return count > 0 or stop.is_set()


async def _open_face(face: Face, print_status: StatusPrinter, stop: asyncio.Event) -> bool:
    try:
        address = await _open_unless_stopped(stop, face.open())
    except KeyguideError as error:
        print_status(f"{face.name} is not open: {error}")
        return False
    if address is not None:
        print_status(f"{face.name}: {address}")
    return address is not None


async def _open_unless_stopped(stop: asyncio.Event, opening: Coroutine[Any, Any, str]) -> str | None:
    """Wait until a face is open; return None if the program is asked to stop before that."""
    task, stopping = asyncio.create_task(opening), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        stopping.cancel()
        task.cancel()
        await asyncio.wait({task})


class Deadline:
    """Ends the process if it has not ended by itself a few seconds after it was asked to.

    A store that is frozen or a thread that works must not keep it alive. What was acknowledged is saved.
    """

    def __init__(self) -> None:
        """Wait for somebody to start it."""
        self._timer = Timer(END_SECONDS, _end_now)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        """Watch what the block runs."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop watching, because the program ends by itself."""
        self._timer.cancel()

    def start(self) -> None:
        """Start the seconds, at the first call."""
        if self._timer.ident is None:
            self._timer.start()


def _end_now() -> None:
    _log.error("ended, although not everything was finished %s seconds after it was asked to", END_SECONDS)
    os._exit(1)


def stop_on_signals(deadline: Deadline | None = None) -> asyncio.Event:
    """Create an event that is set when the system asks the program to end; start the deadline then."""
    stop = asyncio.Event()

    def begin_to_stop() -> None:
        stop.set()
        if deadline:
            deadline.start()

    with suppress(NotImplementedError):  # Windows has no such signals; Ctrl+C cancels the main task there
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, begin_to_stop)
    return stop
