"""New knowledge for a running program: checked first, and the old kept where it is wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.errors import KeyguideError

KnowledgeListener = Callable[[], Awaitable[None]]
Fingerprint = frozenset[tuple[str, int, int]]

_log = logging.getLogger(__name__)
_POLL_SECONDS = 2.0  # seconds


class Reloader:
    """Takes up the knowledge folder as it is now, one time after the other."""

    def __init__(self, folder: Path, read: Callable[[], Knowledge], assistant: Assistant) -> None:
        """Take the folder, what reads and checks it, and whom to teach."""
        self._folder = folder
        self._read = read
        self._assistant = assistant
        self._lock = asyncio.Lock()
        self.listeners: list[KnowledgeListener] = []

    async def reload(self) -> str:
        """Check the folder and teach what is in it; return in one line how that went, or every mistake."""
        async with self._lock:
            try:
                knowledge = await asyncio.to_thread(self._read)
            except KeyguideError as error:
                _log.error("the old knowledge stays, because the new has mistakes:\n%s", error)
                return f"the old knowledge stays, because the new has mistakes:\n{error}"
            if knowledge.version == self._assistant.knowledge.version:
                return f"nothing has changed: {knowledge.version}"
            self._assistant.use_knowledge(knowledge)
            for learnt in self.listeners:
                await learnt()
            _log.warning("new knowledge: %s", knowledge.version)
            return f"new knowledge: {knowledge.version}"

    async def watch(self) -> None:
        """Reload whenever the folder has changed and nobody is writing to it any more."""
        known = before = await self._take_fingerprint()
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            now = await self._take_fingerprint()
            if now != known and now == before:
                known = now
                await self.reload()
            before = now

    async def _take_fingerprint(self) -> Fingerprint:
        return await asyncio.to_thread(lambda: frozenset(_list_file_states(self._folder)))


def _list_file_states(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Yield what changes about a file when somebody writes it."""
    for path in folder.rglob("*.yaml"):
        try:
            stat = path.stat()
        except OSError:  # an editor was faster
            continue
        yield str(path), stat.st_mtime_ns, stat.st_size
