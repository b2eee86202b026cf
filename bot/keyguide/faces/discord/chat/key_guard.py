"""Product keys in messages: deleted where we may, and the person told kindly what to do."""

from __future__ import annotations

import logging
from dataclasses import replace

import discord

from keyguide.core.evidence.secrets import MAX_TEXT_LENGTH, mask
from keyguide.core.model.turn import Reply, Turn
from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.chat.answer import Responder
from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.connection.sending import reply_to, retry, send_direct_message
from keyguide.faces.discord.connection.server_settings import ServerSettings

_log = logging.getLogger(__name__)
_MIN_KEY_LENGTH = 25  # characters; no key is shorter


async def delete_if_secret(bot: Bot, said: discord.Message, text: str, server: ServerSettings) -> bool | None:
    """Delete a message that holds a secret; tell whether it is gone, None where there was nothing to do."""
    if not server.guard or len(text) < _MIN_KEY_LENGTH:
        return None
    if not mask(text[:MAX_TEXT_LENGTH], bot.assistant.knowledge.public_keys).secret:
        return None
    bot.metrics.count_interaction("guard", "answered")
    try:
        await retry(said.delete)
    except discord.Forbidden:
        return False
    except discord.NotFound:  # a person or AutoMod was faster
        return True
    _log.info("deleted a message with a secret in channel %s", said.channel.id)
    return True


async def warn_author(bot: Bot, said: discord.Message, locale: str, *, gone: bool) -> None:
    """Tell the author what to do: where nobody else reads it, else in the channel, without the key."""
    line = build_warning(bot, said.author.mention, locale, gone=gone)
    if not await send_direct_message(said.author, [draw_note(line)], said.id):
        await reply_to(said, [draw_note(line)])


def build_warning(bot: Bot, person: str, locale: str, *, gone: bool) -> str:
    """Return what to tell somebody whose message held a secret."""
    words = bot.get_phrases(locale).server.guard
    return (words.deleted if gone else words.seen).format(person=person)


def make_warning_responder(bot: Bot, person: str, think: Responder, *, gone: bool) -> Responder:
    """Return what answers a message that held a secret: the same, with the warning above it."""

    async def respond(turn: Turn) -> Reply:
        return replace(await think(turn), notice=build_warning(bot, person, turn.locale, gone=gone))

    return respond
