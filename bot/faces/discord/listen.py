"""Messages: which of them are meant for us, and what in them was said to us."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace

import discord

from bot.core.turn import Kind, Reply, Turn
from bot.faces.discord import answering, guard, handoff
from bot.faces.discord.answering import Did
from bot.faces.discord.base import Bot, turn_of
from bot.faces.discord.commands import helping, written
from bot.faces.discord.servers import Server, server_of

_log = logging.getLogger(__name__)
_ORDINARY = {discord.MessageType.default, discord.MessageType.reply}
_SURE = {Kind.ARTICLE, Kind.STEP}


async def listen(bot: Bot, said: discord.Message) -> None:
    """Answer a message if it is for us; whatever goes wrong is logged, and the person is told."""
    did = None
    try:
        did = await _meant(bot, said)
        if did is not None:
            await answering.message(bot, said, did)
    except Exception:  # noqa: BLE001 -- the door: nobody is left without a word
        _log.exception("a message could not be answered")
        if did is not None:
            await answering.apologise(bot, said)


async def _meant(bot: Bot, said: discord.Message) -> Did | None:
    """Return what somebody wants of us, None where a message is not for us and we cannot surely help."""
    if said.author.bot or said.webhook_id or said.type not in _ORDINARY or bot.user is None:
        return None
    server = await server_of(bot.assistant, said.guild.id if said.guild else None)
    gone = await guard.caught(bot, said, written(said), server) if said.guild else None
    did = None if await handoff.hushed(bot, said) else await _wanted(bot, said, server, bot.user.id)
    if gone is None or (did and not gone):  # the engine itself says that a message should be deleted
        return did
    if did is None:
        await guard.warn(bot, said, _language(said, server), gone=gone)
        return None
    think = guard.warned(bot, said.author.mention, did.think or bot.assistant.reply, gone=gone)
    return replace(did, think=think)


async def reread(bot: Bot, said: discord.Message) -> None:
    """Look at a message that was changed: a secret may have come into it."""
    if said.guild is None or said.author.bot or said.webhook_id:
        return
    server = await server_of(bot.assistant, said.guild.id)
    gone = await guard.caught(bot, said, written(said), server)
    if gone is not None:
        await guard.warn(bot, said, _language(said, server), gone=gone)


def _language(said: discord.Message, server: Server) -> str:
    return server.language or str(said.guild.preferred_locale if said.guild else "en")


async def _wanted(bot: Bot, said: discord.Message, server: Server, us: int) -> Did | None:
    """Return what a message asks of us; unasked we speak to nobody who is talking with a person."""
    others, helper = addressed(said, us), is_helper(said, server)
    helped = bot.quiet.helped(said.channel.id, said.author.id)
    bot.quiet.heard(said.channel.id, said.author.id, others, helper=helper)
    did = _commanded(bot, said.content) if bot.ways.message_content else None
    if did is None and _to_us(said, us):
        did = _told(said, us)
    if did is None and not (others or helped or helper) and await _sure(bot, said, server):
        did = Did(text=written(said))
    return did


def addressed(said: discord.Message, us: int) -> set[int]:
    """Return the people that a message answers or mentions, ourselves not among them."""
    people = {person.id for person in said.mentions if not person.bot}
    answered = said.reference.resolved if said.reference else None
    if isinstance(answered, discord.Message) and not answered.author.bot:
        people.add(answered.author.id)
    return people - {us, said.author.id}


def is_helper(said: discord.Message, server: Server) -> bool:
    """Whether the author has the role of the helpers."""
    return isinstance(said.author, discord.Member) and said.author.get_role(server.helper_role) is not None


def _to_us(said: discord.Message, us: int) -> bool:
    if said.guild is None or any(person.id == us for person in said.mentions):
        return True
    answered = said.reference.resolved if said.reference else None
    # A reply with its ping switched off carries no words, unless we may read what is not for us, too.
    return isinstance(answered, discord.Message) and answered.author.id == us and bool(said.content)


def _told(said: discord.Message, us: int) -> Did:
    """Return what was said to us; a bare mention below somebody's message means that message."""
    text = unaddressed(written(said), us)
    answered = said.reference.resolved if said.reference else None
    if not text and isinstance(answered, discord.Message) and answered.author.id != us:
        text = unaddressed(written(answered), us)
    return Did(text=text) if text or said.guild is None else Did(pick="start")


def unaddressed(text: str, us: int) -> str:
    """Return a text without the mentions of us."""
    return re.sub(rf"<@!?{us}>", " ", text).strip()


def _commanded(bot: Bot, text: str) -> Did | None:
    """Read a text command such as `!ask how do I link`, None where there is none."""
    word, _, rest = text.strip().partition(" ")
    if not word.startswith(bot.ways.prefix):
        return None
    does = _text_commands(bot).get(word.removeprefix(bot.ways.prefix).casefold())
    return does(rest.strip()) if does else None


def _text_commands(bot: Bot) -> dict[str, Callable[[str], Did]]:
    """Return what each word stands for, in every language that we speak."""

    async def help_(turn: Turn) -> Reply:
        return helping(bot, turn.locale)

    does: dict[str, Callable[[str], Did]] = {
        "ask": lambda rest: Did(text=rest) if rest else Did(pick="start"),
        "diagnose": lambda rest: Did(text=rest, think=answering.deeper(bot)) if rest else Did(pick="menu"),
        "error": lambda rest: Did(text=rest),
        "topics": lambda _: Did(pick="topics"),
        "human": lambda _: Did(pick=handoff.HUMAN),
        "help": lambda _: Did(think=help_),
    }
    languages = bot.assistant.knowledge.phrases.values()
    return {getattr(said.discord.commands, key).name: does[key] for said in languages for key in does}


async def _sure(bot: Bot, said: discord.Message, server: Server) -> bool:
    """Whether this is a channel where we help unasked, and we have the very answer."""
    if said.guild is None or not bot.ways.message_content or not said.content:
        return False
    if not {said.channel.id, getattr(said.channel, "parent_id", None)} & server.answering:
        return False
    # Nobody's conversation, and then the person's own: in a diagnosis of theirs "yes" would be an answer.
    alone = await bot.assistant.look(turn_of(0, said.guild.id, "en", text=written(said)))
    if alone.kind not in _SURE or alone.subject == bot.assistant.knowledge.shown.human:
        return False
    own = await bot.assistant.look(turn_of(said.author.id, said.guild.id, "en", text=written(said)))
    return (own.kind, own.subject) == (alone.kind, alone.subject)
