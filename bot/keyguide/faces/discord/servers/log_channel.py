"""Write into the log channel of a server what the bot did there of its own accord."""

from __future__ import annotations

import logging

import discord

from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.connection.sending import retry
from keyguide.faces.discord.servers.server_settings import ServerSettings

_log = logging.getLogger(__name__)


async def write_log(bot: Bot, server: ServerSettings, line: str) -> None:
    """Write a line into the log channel, if there is one; what failed is only logged."""
    if not server.log_channel:
        return
    channel = bot.get_partial_messageable(server.log_channel)
    try:
        await retry(lambda: channel.send(view=draw_note(line)))
    except discord.HTTPException as error:
        _log.info("may not write into the log channel %s (%s)", server.log_channel, error.code)
