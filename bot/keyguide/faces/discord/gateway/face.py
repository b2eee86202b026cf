"""Run the Discord bot as a face of the program: all connections to the gateway that this process keeps."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace

from keyguide.assistant import Assistant
from keyguide.errors import KeyguideError
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.connection.bot import EVERY_SHARD, Reload, Shards
from keyguide.faces.discord.connection.login import (
    ConnectionOptions,
    Retry,
    prepare,
    stop_task,
)
from keyguide.faces.discord.gateway.keep_connected import GatewayConnection
from keyguide.faces.discord.gateway.shards import ask_for_shards
from keyguide.faces.discord.servers.note_names import parse_server_place
from keyguide.faces.discord.servers.shared_state import BotMemory
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics

_log = logging.getLogger(__name__)


class DiscordFace:
    """The Discord bot on the gateway, in one connection or in one for each shard of this process."""

    name = "discord"

    def __init__(
        self,
        options: ConnectionOptions,
        assistant: Assistant,
        metrics: Metrics | None = None,
        health: Health | None = None,
        memory: BotMemory | None = None,
    ) -> None:
        self._options = options
        self._assistant = assistant
        self._metrics = metrics or Metrics()
        self._health = health
        self._memory = memory or BotMemory()  # also of the endpoint beside it
        self._retry = Retry()  # while Discord cannot even be asked how many shards there are
        self._others_task: asyncio.Task[None] | None = None  # opens all connections but the first
        self._connections: list[GatewayConnection] = []
        self.reload: Reload | None = None

    @property
    def client(self) -> Keyguide | None:
        """The client of the first connection, None before it was opened."""
        return self._connections[0].client if self._connections else None

    async def open(self) -> str:
        """Connect and return a status line; if Discord is unreachable, keep trying in the background."""
        prepare(self._options)
        if self._health:
            self._health.add_check("discord", self._find_problem)
        if self._options.shards == EVERY_SHARD:
            return await self._retry.start(self._open_all_shards)
        return await self._open(self._options.shards)

    async def close(self) -> None:
        """Wait for the answers under way, then disconnect."""
        await self._retry.stop()
        await stop_task(self._others_task)
        await asyncio.gather(*(connection.close() for connection in self._connections))

    def name_place(self, place: str) -> str:
        """Name a place of the ledger: the name of a server that the bot is in, else the place itself."""
        server = parse_server_place(place)
        names = (connection.find_server_name(server) for connection in self._connections if server)
        return next(filter(None, names), place)

    async def refresh_commands(self) -> None:
        """Update the commands after new knowledge was loaded, if the bot is connected."""
        for connection in self._connections:
            await connection.refresh_commands()

    async def _open_all_shards(self) -> str:
        return await self._open(await ask_for_shards(self._options.token))

    async def _open(self, shards: Shards | None) -> str:
        """Open the first connection, and the others in the background, because each has to wait its turn."""
        self._connections = [*self._make_connections(shards)]
        first, *others = self._connections
        status = await first.open()
        if shards is None:
            return status
        self._others_task = asyncio.create_task(_open_others(others))
        return f"shard {shards.ids[0]} of {shards.count}: {status}; {len(others)} more follow"

    def _make_connections(self, shards: Shards | None) -> Iterator[GatewayConnection]:
        options = self._options.discord_options
        shard_options = [options]
        if shards:
            shard_options = [replace(options, shard_id=id, shard_count=shards.count) for id in shards.ids]
        for one in shard_options:
            connection = GatewayConnection(
                self._options.token, one, self._assistant, self._metrics, self._memory
            )
            connection.reload = self.reload
            yield connection

    async def _find_problem(self) -> str:
        problems = [connection.find_problem() for connection in self._connections] or ["not connected"]
        return next(filter(None, problems), "")


async def _open_others(connections: list[GatewayConnection]) -> None:
    for connection in connections:
        try:
            _log.info("another shard: %s", await connection.open())
        except KeyguideError as error:
            _log.error("a shard cannot connect: %s", error)
