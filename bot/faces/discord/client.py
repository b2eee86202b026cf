"""The connection to Discord: what it asks for, what it listens to, and how it begins."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic

import discord
from discord import app_commands

from bot.assistant import Assistant
from bot.faces.discord.base import Asked, Bot, Ways
from bot.faces.discord.buttons import add_buttons
from bot.faces.discord.commands import add_commands
from bot.faces.discord.listen import listen, reread
from bot.faces.discord.removal import arrived, look_round, removed, sweep
from bot.faces.discord.serving import add_server_commands, add_words, submitted
from bot.faces.discord.sync import sync
from bot.faces.discord.translate import Translator
from bot.metrics import Metrics


def intents(ways: Ways) -> discord.Intents:
    """Return the least that we need to be told; what others write only where the operator wants it."""
    return discord.Intents(
        guilds=True, guild_messages=True, dm_messages=True, message_content=ways.message_content
    )


class Latchkey(Bot):
    """Latchkey on Discord."""

    def __init__(
        self,
        assistant: Assistant,
        ways: Ways,
        clock: Callable[[], float] = monotonic,
        metrics: Metrics | None = None,
    ) -> None:
        """Take the door to the assistant and the operator's choices."""
        super().__init__(assistant, ways, intents(ways), clock, metrics)
        self.tree = app_commands.CommandTree(self)
        add_commands(self)
        add_server_commands(self)
        add_buttons(self)
        add_words(self)

    async def setup_hook(self) -> None:
        """Tell Discord our commands, where they changed."""
        await self.tree.set_translator(Translator(lambda: self.assistant.knowledge))
        await sync(self)

    async def learnt(self) -> None:
        """Take up new knowledge: its flows are choices of a command."""
        add_commands(self)
        add_server_commands(self)
        await sync(self)

    async def on_message(self, message: discord.Message) -> None:
        """Answer what is meant for us."""
        with self.at_work():
            await listen(self, message)
        await sweep(self)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Look whether a secret was written into a message afterwards."""
        with self.at_work():
            await reread(self, payload.message)

    async def on_interaction(self, asked: Asked) -> None:
        """Take up a modal that was sent; commands, buttons and selects have been taken up by discord.py."""
        await submitted(asked)
        await sweep(self)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note that we are in a server."""
        await arrived(self, guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note since when we are not in a server any more."""
        await removed(self, guild.id)

    async def on_ready(self) -> None:
        """Tell that we are connected."""
        self.metrics.gateway(up=True, latency=latency(self))
        await look_round(self)
        await sweep(self)

    async def on_resumed(self) -> None:
        """Tell that we are connected again."""
        self.metrics.gateway(up=True, latency=latency(self))

    async def on_disconnect(self) -> None:
        """Tell that we are not connected, for now."""
        self.metrics.gateway(up=False)


def latency(client: discord.Client) -> float:
    """Return the seconds of a heartbeat to Discord and back, 0 while there was none."""
    return client.latency if math.isfinite(client.latency) else 0.0
