"""What happens to a server's settings and records after we were removed from it."""

from __future__ import annotations

from datetime import timedelta

import discord

from keyguide.assistant import Assistant
from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.connection.notes import (
    HELPERS,
    PRESENT,
    make_help_place,
    make_left_mark,
    make_presence_place,
    make_server_place,
    parse_left_mark,
)
from keyguide.faces.discord.connection.server_settings import save_server_settings

GRACE_PERIOD = timedelta(days=7)


async def record_arrival(bot: Bot, guild: int) -> None:
    """Note that we are in a server, again or for the first time; its helpers can be called again."""
    await bot.assistant.notes.set_note(make_presence_place(bot.application_id), str(guild), PRESENT)
    await save_server_settings(bot.assistant, guild)


async def record_removal(bot: Bot, guild: int) -> None:
    """Note since when we are not in a server any more; its helpers are not offered any longer."""
    moment = bot.assistant.read_clock()
    await bot.assistant.notes.set_note(
        make_presence_place(bot.application_id), str(guild), make_left_mark(moment)
    )
    await bot.assistant.notes.drop_note(HELPERS, str(guild))


async def compare_servers(bot: Bot) -> None:
    """Compare the servers that we knew with those that we are in, after we were away."""
    known = await bot.assistant.notes.list_notes(make_presence_place(bot.application_id))
    ours = {guild.id for guild in bot.guilds}
    for guild in ours:
        if known.get(str(guild)) != PRESENT:
            await record_arrival(bot, guild)
    for name, state in known.items():
        if state == PRESENT and int(name) not in ours and _is_on_our_shard(bot, int(name)):
            await record_removal(bot, int(name))


def _is_on_our_shard(bot: discord.Client, guild: int) -> bool:
    """Whether Discord would tell this connection of that server: what others have is not gone."""
    if not bot.shard_count or bot.shard_id is None:
        return True
    return (guild >> 22) % bot.shard_count == bot.shard_id


async def erase_old_servers(bot: Bot) -> None:
    """Once a day, erase the settings and records of servers that we were removed from seven days ago."""
    moment = bot.assistant.read_clock()
    if bot.last_cleanup == moment.date():
        return
    bot.last_cleanup = moment.date()
    place = make_presence_place(bot.application_id)
    for name, state in (await bot.assistant.notes.list_notes(place)).items():
        left = parse_left_mark(state)
        if left and moment - left >= GRACE_PERIOD:
            await forget_server(bot.assistant, int(name))
            await bot.assistant.notes.drop_note(place, name, state)


async def forget_server(assistant: Assistant, guild: int) -> None:
    """Erase everything that is kept of a server."""
    await assistant.forget_place(make_server_place(guild))
    await assistant.notes.drop_notes(make_help_place(guild))
    await assistant.notes.drop_note(HELPERS, str(guild))
