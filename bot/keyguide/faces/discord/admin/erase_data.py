"""Erase what is stored about a server after the bot was removed from it, or about a person."""

from __future__ import annotations

from datetime import timedelta

import discord

from keyguide.assistant import Assistant
from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.help_requests.limits import block, list_blocks
from keyguide.faces.discord.help_requests.open_requests import forget_requests
from keyguide.faces.discord.servers.note_names import (
    HELPERS,
    PRESENT,
    list_person_names,
    make_block_place,
    make_count_place,
    make_help_place,
    make_left_mark,
    make_own_answers_place,
    make_presence_place,
    make_server_place,
    parse_left_mark,
)
from keyguide.faces.discord.servers.server_settings import save_server_settings
from keyguide.insight.helper_solutions import SOLUTIONS

GRACE_PERIOD = timedelta(days=7)


async def record_arrival(bot: Bot, guild: int) -> bool:
    """Record that the bot is in a server; its helpers can then be called. Return whether it is new there."""
    known = await bot.assistant.notes.get_note(make_presence_place(bot.application_id), str(guild))
    await bot.assistant.notes.set_note(make_presence_place(bot.application_id), str(guild), PRESENT)
    await save_server_settings(bot.assistant, guild)
    return known is None


async def record_removal(bot: Bot, guild: int) -> None:
    """Record when the bot was removed from a server; its helpers are no longer offered."""
    moment = bot.assistant.read_clock()
    await bot.assistant.notes.set_note(
        make_presence_place(bot.application_id), str(guild), make_left_mark(moment)
    )
    await bot.assistant.notes.drop_note(HELPERS, str(guild))


async def compare_servers(bot: Bot) -> None:
    """Compare the known servers with the current ones, because changes are missed while offline."""
    known = await bot.assistant.notes.list_notes(make_presence_place(bot.application_id))
    current = {guild.id for guild in bot.guilds}
    for guild in current:
        if known.get(str(guild)) != PRESENT:
            await record_arrival(bot, guild)
    for name, state in known.items():
        if state == PRESENT and int(name) not in current and _is_on_this_shard(bot, int(name)):
            await record_removal(bot, int(name))


def _is_on_this_shard(bot: discord.Client, guild: int) -> bool:
    """Check whether a server belongs to this shard, because servers of other shards are never listed here."""
    if not bot.shard_count or bot.shard_id is None:
        return True
    return (guild >> 22) % bot.shard_count == bot.shard_id


async def erase_old_servers(bot: Bot) -> None:
    """Once a day, erase all about servers if the bot was removed from them at least seven days ago."""
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


async def forget_person(assistant: Assistant, person: int) -> int:
    """Erase everything that is stored about a person, except that a server blocked them; count the rows.

    Else whoever is blocked from calling helpers could lift that by themselves.
    """
    blocks = await list_blocks(assistant, person)
    count = sum([await assistant.forget(name) for name in list_person_names(person)])
    for guild in blocks:
        await block(assistant, guild, person)
    return count - len(blocks)


async def forget_server(assistant: Assistant, guild: int) -> None:
    """Erase everything that is stored about a server."""
    await assistant.forget_place(make_server_place(guild))
    await forget_requests(assistant, guild)
    for place in (
        make_help_place(guild),
        make_count_place(guild),
        make_block_place(guild),
        make_own_answers_place(guild),
    ):
        await assistant.notes.drop_notes(place)
    for name in await assistant.notes.list_notes(SOLUTIONS):
        if name.endswith(f" {make_server_place(guild)}"):
            await assistant.notes.drop_note(SOLUTIONS, name)
    await assistant.notes.drop_note(HELPERS, str(guild))
