"""Telling Discord our commands, only when they changed."""

from __future__ import annotations

import json
import logging
from hashlib import sha256

import discord
from discord import app_commands

from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.connection.notes import COMMANDS

_log = logging.getLogger(__name__)


async def sync_commands(bot: Bot) -> bool:
    """Send the commands to Discord if they differ from what was sent last; tell whether they were sent."""
    server = discord.Object(bot.discord_options.dev_server) if bot.discord_options.dev_server else None
    mark = f"{bot.application_id} {bot.discord_options.dev_server} {await compute_fingerprint(bot.tree)}"
    if await bot.assistant.notes.get_note(*COMMANDS) == mark:
        return False
    if server:  # where commands change at once; all over the world it takes Discord a while
        bot.tree.copy_global_to(guild=server)
    await bot.tree.sync(guild=server)
    await bot.assistant.notes.set_note(*COMMANDS, mark)
    _log.info("told Discord our commands")
    return True


async def compute_fingerprint(tree: app_commands.CommandTree[Bot]) -> str:
    """Return a few characters that change whenever Discord would see other commands."""
    commands = tree.get_commands()
    if tree.translator:
        told = [await command.get_translated_payload(tree, tree.translator) for command in commands]
    else:
        told = [command.to_dict(tree) for command in commands]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
