"""A way to PostgreSQL that a test can freeze, cut and open again, as the world does."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit


class Proxy:
    """Forwards connections to a server, unless it is frozen or cut."""

    def __init__(self, address: str) -> None:
        """Take the address of the server."""
        self._parts = urlsplit(address)
        self._open = asyncio.Event()
        self._open.set()
        self._is_cut = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """Listen, and return the address to use."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        login = f"{self._parts.username}:{self._parts.password}"
        return self._parts._replace(netloc=f"{login}@127.0.0.1:{port}").geturl()

    def freeze(self) -> None:
        """Take connections and forward nothing, as a server that is stopped."""
        self._open.clear()

    def cut(self) -> None:
        """Close every connection and every new one, as a server that is away."""
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def resume(self) -> None:
        """Forward again."""
        self._is_cut = False
        self._open.set()

    async def stop(self) -> None:
        """Close everything."""
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        if self._is_cut:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(self._parts.hostname, self._parts.port or 5432)
        self._writers.add(back)
        for one, other in ((reader, back), (there, writer)):
            self._tasks.add(asyncio.create_task(self._forward(one, other)))

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
