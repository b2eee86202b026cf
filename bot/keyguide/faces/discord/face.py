"""Run the Discord bot as a face of the program: connect, retry while Discord is away, and close."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import discord

from keyguide.assistant import Assistant
from keyguide.errors import KeyguideError
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.connection.bot import Reload
from keyguide.faces.discord.connection.login import (
    CLOSE_TIMEOUT,
    ConnectionOptions,
    Retry,
    UnreachableError,
    check_gateway,
    describe_end,
    explain_error,
    set_addresses,
    stop_task,
)
from keyguide.faces.discord.connection.logs import install_log_filters
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics

_log = logging.getLogger(__name__)
_READY_TIMEOUT, _IDLE_TIMEOUT = 30.0, 4.0  # seconds


class DiscordFace:
    """The Discord bot, from login to shutdown."""

    name = "discord"

    def __init__(
        self,
        options: ConnectionOptions,
        assistant: Assistant,
        metrics: Metrics | None = None,
        health: Health | None = None,
    ) -> None:
        self._options = options
        self._assistant = assistant
        self._metrics = metrics
        self._health = health
        self._connection_task: asyncio.Task[None] | None = None
        self._retry = Retry()
        self._ending_task: asyncio.Task[None] | None = (
            None  # runs after Discord ended the connection for good
        )
        self._end_reason = ""  # why Discord ended the connection for good
        self.reload: Reload | None = None
        self.client: Keyguide | None = None

    async def open(self) -> str:
        """Connect and return a status line; if Discord is unreachable, keep trying in the background."""
        if not self._options.token:
            raise KeyguideError("set DISCORD_TOKEN, or DISCORD_TOKEN_FILE, to the bot's token")
        set_addresses(self._options)
        install_log_filters()
        if self._health:
            self._health.add_check("discord", self._find_problem)
        return await self._retry.start(self._connect)

    async def close(self) -> None:
        """Wait for the answers under way, then disconnect."""
        if self.client:
            await self.client.wait_until_idle(_IDLE_TIMEOUT)
        await self._retry.stop()
        await stop_task(self._ending_task)
        await self._disconnect()

    async def refresh_commands(self) -> None:
        """Update the commands after new knowledge was loaded, if the bot is connected."""
        if self.client and self.client.is_ready():
            await self.client.refresh_commands()

    async def _connect(self) -> str:
        """Log in and wait for READY; raise KeyguideError if Discord refuses or cannot be reached."""
        self.client = client = Keyguide(self._assistant, self._options.discord_options, metrics=self._metrics)
        client.reload = self.reload
        try:
            await check_gateway()
            await client.login(self._options.token)
            self._connection_task = asyncio.create_task(client.connect())
            await self._wait_until_ready(client, self._connection_task)
        except asyncio.CancelledError:
            await self._disconnect()
            raise
        except Exception as error:  # noqa: BLE001 -- explain_error raises unexpected errors again
            await self._disconnect()
            raise explain_error(error) from None
        self._connection_task.add_done_callback(self._handle_end)
        return f"{client.user}, in {len(client.guilds)} servers"

    async def _wait_until_ready(self, client: Keyguide, connection: asyncio.Task[None]) -> None:
        ready = asyncio.create_task(client.wait_until_ready())
        await asyncio.wait({ready, connection}, timeout=_READY_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if connection.done():
            connection.result()
        if not client.is_ready():
            raise UnreachableError(f"the gateway did not send READY within {_READY_TIMEOUT:.0f} seconds")

    def _handle_end(self, connection: asyncio.Task[None]) -> None:
        """If Discord ends the connection for good, log the reason, and close what is left of the client."""
        error = None if connection.cancelled() else connection.exception()
        if isinstance(error, Exception):
            self._end_reason = describe_end(error)
            _log.error("the connection to Discord ended for good: %s", self._end_reason)
            self._ending_task = asyncio.create_task(self._disconnect())

    async def _disconnect(self) -> None:
        await stop_task(self._connection_task)
        if self.client:
            with suppress(TimeoutError, discord.DiscordException, OSError):
                await asyncio.wait_for(self.client.close(), CLOSE_TIMEOUT)

    async def _find_problem(self) -> str:
        if self._end_reason:
            return self._end_reason
        if not self.client or not self.client.is_ready() or self.client.is_closed():
            return "not connected"
        return self.client.gateway.find_problem()
