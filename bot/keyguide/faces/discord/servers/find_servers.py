"""Find the servers that the bot is in, whether this process sees them on the gateway or not."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import discord

from keyguide.faces.discord.connection.bot import Bot


async def find_guild(bot: Bot, guild_id: int | None) -> discord.Guild | None:
    """Find a server by its id; ask Discord if another process may have it. None if the bot is not in it."""
    if not guild_id:
        return None
    known = bot.get_guild(guild_id)
    if known or bot.sees_every_server:
        return known
    try:
        return await bot.fetch_guild(guild_id, with_counts=False)
    except (discord.NotFound, discord.Forbidden):
        return None


async def find_whole_guild(bot: Bot, guild_id: int | None) -> discord.Guild | None:
    """Find a server with its channels and with what the bot itself may do in it."""
    guild = await find_guild(bot, guild_id)
    if guild is None or guild.me:
        return guild
    # The same data as the gateway sends, so that everything that reads it works without one.
    data: Any = await bot.http.get_guild(guild.id, with_counts=False)
    data["channels"] = await bot.http.get_all_guild_channels(guild.id)
    data["members"] = [await bot.http.get_member(guild.id, bot.own_id)]
    return discord.Guild(data=data, state=bot._connection)  # noqa: SLF001 -- there is no public way


async def find_thread(guild: discord.Guild, thread_id: int) -> discord.Thread | None:
    """Find a thread of a server by its id; None if it is gone, or the bot may not see it."""
    if thread := guild.get_thread(thread_id):
        return thread
    with suppress(discord.NotFound, discord.Forbidden, discord.InvalidData):
        channel = await guild.fetch_channel(thread_id)
        return channel if isinstance(channel, discord.Thread) else None
    return None


async def find_open_thread(guild: discord.Guild, thread_id: int) -> discord.Thread | None:
    """Find a thread of a server that is not archived, or return None."""
    thread = await find_thread(guild, thread_id)
    return thread if thread and not thread.archived else None
