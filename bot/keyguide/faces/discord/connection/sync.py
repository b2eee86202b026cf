"""Send the commands to Discord, but only if they changed."""

from __future__ import annotations

import json
import logging
from hashlib import sha256

import discord
from discord import app_commands

from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.servers.note_names import COMMANDS

_log = logging.getLogger(__name__)


async def sync_commands(bot: Bot) -> bool:
    """Send the commands if they differ from those sent last; return whether they were sent."""
    server = discord.Object(bot.discord_options.dev_server) if bot.discord_options.dev_server else None
    fingerprint = (
        f"{bot.application_id} {bot.discord_options.dev_server} {await compute_fingerprint(bot.tree)}"
    )
    last = await bot.assistant.notes.get_note(*COMMANDS) or ""
    if last == fingerprint:
        return False
    await _clear_former_server(bot, last)
    if server:  # commands of a server change at once; global ones take Discord a while
        bot.tree.copy_global_to(guild=server)
    await bot.tree.sync(guild=server)
    await bot.assistant.notes.set_note(*COMMANDS, fingerprint)
    _log.info("sent the commands to Discord")
    return True


async def _clear_former_server(bot: Bot, last: str) -> None:
    """Clear the commands of a development server that is none any more; else it shows each one twice."""
    application, _, rest = last.partition(" ")
    former = int(rest.partition(" ")[0] or 0)
    if application != str(bot.application_id) or former in {0, bot.discord_options.dev_server}:
        return
    server = discord.Object(former)
    bot.tree.clear_commands(guild=server)
    try:
        await bot.tree.sync(guild=server)
    except discord.HTTPException as error:  # for example because the bot is not there any more
        _log.info("the commands of server %s could not be cleared (%s)", former, error.code)


async def compute_fingerprint(tree: app_commands.CommandTree[Bot]) -> str:
    """Compute a short hash that changes when Discord would see other commands."""
    commands = tree.get_commands()
    if tree.translator:
        payloads = [await command.get_translated_payload(tree, tree.translator) for command in commands]
    else:
        payloads = [command.to_dict(tree) for command in commands]
    return sha256(json.dumps(payloads, sort_keys=True).encode()).hexdigest()[:16]
