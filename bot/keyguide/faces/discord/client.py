"""The Discord client: its intents, its commands and what it does on each event."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import discord
from discord import app_commands

from keyguide.assistant import Assistant
from keyguide.faces.discord.admin.erase_data import (
    compare_servers,
    erase_old_servers,
    record_arrival,
    record_removal,
)
from keyguide.faces.discord.admin.greet_new_server import greet
from keyguide.faces.discord.chat.commands import add_commands
from keyguide.faces.discord.chat.messages import check_edited_message, handle_message
from keyguide.faces.discord.connection.bot import Bot, DiscordOptions, Interaction
from keyguide.faces.discord.connection.command_names import Translator
from keyguide.faces.discord.connection.sync import sync_commands
from keyguide.faces.discord.forum.posts import handle_new_post
from keyguide.faces.discord.gateway.identify import IdentifyQueue
from keyguide.faces.discord.help_requests.reminders import repeat_rounds
from keyguide.faces.discord.servers.shared_state import BotMemory
from keyguide.faces.discord.wiring import (
    add_server_commands,
    handle_modal,
    handle_press,
)
from keyguide.runtime.metrics import Metrics


def build_intents(options: DiscordOptions) -> discord.Intents:
    """Build the minimal intents; request message content only if the operator enabled it."""
    return discord.Intents(
        guilds=True, guild_messages=True, dm_messages=True, message_content=options.message_content
    )


class Keyguide(Bot):
    """The Discord client with every command, button and event handler of Keyguide."""

    def __init__(
        self,
        assistant: Assistant,
        options: DiscordOptions,
        memory: BotMemory | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        super().__init__(assistant, options, build_intents(options), memory, metrics)
        self.identify_queue: IdentifyQueue | None = None  # for a bot in several connections
        self._rounds: asyncio.Task[None] | None = None  # looks after the open help requests
        self.tree = app_commands.CommandTree(self)
        add_commands(self)
        add_server_commands(self)

    async def setup_hook(self) -> None:
        """Set the translator, and send the commands to Discord if they changed."""
        await self.tree.set_translator(Translator(lambda: self.assistant.knowledge))
        await sync_commands(self)
        self._rounds = asyncio.create_task(repeat_rounds(self))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until a new session may be started in place of a lost one."""
        if self.identify_queue and not initial:
            await self.identify_queue.wait_for_turn(shard_id or 0)
        else:
            await super().before_identify_hook(shard_id, initial=initial)

    async def refresh_commands(self) -> None:
        """Rebuild the commands when the knowledge changes, because its flows are choices of /diagnose."""
        add_commands(self)
        add_server_commands(self)
        await sync_commands(self)

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message if it is meant for the bot, and not repeated."""
        if not self.memory.note_event("message", message.id):
            return
        with self.track_answer():
            await handle_message(self, message)
        await erase_old_servers(self)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Check whether an edited message contains a secret now."""
        with self.track_answer():
            await check_edited_message(self, payload.message)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Handle a press or a modal; discord.py dispatches commands."""
        await handle_press(interaction)
        await handle_modal(interaction)
        await erase_old_servers(self)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Record that the bot is in a server, and greet whoever added it."""
        if await record_arrival(self, guild.id):
            await greet(self, guild)

    async def on_thread_create(self, thread: discord.Thread) -> None:
        """Answer a new post of a forum, if its forum wants that, and it is not repeated."""
        if not self.memory.note_event("post", thread.id):
            return
        with self.track_answer():
            await handle_new_post(self, thread)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Record when the bot was removed from a server."""
        await record_removal(self, guild.id)

    async def on_ready(self) -> None:
        """Record that the gateway is connected, and catch up on servers that changed meanwhile."""
        self._record_connection()
        await compare_servers(self)
        await erase_old_servers(self)

    async def on_resumed(self) -> None:
        """Record that the gateway is connected again."""
        self._record_connection()

    async def on_disconnect(self) -> None:
        """Record that the gateway is disconnected."""
        self.metrics.set_gateway(self.shard_id or 0, up=False)
        if not self.is_closed():
            self.gateway.lose()

    def _record_connection(self) -> None:
        self.metrics.set_gateway(self.shard_id or 0, up=True, latency=measure_latency(self))
        self.gateway.regain()

    def receive_interaction(self, payload: Any) -> None:
        """Handle an interaction that came by HTTP, just as one that came by the gateway."""
        self._connection.parse_interaction_create(payload)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Pass an event on unless the client has closed, when discord.py would fail with a traceback."""
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def close(self) -> None:
        """Stop the rounds and watching the gateway, and disconnect."""
        if self._rounds:
            self._rounds.cancel()
        self.gateway.stop()
        await super().close()


def measure_latency(client: discord.Client) -> float:
    """Read the round-trip time of the last heartbeat in seconds, 0 if there was none yet."""
    return client.latency if math.isfinite(client.latency) else 0.0
