"""Once a minute, look after the open help requests: remind helpers, and close threads that fell silent."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta

import discord

from keyguide.core.phrases.discord_servers import ServerPhrases
from keyguide.core.phrases.help_requests import HelpRequestPhrases
from keyguide.errors import StoreError
from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.connection.sending import retry
from keyguide.faces.discord.help_requests.hours import parse_hours
from keyguide.faces.discord.help_requests.limits import drop_old_counts
from keyguide.faces.discord.help_requests.open_requests import (
    REMINDED,
    WAITING,
    WARNED,
    HelpRequest,
    change_request,
    close_request,
    drop_empty_queue,
    list_requests,
    list_servers_with_requests,
)
from keyguide.faces.discord.help_requests.reach_helpers import can_ring
from keyguide.faces.discord.help_requests.threads.first_message import build_knock
from keyguide.faces.discord.servers.find_servers import find_open_thread
from keyguide.faces.discord.servers.log_channel import write_log
from keyguide.faces.discord.servers.note_names import make_help_place, make_person_name
from keyguide.faces.discord.servers.server_settings import ServerSettings, load_server_settings

_log = logging.getLogger(__name__)
_INTERVAL = 60.0  # seconds
_WARNING_TIME = timedelta(hours=24)  # between the warning and the end of a silent thread


async def repeat_rounds(bot: Bot) -> None:
    """Go the rounds as long as the bot runs; if one fails, log it and go on with the next."""
    is_told = False
    while True:
        await asyncio.sleep(_INTERVAL)
        try:
            await go_round(bot)
            is_told = False
        except StoreError as error:
            if not is_told:  # once for each outage
                _log.warning("the help requests could not be looked after (%s)", error)
            is_told = True
        except Exception:  # noqa: BLE001 -- the next round must come
            _log.exception("the help requests could not be looked after")


async def go_round(bot: Bot) -> None:
    """Look after the open requests of every server that the bot sees."""
    for guild_id in await list_servers_with_requests(bot.assistant):
        guild = bot.get_guild(guild_id)
        if guild is None:  # it belongs to another process, or the bot was removed
            continue
        try:
            await _look_after_server(bot, guild)
        except discord.HTTPException as error:  # the other servers must not wait for this one
            _log.warning("the help requests of server %s could not be looked after (%s)", guild_id, error)


async def _look_after_server(bot: Bot, guild: discord.Guild) -> None:
    server = await load_server_settings(bot.assistant, guild.id)
    requests = await list_requests(bot.assistant, guild.id)
    for request in requests:
        await _look_after(bot, guild, server, request)
    if not requests:
        await drop_old_counts(bot.assistant, guild.id)
        await drop_empty_queue(bot.assistant, guild.id)


async def _look_after(bot: Bot, guild: discord.Guild, server: ServerSettings, request: HelpRequest) -> None:
    thread = await find_open_thread(guild, request.thread)
    if thread is None:  # it was deleted, or Discord archived it
        await _end(bot, guild, request)
        return
    moment, words = bot.assistant.read_clock(), _get_phrases(bot, guild, server).plea
    if not request.helper and request.stage == WAITING and _is_reminder_due(server, request, moment):
        if await change_request(bot.assistant, request, stage=REMINDED):
            await _remind(thread, server, request, words)
    elif request.helper and server.close_after:
        await _check_silence(bot, thread, server, request)


def _is_reminder_due(server: ServerSettings, request: HelpRequest, moment: datetime) -> bool:
    if not server.remind_after or moment - request.since < timedelta(minutes=server.remind_after):
        return False
    return not server.hours or parse_hours(server.hours).is_open(moment)


async def _remind(
    thread: discord.Thread, server: ServerSettings, request: HelpRequest, words: HelpRequestPhrases
) -> None:
    """Call the helpers a second time; if their role cannot be rung, leave a note in their channel."""
    since = discord.utils.format_dt(request.opened, "R")
    channel = thread.guild.get_channel(server.helper_channel)
    if isinstance(thread.parent, discord.TextChannel) and can_ring(thread.parent, server.helper_role):
        line = words.reminder.format(role=f"<@&{server.helper_role}>", since=since)
        role = discord.Object(server.helper_role)
        mentions = discord.AllowedMentions(everyone=False, users=False, roles=[role])
        await retry(lambda: thread.send(view=draw_note(line), allowed_mentions=mentions))
    elif isinstance(channel, discord.TextChannel):
        card = build_knock(words, request.person, request.thread)
        with suppress(discord.Forbidden, discord.NotFound):
            await retry(lambda: channel.send(view=card))


async def _check_silence(
    bot: Bot, thread: discord.Thread, server: ServerSettings, request: HelpRequest
) -> None:
    """Warn in a thread where nobody has written for long, and close it a day after the warning."""
    moment, words = bot.assistant.read_clock(), _get_phrases(bot, thread.guild, server).plea
    limit = _WARNING_TIME if request.stage == WARNED else timedelta(hours=server.close_after)
    if moment - request.since < limit or (request.stage != WARNED and _was_active(thread, moment - limit)):
        return
    last = await _read_last_message(thread)
    if request.stage != WARNED:
        if last is None or moment - last.created_at >= limit:
            await _warn(bot, thread, request, words)
    elif last and last.author != thread.guild.me:  # somebody wrote after the warning
        await change_request(bot.assistant, request, stage=WAITING)
    elif await _end(bot, thread.guild, request):
        await retry(lambda: thread.send(view=draw_note(words.closed_silent)))
        await thread.edit(archived=True)


def _was_active(thread: discord.Thread, since: datetime) -> bool:
    """Check by the id of the last message, which costs no request, whether somebody wrote since then."""
    return thread.last_message_id is not None and discord.utils.snowflake_time(thread.last_message_id) > since


async def _warn(bot: Bot, thread: discord.Thread, request: HelpRequest, words: HelpRequestPhrases) -> None:
    if not await change_request(bot.assistant, request, stage=WARNED):
        return
    line = words.silent.format(person=f"<@{request.person}>", helper=f"<@{request.helper}>")
    people = [discord.Object(request.person), discord.Object(request.helper)]
    mentions = discord.AllowedMentions(everyone=False, roles=False, users=people)
    await retry(lambda: thread.send(view=draw_note(line), allowed_mentions=mentions))


async def _end(bot: Bot, guild: discord.Guild, request: HelpRequest) -> bool:
    """Take a request that nobody follows any more from the queue; return whether this call did it."""
    if not await close_request(bot.assistant, guild.id, request.thread):
        return False
    place, name = make_help_place(guild.id), make_person_name(request.person)
    await bot.assistant.notes.drop_note(place, name, str(request.thread))
    server = await load_server_settings(bot.assistant, guild.id)
    log_words = _get_phrases(bot, guild, server).log
    await write_log(bot, server, log_words.ended.format(thread=f"<#{request.thread}>"))
    return True


async def _read_last_message(thread: discord.Thread) -> discord.Message | None:
    return await anext(aiter(thread.history(limit=1)), None)


def _get_phrases(bot: Bot, guild: discord.Guild, server: ServerSettings) -> ServerPhrases:
    return bot.get_phrases(server.choose_locale(guild.preferred_locale)).server
