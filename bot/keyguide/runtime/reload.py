"""Reload the knowledge of a running program: check it first, and keep the old one if it has mistakes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.errors import KeyguideError, StoreError

KnowledgeListener = Callable[[], Awaitable[None]]
Fingerprint = frozenset[tuple[str, int, int]]

_log = logging.getLogger(__name__)
_POLL_SECONDS = 2.0
_FOLLOW_SECONDS = 5.0  # decision record 14 explains why every process asks, and none is told
_ANNOUNCEMENT = ("program", "knowledge")  # the place and name of the note with the newest version


class Reloader:
    """Reloads the knowledge folder, one reload at a time."""

    def __init__(self, folder: Path, read: Callable[[], Awaitable[Knowledge]], assistant: Assistant) -> None:
        """Take the folder, the function that reads and checks it, and the assistant that uses it."""
        self._folder = folder
        self._read = read
        self._assistant = assistant
        self._lock = asyncio.Lock()
        self.listeners: list[KnowledgeListener] = []

    async def reload(self) -> str:
        """Read the folder and use its knowledge; return one line about it, or its mistakes if it has any."""
        async with self._lock:
            try:
                knowledge = await self._read()
            except KeyguideError as error:
                _log.error("the old knowledge stays, because the new has mistakes:\n%s", error)
                return f"the old knowledge stays, because the new has mistakes:\n{error}"
            if knowledge.version == self._assistant.knowledge.version:
                return f"nothing has changed: {knowledge.version}"
            self._assistant.use_knowledge(knowledge)
            for notify in self.listeners:
                await notify()
            await self._announce(knowledge.version)
            _log.warning("new knowledge: %s", knowledge.version)
            return f"new knowledge: {knowledge.version}"

    async def watch(self) -> None:
        """Reload when the folder has changed, but only once it stays the same from one poll to the next."""
        loaded = before = await self._take_fingerprint()
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            now = await self._take_fingerprint()
            if now != loaded and now == before:
                loaded = now
                await self.reload()
            before = now

    async def follow_others(self) -> None:
        """Reload when another process with the same store has new knowledge."""
        seen = await self._read_announcement()
        while True:
            await asyncio.sleep(_FOLLOW_SECONDS)
            announced = await self._read_announcement()
            if announced not in {None, seen}:
                seen = announced
                if announced != self._assistant.knowledge.version:
                    await self.reload()

    async def _announce(self, version: str) -> None:
        with suppress(StoreError):  # the others are told with the next reload
            await self._assistant.notes.set_note(*_ANNOUNCEMENT, version)

    async def _read_announcement(self) -> str | None:
        try:
            return await self._assistant.notes.get_note(*_ANNOUNCEMENT)
        except StoreError:  # it is read again soon
            return None

    async def _take_fingerprint(self) -> Fingerprint:
        return await asyncio.to_thread(lambda: frozenset(_list_file_states(self._folder)))


def _list_file_states(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Yield the path, time and size of each file: one of them changes when the file is written."""
    for path in folder.rglob("*.yaml"):
        try:
            stat = path.stat()
        except OSError:  # an editor has just removed it
            continue
        yield str(path), stat.st_mtime_ns, stat.st_size
