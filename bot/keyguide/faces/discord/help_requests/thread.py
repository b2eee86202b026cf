"""A call for a human that was made: one thread for it, and never a second."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import discord

from keyguide.core.evidence.secrets import mask
from keyguide.core.model.turn import Reply
from keyguide.core.phrases.server import HelpRequestPhrases
from keyguide.faces.discord.cards.draw import Card, DrawOptions, draw_cards, draw_note
from keyguide.faces.discord.connection.bot import Bot, Interaction, make_turn
from keyguide.faces.discord.connection.notes import (
    make_help_place,
    make_opening_mark,
    make_person_name,
    parse_opening_mark,
)
from keyguide.faces.discord.connection.sending import deliver_when_ready, retry
from keyguide.faces.discord.connection.server_settings import ServerSettings, load_server_settings
from keyguide.faces.discord.help_requests.help_form import read_sentence, read_server_id
from keyguide.faces.discord.help_requests.offer import HUMAN
from keyguide.faces.discord.help_requests.thread_buttons import build_first_message

_log = logging.getLogger(__name__)
_OPENING_TIMEOUT = timedelta(minutes=1)  # after which a thread that was being opened is taken for lost
_MAX_TRIES = 3
_WEEK: Literal[10080] = 10_080  # minutes until Discord puts a silent thread away


@dataclass(frozen=True, slots=True)
class HelpTicket:
    """Who calls whom, and with which words."""

    guild: discord.Guild
    server: ServerSettings
    person: discord.User | discord.Member
    sentence: str
    locale: str

    @property
    def place(self) -> str:
        """Where it is noted who has a thread already."""
        return make_help_place(self.guild.id)

    @property
    def who(self) -> str:
        """The name by which everything of the person is kept."""
        return make_person_name(self.person.id)


async def handle_help_modal(interaction: Interaction) -> None:
    """Take up a modal that was sent: call the helpers, and tell the person where they are."""
    guild = interaction.client.get_guild(read_server_id(interaction))
    private = not interaction.context.dm_channel
    await deliver_when_ready(interaction, _answer(interaction, guild), private=private)


async def _answer(interaction: Interaction, guild: discord.Guild | None) -> Sequence[Card]:
    bot, locale = interaction.client, str(interaction.locale)
    words = bot.get_phrases(locale).server.plea
    server = await load_server_settings(bot.assistant, guild.id if guild else None)
    turn = make_turn(interaction.user.id, guild.id if guild else None, locale, pick=HUMAN)
    reply = await bot.assistant.reply(turn)
    line = ""
    if guild and server.has_helpers:
        public = mask(read_sentence(interaction), bot.assistant.knowledge.public_keys).text
        line = await open_help_thread(
            bot, HelpTicket(guild, server, interaction.user, public, locale), reply, words
        )
    if line:
        return [draw_note(line)]
    return draw_cards(replace(reply, notice=words.failed), DrawOptions(bot.get_phrases(locale)))


async def open_help_thread(bot: Bot, wish: HelpTicket, reply: Reply, words: HelpRequestPhrases) -> str:
    """Open the one thread for this person; return where it is, or nothing where it could not be opened."""
    lost: datetime | None = None
    for _ in range(_MAX_TRIES):
        moment = bot.assistant.read_clock()
        mark = make_opening_mark(moment)
        if await bot.assistant.notes.claim_note(wish.place, wish.who, mark):
            return await _try_open_thread(bot, wish, reply, mark, lost)
        held = await bot.assistant.notes.get_note(wish.place, wish.who) or ""
        begun = parse_opening_mark(held)
        if begun and moment - begun < _OPENING_TIMEOUT:  # somebody opens it now, and has not died over it
            return words.opening
        if held.isdecimal() and await _is_open(wish.guild, int(held)):
            return words.already.format(thread=f"<#{held}>")
        lost = begun
        await bot.assistant.notes.drop_note(wish.place, wish.who, held)
    return words.opening


async def _is_open(guild: discord.Guild, id: int) -> bool:
    thread = guild.get_thread(id)
    if thread is None:
        try:
            found = await guild.fetch_channel(id)
        except (discord.NotFound, discord.Forbidden, discord.InvalidData):
            return False
        thread = found if isinstance(found, discord.Thread) else None
    return thread is not None and not thread.archived


async def _try_open_thread(bot: Bot, wish: HelpTicket, reply: Reply, mark: str, lost: datetime | None) -> str:
    words = bot.get_phrases(wish.locale).server.plea
    thread: discord.Thread | None = None
    try:
        thread = (await _find_abandoned_thread(bot, wish, lost) if lost else None) or await _create_thread(
            bot, wish
        )
        # At once: nobody else of the same name may take it for a left-over one once somebody is in it.
        await bot.assistant.notes.set_note(wish.place, wish.who, str(thread.id))
        await _fill_thread(bot, wish, reply, thread)
    except Exception as error:
        await bot.assistant.notes.drop_note(wish.place, wish.who, str(thread.id) if thread else mark)
        if thread:
            await _delete_thread(thread)
        if not isinstance(error, discord.HTTPException | _NoChannelError):
            raise
        _log.warning("no thread with helpers in server %s (%s)", wish.guild.id, error)
        return ""
    return words.opened.format(thread=thread.mention)


class _NoChannelError(Exception):
    """The channel that was chosen is gone."""


async def _find_abandoned_thread(bot: Bot, wish: HelpTicket, lost: datetime) -> discord.Thread | None:
    """Return the thread that a program had made for this person when it died, as far as that can be told."""
    taken, name = (
        set((await bot.assistant.notes.list_notes(wish.place)).values()),
        _make_thread_name(bot, wish),
    )
    since = lost - _OPENING_TIMEOUT
    for thread in await wish.guild.active_threads():
        ours = thread.owner_id == wish.guild.me.id and thread.parent_id == wish.server.helper_channel
        theirs = thread.name == name and str(thread.id) not in taken
        if ours and theirs and (thread.created_at or since) >= since:
            return thread
    return None


async def _create_thread(bot: Bot, wish: HelpTicket) -> discord.Thread:
    # Tried once only: if the answer got lost on its way, a second try would open a second thread.
    channel = wish.guild.get_channel(wish.server.helper_channel)
    if not isinstance(channel, discord.TextChannel):
        raise _NoChannelError("the helpers' channel is gone")
    kind = discord.ChannelType.private_thread
    name = _make_thread_name(bot, wish)
    return await channel.create_thread(name=name, type=kind, invitable=False, auto_archive_duration=_WEEK)


def _make_thread_name(bot: Bot, wish: HelpTicket) -> str:
    return _get_public_words(bot, wish).thread.format(name=wish.person.display_name)[:100]


async def _fill_thread(bot: Bot, wish: HelpTicket, reply: Reply, thread: discord.Thread) -> None:
    """Add the person, call the helpers once, and say what is known."""
    await retry(lambda: thread.add_user(wish.person))
    role = discord.Object(wish.server.helper_role)
    mentions = discord.AllowedMentions(everyone=False, users=False, roles=[role])
    card = build_first_message(
        _get_public_words(bot, wish), wish.server.helper_role, wish.person.id, wish.sentence, reply.handoff
    )
    await retry(lambda: thread.send(view=card, allowed_mentions=mentions, nonce=str(thread.id)))


async def _delete_thread(thread: discord.Thread) -> None:
    """Put away a thread that nobody can use."""
    try:
        await thread.delete()
    except discord.HTTPException:
        _log.info("thread %s could not be deleted", thread.id)


def _get_public_words(bot: Bot, wish: HelpTicket) -> HelpRequestPhrases:
    return bot.get_phrases(wish.server.language or str(wish.guild.preferred_locale)).server.plea
