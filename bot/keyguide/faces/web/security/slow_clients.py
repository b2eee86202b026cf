"""Close connections on which no request arrives in time: half requests must not hold all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

READ_SECONDS = 20.0  # for the head of a request, and again for its body
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class SlowClients:
    """Watches every connection: one without a request for a while is closed, also if it was used before."""

    def __init__(self) -> None:
        """Start without connections."""
        self._busy: set[asyncio.BaseProtocol] = set()
        self._used: set[asyncio.BaseProtocol] = set()

    def watch(self, make_protocol: Callable[[], asyncio.BaseProtocol]) -> Callable[[], asyncio.BaseProtocol]:
        """Wrap what makes the protocol of a connection, so that the connection is watched."""

        def make() -> asyncio.BaseProtocol:
            protocol = make_protocol()
            self._check_later(protocol)
            return protocol

        return make

    def make_middleware(self) -> Any:
        """Make the middleware that notes which connections have a request."""

        @web.middleware
        async def note_request(request: web.Request, handler: _Handler) -> web.StreamResponse:
            self._busy.add(request.protocol)
            try:
                return await handler(request)
            finally:
                self._busy.discard(request.protocol)
                self._used.add(request.protocol)

        return note_request

    def _check_later(self, protocol: asyncio.BaseProtocol) -> None:
        asyncio.get_running_loop().call_later(READ_SECONDS, self._check, protocol)

    def _check(self, protocol: asyncio.BaseProtocol) -> None:
        transport: asyncio.Transport | None = getattr(protocol, "transport", None)
        is_used = protocol in self._busy or protocol in self._used
        self._used.discard(protocol)
        if transport is None:  # it is closed already
            self._busy.discard(protocol)
        elif is_used:
            self._check_later(protocol)
        else:
            transport.abort()


class WatchedRunner(web.AppRunner):
    """A runner whose connections are watched."""

    def __init__(self, app: web.Application, clients: SlowClients, **options: object) -> None:
        """Take the application, what watches its connections, and the options of the runner."""
        super().__init__(app, **options)  # type: ignore[arg-type]  # aiohttp's own
        self._clients = clients

    @property
    def server(self) -> web.Server | None:
        """What makes the protocol of each connection; a site calls it and nothing else."""
        server = super().server
        return self._clients.watch(server) if server else None  # type: ignore[return-value]
