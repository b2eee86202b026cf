"""Open exactly one private thread per help request."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import discord

from keyguide.core.evidence.secrets import mask
from keyguide.core.model.turn import Reply
from keyguide.core.phrases.discord_servers import ServerPhrases
from keyguide.core.phrases.help_requests import HelpRequestPhrases
from keyguide.faces.discord.cards.draw import Card, DrawOptions, draw_cards, draw_note
from keyguide.faces.discord.cards.quote_form import build_quotes
from keyguide.faces.discord.connection.bot import Asker, Bot, Interaction, make_turn
from keyguide.faces.discord.connection.sending import deliver_when_ready, retry
from keyguide.faces.discord.help_requests.help_form import read_sentence, read_server_id
from keyguide.faces.discord.help_requests.hours import parse_hours
from keyguide.faces.discord.help_requests.limits import count_call, find_refusal
from keyguide.faces.discord.help_requests.offer_help import HUMAN
from keyguide.faces.discord.help_requests.open_requests import add_request, close_request
from keyguide.faces.discord.help_requests.reach_helpers import can_ring, choose_channel
from keyguide.faces.discord.help_requests.threads.first_message import build_first_message, build_knock
from keyguide.faces.discord.servers.find_servers import find_open_thread, find_whole_guild
from keyguide.faces.discord.servers.log_channel import write_log
from keyguide.faces.discord.servers.note_names import (
    make_help_place,
    make_opening_mark,
    make_person_name,
    make_server_place,
    parse_opening_mark,
)
from keyguide.faces.discord.servers.server_settings import ServerSettings, load_server_settings

_log = logging.getLogger(__name__)
_OPENING_TIMEOUT = timedelta(minutes=1)  # after this, an unfinished opening counts as failed
_MAX_TRIES = 3
_WEEK: Literal[10080] = 10_080  # minutes without a message until Discord archives the thread


@dataclass(frozen=True, slots=True)
class HelpTicket:
    """A help request: who calls the helpers of which server, and with which sentence."""

    guild: discord.Guild
    server: ServerSettings
    person: discord.Member
    sentence: str
    locale: str
    origin: discord.abc.GuildChannel | None = None  # the channel of that server where they asked

    @property
    def place(self) -> str:
        """The place of the notes about who has a thread already."""
        return make_help_place(self.guild.id)

    @property
    def who(self) -> str:
        """The name under which everything about the person is stored."""
        return make_person_name(self.person.id)


async def handle_help_modal(interaction: Interaction) -> None:
    """Handle a submitted form: call the helpers, and show the person the thread."""
    private = not interaction.context.dm_channel
    await deliver_when_ready(interaction, _answer(interaction), private=private)


async def _answer(interaction: Interaction) -> Sequence[Card]:
    bot, locale = interaction.client, str(interaction.locale)
    guild = await find_whole_guild(bot, read_server_id(interaction))
    words = bot.get_phrases(locale).server.plea
    server = await load_server_settings(bot.assistant, guild.id if guild else None)
    turn = make_turn(Asker(interaction.user.id, interaction.guild_id, locale), pick=HUMAN, own=server.own)
    if guild:  # counted where the helpers are, even if it was asked in a direct message
        turn = replace(turn, place=make_server_place(guild.id))
    reply = await bot.assistant.reply(turn)
    refusal, line = words.failed, ""
    person = await _find_member(interaction, guild) if guild and server.has_helpers else None
    if guild and person:
        refused = await find_refusal(bot.assistant, guild.id, server, person.id, words)
        public = mask(read_sentence(interaction), bot.assistant.knowledge.public_keys).text
        origin = guild.get_channel_or_thread(interaction.channel_id or 0)
        origin = origin.parent if isinstance(origin, discord.Thread) else origin
        ticket = HelpTicket(guild, server, person, public, locale, origin)
        line = "" if refused else await open_help_thread(bot, ticket, reply, words)
        refusal = refused or refusal
    if line:
        return [draw_note(line)]
    cards = draw_cards(replace(reply, notice=refusal), DrawOptions(bot.get_phrases(locale)))
    return [*cards, *build_quotes(interaction)]


async def _find_member(interaction: Interaction, guild: discord.Guild) -> discord.Member | None:
    """Find the person in the server whose helpers they call; a direct message does not say it."""
    if isinstance(interaction.user, discord.Member) and interaction.user.guild is guild:
        return interaction.user
    try:
        return await retry(lambda: guild.fetch_member(interaction.user.id))
    except (discord.NotFound, discord.Forbidden):
        return None


async def open_help_thread(bot: Bot, ticket: HelpTicket, reply: Reply, words: HelpRequestPhrases) -> str:
    """Open the only thread for this person; return a line about it, "" if it could not be opened."""
    abandoned_at: datetime | None = None
    for _ in range(_MAX_TRIES):
        moment = bot.assistant.read_clock()
        mark = make_opening_mark(moment)
        if await bot.assistant.notes.claim_note(ticket.place, ticket.who, mark):
            return await _try_open_thread(bot, ticket, reply, mark, abandoned_at)
        value = await bot.assistant.notes.get_note(ticket.place, ticket.who) or ""
        started = parse_opening_mark(value)
        if started and moment - started < _OPENING_TIMEOUT:  # another task is opening it right now
            return words.opening
        if value.isdecimal() and await find_open_thread(ticket.guild, int(value)):
            return words.already.format(thread=f"<#{value}>")
        abandoned_at = started
        await close_request(bot.assistant, ticket.guild.id, int(value) if value.isdecimal() else None)
        await bot.assistant.notes.drop_note(ticket.place, ticket.who, value)
    return words.opening


async def _try_open_thread(
    bot: Bot, ticket: HelpTicket, reply: Reply, mark: str, abandoned_at: datetime | None
) -> str:
    words = bot.get_phrases(ticket.locale).server.plea
    thread: discord.Thread | None = None
    try:
        if abandoned_at:
            thread = await _find_abandoned_thread(bot, ticket, abandoned_at)
        thread = thread or await _create_thread(bot, ticket)
        # Stored before anybody is added: else a person of the same name could be given this thread.
        await bot.assistant.notes.set_note(ticket.place, ticket.who, str(thread.id))
        rings = await _fill_thread(bot, ticket, reply, thread)
    except Exception as error:
        await bot.assistant.notes.drop_note(ticket.place, ticket.who, str(thread.id) if thread else mark)
        if thread:
            await _delete_thread(thread)
        if not isinstance(error, discord.HTTPException | _NoChannelError):
            raise
        _log.warning("could not open a help thread in server %s (%s)", ticket.guild.id, error)
        return ""
    await add_request(bot.assistant, ticket.guild.id, ticket.person.id, thread.id)
    await count_call(bot.assistant, ticket.guild.id, ticket.person.id)
    line = await _describe_call(bot, ticket, thread, rings=rings)
    log_words = _get_server_phrases(bot, ticket).log
    opened = log_words.opened.format(person=ticket.person.mention, thread=thread.mention)
    await write_log(bot, ticket.server, opened)
    return f"{line}\n{_describe_absence(bot, ticket, words)}".strip()


async def _describe_call(bot: Bot, ticket: HelpTicket, thread: discord.Thread, *, rings: bool) -> str:
    """Say who was called; if the role cannot be rung, leave a note for the helpers in their channel."""
    words = bot.get_phrases(ticket.locale).server.plea
    if rings:
        return words.opened.format(thread=thread.mention)
    channel = ticket.guild.get_channel(ticket.server.helper_channel)
    if isinstance(channel, discord.TextChannel):
        card = build_knock(_get_public_words(bot, ticket), ticket.person.id, thread.id)
        with suppress(discord.Forbidden, discord.NotFound):
            await retry(lambda: channel.send(view=card))
            return words.opened_quietly.format(thread=thread.mention)
    return words.opened_unheard.format(thread=thread.mention)


def _describe_absence(bot: Bot, ticket: HelpTicket, words: HelpRequestPhrases) -> str:
    """Say when helpers are there again, "" if they are there now or have no hours."""
    if not ticket.server.hours:
        return ""
    hours, moment = parse_hours(ticket.server.hours), bot.assistant.read_clock()
    if hours.is_open(moment):
        return ""
    return words.away.format(moment=discord.utils.format_dt(hours.find_next_start(moment), "R"))


class _NoChannelError(Exception):
    """There is no channel in which a thread would help the person."""


async def _find_abandoned_thread(
    bot: Bot, ticket: HelpTicket, abandoned_at: datetime
) -> discord.Thread | None:
    """Find the thread that a crashed process had opened for this person, if it can be recognised."""
    taken = set((await bot.assistant.notes.list_notes(ticket.place)).values())
    name = _make_thread_name(bot, ticket)
    since = abandoned_at - _OPENING_TIMEOUT
    for thread in await ticket.guild.active_threads():
        is_ours = thread.owner_id == bot.own_id and thread.is_private()
        is_theirs = thread.name == name and str(thread.id) not in taken
        if is_ours and is_theirs and (thread.created_at or since) >= since:
            return thread
    return None


async def _create_thread(bot: Bot, ticket: HelpTicket) -> discord.Thread:
    # Not retried: if only the response was lost, a second attempt would open a second thread.
    helpers = ticket.guild.get_channel(ticket.server.helper_channel)
    channel = choose_channel((helpers, ticket.origin), ticket.person)
    if channel is None:
        raise _NoChannelError("there is no channel that the person sees and where a thread can be opened")
    kind = discord.ChannelType.private_thread
    name = _make_thread_name(bot, ticket)
    return await channel.create_thread(name=name, type=kind, invitable=False, auto_archive_duration=_WEEK)


def _make_thread_name(bot: Bot, ticket: HelpTicket) -> str:
    return _get_public_words(bot, ticket).thread.format(name=ticket.person.display_name)[:100]


async def _fill_thread(bot: Bot, ticket: HelpTicket, reply: Reply, thread: discord.Thread) -> bool:
    """Add the person, call the helpers once, and post what is known; return whether the helpers were rung."""
    await retry(lambda: thread.add_user(ticket.person))
    role_id = ticket.server.helper_role
    rings = isinstance(thread.parent, discord.TextChannel) and can_ring(thread.parent, role_id)
    mentions = discord.AllowedMentions(everyone=False, users=False, roles=[discord.Object(role_id)])
    person = ticket.person.id
    card = build_first_message(
        _get_public_words(bot, ticket), role_id if rings else 0, person, ticket.sentence, reply.handoff
    )
    await retry(lambda: thread.send(view=card, allowed_mentions=mentions, nonce=str(thread.id)))
    return rings


async def _delete_thread(thread: discord.Thread) -> None:
    """Delete a thread that could not be set up."""
    try:
        await thread.delete()
    except discord.HTTPException:
        _log.info("thread %s could not be deleted", thread.id)


def _get_public_words(bot: Bot, ticket: HelpTicket) -> HelpRequestPhrases:
    return _get_server_phrases(bot, ticket).plea


def _get_server_phrases(bot: Bot, ticket: HelpTicket) -> ServerPhrases:
    return bot.get_phrases(ticket.server.choose_locale(ticket.guild.preferred_locale)).server
