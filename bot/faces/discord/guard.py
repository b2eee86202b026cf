"""Product keys in messages: deleted where we may, and the person told kindly what to do."""

from __future__ import annotations

import logging
from dataclasses import replace

import discord

from bot.core.gather import READ
from bot.core.secrets import mask
from bot.core.turn import Reply, Turn
from bot.faces.discord.answering import Think
from bot.faces.discord.base import Bot
from bot.faces.discord.draw import note
from bot.faces.discord.sending import persistent, reply_to, write_to
from bot.faces.discord.servers import Server

_log = logging.getLogger(__name__)
_SHORTEST = 25  # characters; no key is shorter


async def caught(bot: Bot, said: discord.Message, text: str, server: Server) -> bool | None:
    """Delete a message that holds a secret; tell whether it is gone, None where there was nothing to do."""
    if not server.guard or len(text) < _SHORTEST:
        return None
    if not mask(text[:READ], bot.assistant.knowledge.public_keys).secret:
        return None
    bot.metrics.interaction("guard", "answered")
    try:
        await persistent(said.delete)
    except discord.Forbidden:
        return False
    except discord.NotFound:  # a person or AutoMod was faster
        return True
    _log.info("deleted a message with a secret in channel %s", said.channel.id)
    return True


async def warn(bot: Bot, said: discord.Message, locale: str, *, gone: bool) -> None:
    """Tell the author what to do: where nobody else reads it, else in the channel, without the key."""
    line = warning(bot, said.author.mention, locale, gone=gone)
    if not await write_to(said.author, [note(line)], said.id):
        await reply_to(said, [note(line)])


def warning(bot: Bot, person: str, locale: str, *, gone: bool) -> str:
    """Return what to tell somebody whose message held a secret."""
    words = bot.phrases(locale).server.guard
    return (words.deleted if gone else words.seen).format(person=person)


def warned(bot: Bot, person: str, think: Think, *, gone: bool) -> Think:
    """Return what answers a message that held a secret: the same, with the warning above it."""

    async def thought(turn: Turn) -> Reply:
        return replace(await think(turn), notice=warning(bot, person, turn.locale, gone=gone))

    return thought
