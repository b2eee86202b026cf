"""Greet whoever added the bot to a server, because nobody else would tell them of /setup."""

from __future__ import annotations

import logging
from contextlib import suppress

import discord

from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.connection.sending import retry

_log = logging.getLogger(__name__)
_MAX_ENTRIES = 5  # of the audit log; the one about the bot is the latest of its kind


async def greet(bot: Bot, guild: discord.Guild) -> None:
    """Send the greeting to whoever added the bot, else to the channel where the server greets people."""
    words = bot.get_phrases(str(guild.preferred_locale)).server.greeting
    card = draw_note(words.body.format(server=discord.utils.escape_markdown(guild.name)))
    try:
        person = await _find_who_added(bot, guild) or await bot.fetch_user(guild.owner_id or 0)
        await retry(lambda: person.send(view=card))
        return
    except discord.HTTPException as error:
        _log.info("whoever added the bot to server %s takes no direct message (%s)", guild.id, error.code)
    channel = guild.system_channel
    if channel and channel.permissions_for(guild.me).send_messages:
        with suppress(discord.HTTPException):
            await channel.send(view=card)


async def _find_who_added(bot: Bot, guild: discord.Guild) -> discord.User | discord.Member | None:
    """Find who added the bot, None if the bot may not read the audit log: that is not worth asking for."""
    if not guild.me or not guild.me.guild_permissions.view_audit_log:
        return None
    async for entry in guild.audit_logs(limit=_MAX_ENTRIES, action=discord.AuditLogAction.bot_add):
        if entry.target and entry.target.id == bot.own_id:
            return entry.user
    return None
