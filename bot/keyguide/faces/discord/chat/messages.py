"""Messages: which of them are meant for us, and what in them was message to us."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace

import discord

from keyguide.core.model.turn import Kind, Reply, Turn
from keyguide.faces.discord.chat import answer, key_guard
from keyguide.faces.discord.chat.answer import Request, choose_locale
from keyguide.faces.discord.chat.commands import build_help_reply, extract_text
from keyguide.faces.discord.connection.bot import Bot, make_turn
from keyguide.faces.discord.connection.server_settings import ServerSettings, load_server_settings
from keyguide.faces.discord.help_requests.offer import HUMAN, is_help_thread

_log = logging.getLogger(__name__)
_ORDINARY_TYPES = {discord.MessageType.default, discord.MessageType.reply}
_SURE_KINDS = {Kind.ARTICLE, Kind.STEP}


async def handle_message(bot: Bot, message: discord.Message) -> None:
    """Answer a message if it is for us; a failure is logged, and the person is told."""
    if message.author.bot or message.webhook_id or message.type not in _ORDINARY_TYPES or bot.user is None:
        return
    request, server = None, ServerSettings()
    try:
        server = await load_server_settings(bot.assistant, message.guild.id if message.guild else None)
        request = await _find_request(bot, message, server, bot.user.id)
        if request is not None:
            await answer.answer_message(bot, message, server, request)
    except Exception:  # noqa: BLE001 -- nobody is left without an answer, whatever fails
        _log.exception("a message could not be answered")
        if request is not None:
            await answer.apologise(bot, message, server)


async def _find_request(
    bot: Bot, message: discord.Message, server: ServerSettings, us: int
) -> Request | None:
    """Find what a message asks of us, None if it is not for us and we are not sure to help."""
    gone = None
    if message.guild:
        gone = await key_guard.delete_if_secret(bot, message, extract_text(message), server)
    request = None if is_help_thread(bot, message) else await _parse_request(bot, message, server, us)
    if gone is None or (request and not gone):  # the engine itself says that a message should be deleted
        return request
    if request is None:
        await key_guard.warn_author(bot, message, choose_locale(bot, message, server), gone=gone)
        return None
    responder = key_guard.make_warning_responder(
        bot, message.author.mention, request.responder or bot.assistant.reply, gone=gone
    )
    return replace(request, responder=responder)


async def check_edited_message(bot: Bot, message: discord.Message) -> None:
    """Look at a message that was changed: a secret may have come into it."""
    if message.guild is None or message.author.bot or message.webhook_id:
        return
    server = await load_server_settings(bot.assistant, message.guild.id)
    gone = await key_guard.delete_if_secret(bot, message, extract_text(message), server)
    if gone is not None:
        await key_guard.warn_author(bot, message, choose_locale(bot, message, server), gone=gone)


async def _parse_request(
    bot: Bot, message: discord.Message, server: ServerSettings, us: int
) -> Request | None:
    """Return what a message asks of us; unasked we speak to nobody who is talking with a person."""
    others, helper = find_addressed_people(message, us), is_helper(message, server)
    helped = bot.help_tracker.is_helped(message.channel.id, message.author.id)
    bot.help_tracker.record_message(message.channel.id, message.author.id, others, helper=helper)
    did = _parse_text_command(bot, message.content) if bot.discord_options.message_content else None
    if did is None and _is_for_us(message, us):
        did = _read_mention(message, us)
    if did is None and not (others or helped or helper) and await _has_sure_answer(bot, message, server):
        did = Request(text=extract_text(message))
    return did


def find_addressed_people(message: discord.Message, us: int) -> set[int]:
    """Return the people that a message answers or mentions, ourselves not among them."""
    people = {person.id for person in message.mentions if not person.bot}
    answered = message.reference.resolved if message.reference else None
    if isinstance(answered, discord.Message) and not answered.author.bot:
        people.add(answered.author.id)
    return people - {us, message.author.id}


def is_helper(message: discord.Message, server: ServerSettings) -> bool:
    """Whether the author has the role of the helpers."""
    return (
        isinstance(message.author, discord.Member) and message.author.get_role(server.helper_role) is not None
    )


def _is_for_us(message: discord.Message, us: int) -> bool:
    if message.guild is None or any(person.id == us for person in message.mentions):
        return True
    answered = message.reference.resolved if message.reference else None
    # A reply with its ping switched off carries no words, unless we may read what is not for us, too.
    return isinstance(answered, discord.Message) and answered.author.id == us and bool(message.content)


def _read_mention(message: discord.Message, us: int) -> Request:
    """Return what was message to us; a bare mention below somebody's message means that message."""
    text = remove_mentions(extract_text(message), us)
    answered = message.reference.resolved if message.reference else None
    if not text and isinstance(answered, discord.Message) and answered.author.id != us:
        text = remove_mentions(extract_text(answered), us)
    return Request(text=text) if text or message.guild is None else Request(pick="start")


def remove_mentions(text: str, us: int) -> str:
    """Return a text without the mentions of us."""
    return re.sub(rf"<@!?{us}>", " ", text).strip()


def _parse_text_command(bot: Bot, text: str) -> Request | None:
    """Read a text command such as `!ask how do I link`, None where there is none."""
    word, _, rest = text.strip().partition(" ")
    if not word.startswith(bot.discord_options.prefix):
        return None
    does = _build_text_commands(bot).get(word.removeprefix(bot.discord_options.prefix).casefold())
    return does(rest.strip()) if does else None


def _build_text_commands(bot: Bot) -> dict[str, Callable[[str], Request]]:
    """Return what each word stands for, in every language that we speak."""

    async def respond_with_help(turn: Turn) -> Reply:
        return build_help_reply(bot, turn.locale)

    does: dict[str, Callable[[str], Request]] = {
        "ask": lambda rest: Request(text=rest) if rest else Request(pick="start"),
        "diagnose": lambda rest: (
            Request(text=rest, responder=answer.make_diagnosis_responder(bot))
            if rest
            else Request(pick="menu")
        ),
        "error": lambda rest: Request(text=rest),
        "topics": lambda _: Request(pick="topics"),
        "human": lambda _: Request(pick=HUMAN),
        "help": lambda _: Request(responder=respond_with_help),
    }
    languages = bot.assistant.knowledge.phrases.values()
    return {getattr(phrases.discord.commands, key).name: does[key] for phrases in languages for key in does}


async def _has_sure_answer(bot: Bot, message: discord.Message, server: ServerSettings) -> bool:
    """Whether this is a channel where we help unasked, and we have the very answer."""
    if message.guild is None or not bot.discord_options.message_content or not message.content:
        return False
    if not {message.channel.id, getattr(message.channel, "parent_id", None)} & server.answering:
        return False
    # Nobody's conversation, and then the person's own: in a diagnosis of theirs "yes" would be an answer.
    alone = await bot.assistant.preview(make_turn(0, message.guild.id, "en", text=extract_text(message)))
    if alone.kind not in _SURE_KINDS or alone.subject == bot.assistant.knowledge.shown.human:
        return False
    own = await bot.assistant.preview(
        make_turn(message.author.id, message.guild.id, "en", text=extract_text(message))
    )
    return (own.kind, own.subject) == (alone.kind, alone.subject)
