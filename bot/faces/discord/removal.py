"""What happens to a server's settings and records after we were removed from it."""

from __future__ import annotations

from datetime import datetime, timedelta

import discord

from bot.assistant import Assistant
from bot.faces.discord.base import Bot
from bot.faces.discord.servers import HELPERS, choose, place_of, unsettle

KEPT = timedelta(days=7)
_HERE, _GONE = "here", "gone "


def _servers(bot: Bot) -> str:
    # By application: another bot on the same memory is in other servers.
    return f"servers:{bot.application_id}"


async def arrived(bot: Bot, guild: int) -> None:
    """Note that we are in a server, again or for the first time; its helpers can be called again."""
    await bot.assistant.set_note(_servers(bot), str(guild), _HERE)
    await choose(bot.assistant, guild)


async def removed(bot: Bot, guild: int) -> None:
    """Note since when we are not in a server any more; its helpers are not offered any longer."""
    moment = bot.assistant.moment()
    await bot.assistant.set_note(_servers(bot), str(guild), _GONE + moment.isoformat())
    await bot.assistant.drop_note(HELPERS, str(guild))


async def look_round(bot: Bot) -> None:
    """Compare the servers that we knew with those that we are in, after we were away."""
    known = await bot.assistant.notes(_servers(bot))
    ours = {guild.id for guild in bot.guilds}
    for guild in ours:
        if known.get(str(guild)) != _HERE:
            await arrived(bot, guild)
    for name, state in known.items():
        if state == _HERE and int(name) not in ours and _on_our_shard(bot, int(name)):
            await removed(bot, int(name))


def _on_our_shard(bot: discord.Client, guild: int) -> bool:
    """Whether Discord would tell this connection of that server: what others have is not gone."""
    if not bot.shard_count or bot.shard_id is None:
        return True
    return (guild >> 22) % bot.shard_count == bot.shard_id


async def sweep(bot: Bot) -> None:
    """Once a day, erase the settings and records of servers that we were removed from seven days ago."""
    moment = bot.assistant.moment()
    if bot.swept == moment.date():
        return
    bot.swept = moment.date()
    for name, state in (await bot.assistant.notes(_servers(bot))).items():
        if state.startswith(_GONE) and moment - datetime.fromisoformat(state.removeprefix(_GONE)) >= KEPT:
            await forget_server(bot.assistant, int(name))
            await bot.assistant.drop_note(_servers(bot), name, state)


async def forget_server(assistant: Assistant, guild: int) -> None:
    """Erase everything that is kept of a server."""
    await assistant.forget_place(place_of(guild))
    await assistant.drop_notes(pleas_of(guild))
    await assistant.drop_note(HELPERS, str(guild))
    unsettle(assistant, guild)


def pleas_of(guild: int) -> str:
    """Return where it is noted who has a thread with the helpers of a server."""
    return f"pleas:{guild}"
