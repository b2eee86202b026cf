"""Discord as one of the faces of the program: opened with it, closed with it, and kept open in between."""

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
    ConnectionOptions,
    UnreachableError,
    check_gateway,
    explain_error,
    set_addresses,
)
from keyguide.faces.discord.connection.logs import install_log_filters
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics

_log = logging.getLogger(__name__)
_READY_WITHIN, _AGAIN_AFTER, _DONE_WITHIN, _CLOSED_WITHIN = 30.0, 30.0, 4.0, 2.0  # seconds


class DiscordFace:
    """The bot, from its token to its last answer."""

    name = "discord"

    def __init__(
        self,
        gates: ConnectionOptions,
        assistant: Assistant,
        metrics: Metrics | None = None,
        health: Health | None = None,
    ) -> None:
        """Take the way to Discord, the door to the assistant, and where to count and to tell."""
        self._options = gates
        self._assistant = assistant
        self._metrics = metrics
        self._health = health
        self._connection_task: asyncio.Task[None] | None = None  # the connection
        self._retry_task: asyncio.Task[None] | None = None  # to have one, where there was none
        self.reload: Reload | None = None
        self.client: Keyguide | None = None

    async def open(self) -> str:
        """Connect, and return as whom; where Discord is away for now, go on trying."""
        if not self._options.token:
            raise KeyguideError("set DISCORD_TOKEN, or DISCORD_TOKEN_FILE, to the bot's token")
        set_addresses(self._options)
        install_log_filters()
        if self._health:
            self._health.add_check("discord", self._find_problem)
        try:
            return await self._connect()
        except UnreachableError as error:
            self._retry_task = asyncio.create_task(self._try_again())
            return f"{error}; trying again every {_AGAIN_AFTER:.0f} seconds"

    async def close(self) -> None:
        """Finish the answers under way, and leave."""
        if self.client:
            await self.client.wait_until_idle(_DONE_WITHIN)
        await _stop_task(self._retry_task)
        await self._leave()

    async def refresh_commands(self) -> None:
        """Take up new knowledge."""
        if self.client and self.client.is_ready():
            await self.client.refresh_commands()

    async def _connect(self) -> str:
        """Log in and wait until Discord says READY; KeyguideError where it does not."""
        self.client = client = Keyguide(self._assistant, self._options.discord_options, metrics=self._metrics)
        client.reload = self.reload
        try:
            await check_gateway()
            await client.login(self._options.token)
            self._connection_task = asyncio.create_task(client.connect())
            self._connection_task.add_done_callback(self._log_disconnect)
            await self._wait_until_ready(client, self._connection_task)
        except asyncio.CancelledError:
            await self._leave()
            raise
        except Exception as error:  # noqa: BLE001 -- what is not foreseen is raised again by plain
            await self._leave()
            raise explain_error(error) from None
        return f"{client.user}, in {len(client.guilds)} servers"

    async def _wait_until_ready(self, client: Keyguide, running: asyncio.Task[None]) -> None:
        ready = asyncio.create_task(client.wait_until_ready())
        await asyncio.wait({ready, running}, timeout=_READY_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if running.done():
            running.result()
        if not client.is_ready():
            raise UnreachableError(f"the gateway did not say READY within {_READY_WITHIN:.0f} seconds")

    async def _try_again(self) -> None:
        while True:
            await asyncio.sleep(_AGAIN_AFTER)
            try:
                _log.warning("open: %s", await self._connect())
            except UnreachableError as error:
                _log.info("%s", error)
            except KeyguideError as error:
                _log.error("not open: %s", error)
                return
            else:
                return

    def _log_disconnect(self, running: asyncio.Task[None]) -> None:
        """Say why a connection is over that we had not closed ourselves."""
        error = None if running.cancelled() else running.exception()
        if error and self.client and self.client.is_ready():
            _log.error("not open any more: %s", error)

    async def _leave(self) -> None:
        await _stop_task(self._connection_task)
        if self.client:
            with suppress(TimeoutError, discord.DiscordException, OSError):
                await asyncio.wait_for(self.client.close(), _CLOSED_WITHIN)

    async def _find_problem(self) -> str:
        return (
            "" if self.client and self.client.is_ready() and not self.client.is_closed() else "not connected"
        )


async def _stop_task(task: asyncio.Task[None] | None) -> None:
    if task:
        task.cancel()
        await asyncio.wait({task}, timeout=_CLOSED_WITHIN)
