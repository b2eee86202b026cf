"""The connection to Discord: what it asks for, what it listens to, and how it begins."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic

import discord
from discord import app_commands

from keyguide.assistant import Assistant
from keyguide.faces.discord.admin.removal import (
    compare_servers,
    erase_old_servers,
    record_arrival,
    record_removal,
)
from keyguide.faces.discord.chat.buttons import add_buttons
from keyguide.faces.discord.chat.commands import add_commands
from keyguide.faces.discord.chat.messages import check_edited_message, handle_message
from keyguide.faces.discord.connection.bot import Bot, DiscordOptions, Interaction
from keyguide.faces.discord.connection.sync import sync_commands
from keyguide.faces.discord.connection.translate import Translator
from keyguide.faces.discord.wiring import add_action_items, add_server_commands, handle_modal
from keyguide.runtime.metrics import Metrics


def build_intents(ways: DiscordOptions) -> discord.Intents:
    """Return the least that we need to be told; what others write only where the operator wants it."""
    return discord.Intents(
        guilds=True, guild_messages=True, dm_messages=True, message_content=ways.message_content
    )


class Keyguide(Bot):
    """Keyguide on Discord."""

    def __init__(
        self,
        assistant: Assistant,
        ways: DiscordOptions,
        clock: Callable[[], float] = monotonic,
        metrics: Metrics | None = None,
    ) -> None:
        """Take the door to the assistant and the operator's choices."""
        super().__init__(assistant, ways, build_intents(ways), clock, metrics)
        self.tree = app_commands.CommandTree(self)
        add_commands(self)
        add_server_commands(self)
        add_buttons(self)
        add_action_items(self)

    async def setup_hook(self) -> None:
        """Tell Discord our commands, where they changed."""
        await self.tree.set_translator(Translator(lambda: self.assistant.knowledge))
        await sync_commands(self)

    async def refresh_commands(self) -> None:
        """Take up new knowledge: its flows are choices of a command."""
        add_commands(self)
        add_server_commands(self)
        await sync_commands(self)

    async def on_message(self, message: discord.Message) -> None:
        """Answer what is meant for us."""
        with self.track_answer():
            await handle_message(self, message)
        await erase_old_servers(self)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Look whether a secret was written into a message afterwards."""
        with self.track_answer():
            await check_edited_message(self, payload.message)

    async def on_interaction(self, asked: Interaction) -> None:
        """Take up a modal that was sent; commands, buttons and selects have been taken up by discord.py."""
        await handle_modal(asked)
        await erase_old_servers(self)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note that we are in a server."""
        await record_arrival(self, guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note since when we are not in a server any more."""
        await record_removal(self, guild.id)

    async def on_ready(self) -> None:
        """Tell that we are connected."""
        self.metrics.set_gateway(up=True, latency=measure_latency(self))
        await compare_servers(self)
        await erase_old_servers(self)

    async def on_resumed(self) -> None:
        """Tell that we are connected again."""
        self.metrics.set_gateway(up=True, latency=measure_latency(self))

    async def on_disconnect(self) -> None:
        """Tell that we are not connected, for now."""
        self.metrics.set_gateway(up=False)


def measure_latency(client: discord.Client) -> float:
    """Return the seconds of a heartbeat to Discord and back, 0 while there was none."""
    return client.latency if math.isfinite(client.latency) else 0.0
