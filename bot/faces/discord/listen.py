"""Messages: which of them are meant for us, and what in them was said to us."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import discord

from bot.core.turn import Kind, Reply, Turn
from bot.faces.discord import answering, handoff
from bot.faces.discord.answering import Did
from bot.faces.discord.base import Bot, turn_of
from bot.faces.discord.commands import helping, written
from bot.faces.discord.servers import server_of

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
    if said.guild and await handoff.hushed(bot, said):
        return None
    did = _commanded(bot, said.content) if bot.ways.message_content else None
    if did is None and _to_us(said, bot.user.id):
        did = _told(said, bot.user.id)
    if did is None and await _sure(bot, said):
        did = Did(text=written(said))
    return did


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


async def _sure(bot: Bot, said: discord.Message) -> bool:
    """Whether this is a channel where we help unasked, and we have the very answer."""
    if said.guild is None or not bot.ways.message_content or not said.content:
        return False
    server = await server_of(bot.assistant, said.guild.id)
    if not {said.channel.id, getattr(said.channel, "parent_id", None)} & server.answering:
        return False
    turn = turn_of(said.author.id, said.guild.id, "en", text=written(said))
    return (await bot.assistant.look(turn)).kind in _SURE
