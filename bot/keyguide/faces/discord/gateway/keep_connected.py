"""Keep one connection to the gateway: connect, retry while Discord is away, and close."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import discord

from keyguide.assistant import Assistant
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.connection.bot import DiscordOptions, Reload
from keyguide.faces.discord.connection.login import (
    CLOSE_TIMEOUT,
    Retry,
    UnreachableError,
    check_gateway,
    describe_end,
    explain_error,
    is_final,
    stop_task,
)
from keyguide.faces.discord.gateway.identify import IdentifyQueue
from keyguide.faces.discord.servers.shared_state import BotMemory
from keyguide.runtime.metrics import Metrics

_log = logging.getLogger(__name__)
_READY_TIMEOUT, _IDLE_TIMEOUT = 30.0, 4.0  # seconds


class GatewayConnection:
    """One connection of the bot to the gateway, from login to shutdown."""

    def __init__(
        self, token: str, options: DiscordOptions, assistant: Assistant, metrics: Metrics, memory: BotMemory
    ) -> None:
        """Take what the bot needs; the memory is shared by all connections of this process."""
        self._token = token
        self._options = options
        self._assistant = assistant
        self._metrics = metrics
        self._memory = memory
        self._connection_task: asyncio.Task[None] | None = None
        self._retry = Retry()
        self._ending_task: asyncio.Task[None] | None = None  # runs after the connection has ended
        self._end_reason = ""  # why it has ended
        self._metrics.set_gateway(options.shard_id or 0, up=False)
        self.reload: Reload | None = None
        self.client: Keyguide | None = None

    async def open(self) -> str:
        """Connect and return a status line; if Discord is unreachable, keep trying in the background."""
        return await self._retry.start(self._connect)

    async def close(self) -> None:
        """Wait for the answers under way, then disconnect."""
        if self.client:
            await self.client.wait_until_idle(_IDLE_TIMEOUT)
        await self._retry.stop()
        await stop_task(self._ending_task)
        await self._disconnect()

    def find_server_name(self, server: int) -> str:
        """Find the name of a server that this connection sees; empty if it sees none."""
        guild = self.client.get_guild(server) if self.client else None
        return guild.name if guild else ""

    async def refresh_commands(self) -> None:
        """Update the commands after new knowledge was loaded, if the bot is connected."""
        if self.client and self.client.is_ready():
            await self.client.refresh_commands()

    async def _connect(self) -> str:
        """Log in and wait for READY; raise KeyguideError if Discord refuses or cannot be reached."""
        self.client = client = Keyguide(self._assistant, self._options, self._memory, self._metrics)
        client.reload = self.reload
        try:
            await check_gateway()
            await client.login(self._token)
            await self._wait_for_session(client)
            self._connection_task = asyncio.create_task(client.connect())
            await self._wait_until_ready(client, self._connection_task)
        except asyncio.CancelledError:
            await self._disconnect()
            raise
        except Exception as error:  # noqa: BLE001 -- explain_error raises unexpected errors again
            await self._disconnect()
            raise explain_error(error) from None
        self._connection_task.add_done_callback(self._handle_end)
        self._end_reason = ""
        return f"{client.user}, in {len(client.guilds)} servers"

    async def _wait_for_session(self, client: Keyguide) -> None:
        """Wait until Discord allows a new session; only shards have to wait for each other."""
        queue = IdentifyQueue(client, self._assistant)
        if client.shard_id is None:
            await queue.check_limit()
        else:
            client.identify_queue = queue
            await queue.wait_for_turn(client.shard_id)

    async def _wait_until_ready(self, client: Keyguide, connection: asyncio.Task[None]) -> None:
        ready = asyncio.create_task(client.wait_until_ready())
        await asyncio.wait({ready, connection}, timeout=_READY_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if connection.done():
            connection.result()
        if not client.is_ready():
            raise UnreachableError(f"the gateway did not send READY within {_READY_TIMEOUT:.0f} seconds")

    def _handle_end(self, connection: asyncio.Task[None]) -> None:
        """Log why the connection has ended, close what is left of it, and begin anew if that helps."""
        error = None if connection.cancelled() else connection.exception()
        if isinstance(error, Exception):
            self._end_reason, final = describe_end(error), is_final(error)
            how = "ended for good" if final else "ended, and is opened again"
            _log.error("the connection to Discord %s: %s", how, self._end_reason)
            self._ending_task = asyncio.create_task(self._disconnect() if final else self._begin_anew())

    async def _begin_anew(self) -> None:
        """Connect as if for the first time: whatever discord.py could not read is not sent again then."""
        await self._disconnect()
        self._retry.start_later(self._connect)

    async def _disconnect(self) -> None:
        await stop_task(self._connection_task)
        if self.client:
            with suppress(TimeoutError, discord.DiscordException, OSError):
                await asyncio.wait_for(self.client.close(), CLOSE_TIMEOUT)

    def find_problem(self) -> str:
        """Describe why this connection does not work, "" if it does."""
        if self._end_reason:
            return self._end_reason
        if not self.client or not self.client.is_ready() or self.client.is_closed():
            return "not connected"
        return self.client.gateway.find_problem()
