"""Discord as one of the faces of the program: opened with it, closed with it, and kept open in between."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import discord

from bot.assistant import Assistant
from bot.errors import LatchkeyError
from bot.faces.discord.base import Reload
from bot.faces.discord.client import Latchkey
from bot.faces.discord.gates import Gates, UnreachableError, plain, point, reach
from bot.faces.discord.logs import quiet
from bot.health import Health
from bot.metrics import Metrics

_log = logging.getLogger(__name__)
_READY_WITHIN, _AGAIN_AFTER, _DONE_WITHIN, _CLOSED_WITHIN = 30.0, 30.0, 4.0, 2.0  # seconds


class DiscordFace:
    """The bot, from its token to its last answer."""

    name = "discord"

    def __init__(
        self, gates: Gates, assistant: Assistant, metrics: Metrics | None = None, health: Health | None = None
    ) -> None:
        """Take the way to Discord, the door to the assistant, and where to count and to tell."""
        self._gates = gates
        self._assistant = assistant
        self._metrics = metrics
        self._health = health
        self._running: asyncio.Task[None] | None = None  # the connection
        self._trying: asyncio.Task[None] | None = None  # to have one, where there was none
        self.reload: Reload | None = None
        self.client: Latchkey | None = None

    async def open(self) -> str:
        """Connect, and return as whom; where Discord is away for now, go on trying."""
        if not self._gates.token:
            raise LatchkeyError("set DISCORD_TOKEN, or DISCORD_TOKEN_FILE, to the bot's token")
        point(self._gates)
        quiet()
        if self._health:
            self._health.watch("discord", self._wrong)
        try:
            return await self._connected()
        except UnreachableError as error:
            self._trying = asyncio.create_task(self._try_again())
            return f"{error}; trying again every {_AGAIN_AFTER:.0f} seconds"

    async def close(self) -> None:
        """Finish the answers under way, and leave."""
        if self.client:
            await self.client.rest(_DONE_WITHIN)
        await _stopped(self._trying)
        await self._left()

    async def learnt(self) -> None:
        """Take up new knowledge."""
        if self.client and self.client.is_ready():
            await self.client.learnt()

    async def _connected(self) -> str:
        """Log in and wait until Discord says READY; LatchkeyError where it does not."""
        self.client = client = Latchkey(self._assistant, self._gates.ways, metrics=self._metrics)
        client.reload = self.reload
        try:
            await reach()
            await client.login(self._gates.token)
            self._running = asyncio.create_task(client.connect())
            self._running.add_done_callback(self._ended)
            await self._ready(client, self._running)
        except asyncio.CancelledError:
            await self._left()
            raise
        except Exception as error:  # noqa: BLE001 -- what is not foreseen is raised again by plain
            await self._left()
            raise plain(error) from None
        return f"{client.user}, in {len(client.guilds)} servers"

    async def _ready(self, client: Latchkey, running: asyncio.Task[None]) -> None:
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
                _log.warning("open: %s", await self._connected())
            except UnreachableError as error:
                _log.info("%s", error)
            except LatchkeyError as error:
                _log.error("not open: %s", error)
                return
            else:
                return

    def _ended(self, running: asyncio.Task[None]) -> None:
        """Say why a connection is over that we had not closed ourselves."""
        error = None if running.cancelled() else running.exception()
        if error and self.client and self.client.is_ready():
            _log.error("not open any more: %s", error)

    async def _left(self) -> None:
        await _stopped(self._running)
        if self.client:
            with suppress(TimeoutError, discord.DiscordException, OSError):
                await asyncio.wait_for(self.client.close(), _CLOSED_WITHIN)

    async def _wrong(self) -> str:
        return (
            "" if self.client and self.client.is_ready() and not self.client.is_closed() else "not connected"
        )


async def _stopped(task: asyncio.Task[None] | None) -> None:
    if task:
        task.cancel()
        await asyncio.wait({task}, timeout=_CLOSED_WITHIN)
