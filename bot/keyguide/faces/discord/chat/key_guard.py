"""Delete messages that contain a secret such as a product key, if allowed, and warn their authors."""

from __future__ import annotations

import logging
from dataclasses import replace

import discord

from keyguide.core.evidence.secrets import MAX_TEXT_LENGTH, mask
from keyguide.core.model.turn import Reply, Turn
from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.chat.answer import Responder
from keyguide.faces.discord.chat.attachments import list_attachments
from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.connection.sending import reply_to, retry, send_direct_message
from keyguide.faces.discord.servers.log_channel import write_log
from keyguide.faces.discord.servers.server_settings import ServerSettings

_log = logging.getLogger(__name__)
_MIN_KEY_LENGTH = 25  # characters; no key is shorter
_OVERLAP = 500  # characters; no secret is longer, however it is written


async def delete_if_secret(
    bot: Bot, message: discord.Message, text: str, server: ServerSettings
) -> bool | None:
    """Delete a message if it holds a secret; return whether it is gone, None if there was nothing to do."""
    if not server.guard or len(text) < _MIN_KEY_LENGTH:
        return None
    if not _has_secret(bot, text):
        return None
    return await _delete(bot, message, server)


async def _delete(bot: Bot, message: discord.Message, server: ServerSettings) -> bool:
    """Delete a message with a secret; return whether it is gone."""
    bot.metrics.count_interaction("guard", "answered")
    try:
        await retry(message.delete)
    except discord.Forbidden:
        return False
    except discord.NotFound:  # a person or AutoMod was faster
        return True
    _log.info("deleted a message with a secret in channel %s", message.channel.id)
    if message.guild:
        words = bot.get_phrases(server.choose_locale(message.guild.preferred_locale)).server.log
        line = words.deleted.format(person=message.author.mention, channel=f"<#{message.channel.id}>")
        await write_log(bot, server, line)
    return True


def _has_secret(bot: Bot, text: str) -> bool:
    """Check a text of any length, part by part; the parts overlap, so that no secret is cut in two."""
    starts = range(0, len(text), MAX_TEXT_LENGTH - _OVERLAP)
    parts = (text[start : start + MAX_TEXT_LENGTH] for start in starts)
    return any(mask(part, bot.assistant.knowledge.public_keys).secret for part in parts)


def find_secret_names(bot: Bot, message: discord.Message) -> str:
    """Find the names of attachments that hold a secret, as one text; Discord writes their spaces as "_"."""
    names = (file.filename.replace("_", " ") for file in list_attachments(message))
    return "\n".join(name for name in names if mask(name, bot.assistant.knowledge.public_keys).secret)


async def warn_author(bot: Bot, message: discord.Message, locale: str, *, deleted: bool) -> None:
    """Tell the author what to do, by direct message if they accept it, else in the channel."""
    line = build_warning(bot, message.author.mention, locale, deleted=deleted)
    if not await send_direct_message(message.author, [draw_note(line)], message.id):
        await reply_to(message, [draw_note(line)])


def build_warning(bot: Bot, person: str, locale: str, *, deleted: bool) -> str:
    """Write the warning for the author of a secret; it never repeats the secret."""
    words = bot.get_phrases(locale).server.guard
    return (words.deleted if deleted else words.seen).format(person=person)


def make_picture_guard(
    bot: Bot, message: discord.Message, server: ServerSettings, responder: Responder
) -> Responder:
    """Make a responder that deletes a message whose picture shows a secret, and says so above the answer."""

    async def respond(turn: Turn) -> Reply:
        reply = await responder(turn)
        if not (reply.evidence.secret and server.guard and message.guild):
            return reply
        deleted = await _delete(bot, message, server)
        return replace(reply, notice=build_warning(bot, message.author.mention, turn.locale, deleted=deleted))

    return respond


def make_warning_responder(bot: Bot, person: str, responder: Responder, *, deleted: bool) -> Responder:
    """Make a responder that puts the warning above the usual answer."""

    async def respond(turn: Turn) -> Reply:
        warning = build_warning(bot, person, turn.locale, deleted=deleted)
        return replace(await responder(turn), notice=warning)

    return respond
