"""A call for a human that was made: one thread for it, and never a second."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import discord

from bot.core.phrases_server import Plea
from bot.core.secrets import mask
from bot.core.turn import Reply
from bot.faces.discord.base import Asked, Bot, turn_of
from bot.faces.discord.draw import Card, Look, draw, note
from bot.faces.discord.handoff import HUMAN, sentence_of, server_asked
from bot.faces.discord.helping import opening
from bot.faces.discord.removal import pleas_of
from bot.faces.discord.sending import deliver, heard, persistent
from bot.faces.discord.servers import Server, server_of

_log = logging.getLogger(__name__)
_OPENING = "opening "
_PATIENCE = timedelta(minutes=1)  # after which a thread that was being opened is taken for lost
_TRIES = 3
_WEEK: Literal[10080] = 10_080  # minutes until Discord puts a silent thread away


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls whom, and with which words."""

    guild: discord.Guild
    server: Server
    person: discord.User | discord.Member
    sentence: str
    locale: str

    @property
    def place(self) -> str:
        """Where it is noted who has a thread already."""
        return pleas_of(self.guild.id)

    @property
    def who(self) -> str:
        """The name by which everything of the person is kept."""
        return f"discord:{self.person.id}"


async def called(asked: Asked) -> None:
    """Take up a modal that was sent: call the helpers, and tell the person where they are."""
    guild = asked.client.get_guild(server_asked(asked))
    private = not asked.context.dm_channel
    cards = await heard(asked, _answer(asked, guild), private=private)
    await deliver(asked, cards, private=private)


async def _answer(asked: Asked, guild: discord.Guild | None) -> Sequence[Card]:
    bot, locale = asked.client, str(asked.locale)
    words = bot.phrases(locale).server.plea
    server = await server_of(bot.assistant, guild.id if guild else None)
    turn = turn_of(asked.user.id, guild.id if guild else None, locale, pick=HUMAN)
    reply = await bot.assistant.reply(turn)
    line = ""
    if guild and server.helps:
        public = mask(sentence_of(asked), bot.assistant.knowledge.public_keys).text
        line = await call(bot, Call(guild, server, asked.user, public, locale), reply, words)
    if line:
        return [note(line)]
    return draw(replace(reply, notice=words.failed), Look(bot.phrases(locale)))


async def call(bot: Bot, wish: Call, reply: Reply, words: Plea) -> str:
    """Open the one thread for this person; return where it is, or nothing where it could not be opened."""
    lost = ""
    for _ in range(_TRIES):
        moment = bot.assistant.moment()
        mark = _OPENING + moment.isoformat()
        if await bot.assistant.claim_note(wish.place, wish.who, mark):
            return await _opened(bot, wish, reply, mark, lost)
        held = await bot.assistant.note(wish.place, wish.who) or ""
        if _is_fresh(held, moment):
            return words.opening
        if held.isdecimal() and await _still_open(wish.guild, int(held)):
            return words.already.format(thread=f"<#{held}>")
        lost = held if held.startswith(_OPENING) else ""
        await bot.assistant.drop_note(wish.place, wish.who, held)
    return words.opening


def _is_fresh(held: str, moment: datetime) -> bool:
    """Whether somebody is opening that thread at this moment, and has not died over it."""
    return held.startswith(_OPENING) and moment - _begun(held) < _PATIENCE


def _begun(mark: str) -> datetime:
    return datetime.fromisoformat(mark.removeprefix(_OPENING))


async def _still_open(guild: discord.Guild, id: int) -> bool:
    thread = guild.get_thread(id)
    if thread is None:
        try:
            found = await guild.fetch_channel(id)
        except (discord.NotFound, discord.Forbidden, discord.InvalidData):
            return False
        thread = found if isinstance(found, discord.Thread) else None
    return thread is not None and not thread.archived


async def _opened(bot: Bot, wish: Call, reply: Reply, mark: str, lost: str) -> str:
    words = bot.phrases(wish.locale).server.plea
    thread: discord.Thread | None = None
    try:
        thread = (await _left_over(bot, wish, lost) if lost else None) or await _thread(bot, wish)
        # At once: nobody else of the same name may take it for a left-over one once somebody is in it.
        await bot.assistant.set_note(wish.place, wish.who, str(thread.id))
        await _filled(bot, wish, reply, thread)
    except Exception as error:
        await bot.assistant.drop_note(wish.place, wish.who, str(thread.id) if thread else mark)
        if thread:
            await _put_away(thread)
        if not isinstance(error, discord.HTTPException | _NoChannelError):
            raise
        _log.warning("no thread with helpers in server %s (%s)", wish.guild.id, error)
        return ""
    return words.opened.format(thread=thread.mention)


class _NoChannelError(Exception):
    """The channel that was chosen is gone."""


async def _left_over(bot: Bot, wish: Call, lost: str) -> discord.Thread | None:
    """Return the thread that a program had made for this person when it died, as far as that can be told."""
    taken, name = set((await bot.assistant.notes(wish.place)).values()), _name(bot, wish)
    since = _begun(lost) - _PATIENCE
    for thread in await wish.guild.active_threads():
        ours = thread.owner_id == wish.guild.me.id and thread.parent_id == wish.server.helper_channel
        theirs = thread.name == name and str(thread.id) not in taken
        if ours and theirs and (thread.created_at or since) >= since:
            return thread
    return None


async def _thread(bot: Bot, wish: Call) -> discord.Thread:
    # Tried once only: if the answer got lost on its way, a second try would open a second thread.
    channel = wish.guild.get_channel(wish.server.helper_channel)
    if not isinstance(channel, discord.TextChannel):
        raise _NoChannelError("the helpers' channel is gone")
    kind = discord.ChannelType.private_thread
    name = _name(bot, wish)
    return await channel.create_thread(name=name, type=kind, invitable=False, auto_archive_duration=_WEEK)


def _name(bot: Bot, wish: Call) -> str:
    return _public_words(bot, wish).thread.format(name=wish.person.display_name)[:100]


async def _filled(bot: Bot, wish: Call, reply: Reply, thread: discord.Thread) -> None:
    """Add the person, call the helpers once, and say what is known."""
    await persistent(lambda: thread.add_user(wish.person))
    role = discord.Object(wish.server.helper_role)
    mentions = discord.AllowedMentions(everyone=False, users=False, roles=[role])
    card = opening(
        _public_words(bot, wish), wish.server.helper_role, wish.person.id, wish.sentence, reply.handoff
    )
    await persistent(lambda: thread.send(view=card, allowed_mentions=mentions, nonce=str(thread.id)))


async def _put_away(thread: discord.Thread) -> None:
    """Put away a thread that nobody can use."""
    try:
        await thread.delete()
    except discord.HTTPException:
        _log.info("thread %s could not be deleted", thread.id)


def _public_words(bot: Bot, wish: Call) -> Plea:
    return bot.phrases(wish.server.language or str(wish.guild.preferred_locale)).server.plea
