"""Find out which messages are for the bot and what they ask, and answer them."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import discord

from keyguide.core.model.turn import Kind, Reply, Turn
from keyguide.faces.discord.chat import answer, key_guard
from keyguide.faces.discord.chat.answer import Request, choose_locale
from keyguide.faces.discord.chat.attachments import (
    join_texts,
    list_pictures,
    make_picture_responder,
    read_text_files,
)
from keyguide.faces.discord.chat.commands import build_help_reply, extract_text
from keyguide.faces.discord.connection.bot import Asker, Bot, make_turn
from keyguide.faces.discord.help_requests.offer_help import HUMAN, is_help_thread
from keyguide.faces.discord.servers.note_names import make_speaker_name
from keyguide.faces.discord.servers.server_settings import ServerSettings, load_server_settings
from keyguide.runtime.log import REQUEST_ID

_log = logging.getLogger(__name__)
_ORDINARY_TYPES = {discord.MessageType.default, discord.MessageType.reply}
_SURE_KINDS = {Kind.ARTICLE, Kind.STEP}


async def handle_message(bot: Bot, message: discord.Message) -> None:
    """Answer a message if it is for the bot; if that fails, log the error and tell the person."""
    if message.author.bot or message.webhook_id or message.type not in _ORDINARY_TYPES or bot.user is None:
        return
    REQUEST_ID.set(str(message.id))
    request, server = None, ServerSettings()
    try:
        server = await load_server_settings(bot.assistant, message.guild.id if message.guild else None)
        request = await _check_and_parse_request(bot, message, server, bot.user.id)
        if request is not None:
            await answer.answer_message(bot, message, server, request)
    except Exception:  # noqa: BLE001 -- every person gets an answer, whatever fails
        _log.exception("a message could not be answered")
        if request is not None:
            await answer.apologise(bot, message, server)


async def _check_and_parse_request(
    bot: Bot, message: discord.Message, server: ServerSettings, bot_id: int
) -> Request | None:
    """Find the request in a message, None if the bot should stay silent; handle secrets first."""
    deleted, secret_names = None, key_guard.find_secret_names(bot, message)
    files = await read_text_files(bot, message)
    if message.guild:
        text = f"{extract_text(message)}\n{secret_names}\n{files}"
        deleted = await key_guard.delete_if_secret(bot, message, text, server)
    is_silent = is_help_thread(bot, message) or server.find_channel(message.channel).mode == "ignored"
    request = None if is_silent else await _parse_request(bot, message, server, bot_id)
    if request:
        request = _add_attachments(bot, message, server, request, join_texts(files, secret_names))
    # If the bot could not delete the message, the engine's own reply asks the author to do so.
    if deleted is None or (request and not deleted):
        return request
    if request is None:
        await key_guard.warn_author(bot, message, choose_locale(bot, message, server), deleted=deleted)
        return None
    responder = key_guard.make_warning_responder(
        bot,
        message.author.mention,
        request.responder or bot.assistant.reply,
        deleted=deleted,
    )
    return replace(request, responder=responder)


def _add_attachments(
    bot: Bot, message: discord.Message, server: ServerSettings, request: Request, attached: str
) -> Request:
    """Let the engine read what is attached."""
    if attached:
        request = replace(request, text=join_texts(request.text, attached), pick="")
    if pictures := list_pictures(message):
        responder = make_picture_responder(bot, pictures, request.responder or bot.assistant.reply)
        responder = key_guard.make_picture_guard(bot, message, server, responder)
        request = replace(request, responder=responder, pick="")
    return request


async def check_edited_message(bot: Bot, message: discord.Message) -> None:
    """Check an edited message, because a secret may have been added to it."""
    if message.guild is None or message.author.bot or message.webhook_id:
        return
    server = await load_server_settings(bot.assistant, message.guild.id)
    files = await read_text_files(bot, message)
    text = f"{extract_text(message)}\n{key_guard.find_secret_names(bot, message)}\n{files}"
    deleted = await key_guard.delete_if_secret(bot, message, text, server)
    if deleted is not None:
        await key_guard.warn_author(bot, message, choose_locale(bot, message, server), deleted=deleted)


async def _parse_request(
    bot: Bot, message: discord.Message, server: ServerSettings, bot_id: int
) -> Request | None:
    """Parse the request in a message; unasked, the bot answers nobody who is talking with a person."""
    addressed, helper = find_addressed_people(message, bot_id), is_helper(message, server)
    helped = bot.memory.help_tracker.is_helped(message.channel.id, message.author.id)
    bot.memory.help_tracker.record_message(message.channel.id, message.author.id, addressed, helper=helper)
    request = _parse_text_command(bot, message.content) if bot.discord_options.message_content else None
    if request is None and _is_for_bot(message, bot_id):
        request = _read_mention(message, bot_id)
    between_people = addressed or helped or helper
    if request is None and not between_people and await _may_answer_unasked(bot, message, server):
        request = Request(text=extract_text(message))
    return request


def find_addressed_people(message: discord.Message, bot_id: int) -> set[int]:
    """Find the people that a message mentions or answers, without its author and bots."""
    people = {person.id for person in message.mentions if not person.bot}
    answered = message.reference.resolved if message.reference else None
    if isinstance(answered, discord.Message) and not answered.author.bot:
        people.add(answered.author.id)
    return people - {bot_id, message.author.id}


def is_helper(message: discord.Message, server: ServerSettings) -> bool:
    """Check whether the author has the helpers' role."""
    return (
        isinstance(message.author, discord.Member) and message.author.get_role(server.helper_role) is not None
    )


def _is_for_bot(message: discord.Message, bot_id: int) -> bool:
    if message.guild is None or any(person.id == bot_id for person in message.mentions):
        return True
    if _find_own_roles(message, bot_id):
        return True
    answered = message.reference.resolved if message.reference else None
    # Without the Message Content intent, a reply whose ping is switched off arrives without text.
    return isinstance(answered, discord.Message) and answered.author.id == bot_id and bool(message.content)


def _find_own_roles(message: discord.Message, bot_id: int) -> list[int]:
    """Find the bot's own role among the mentioned ones; people often pick it instead of the bot."""
    return [role.id for role in message.role_mentions if role.tags and role.tags.bot_id == bot_id]


def _read_mention(message: discord.Message, bot_id: int) -> Request:
    """Read the text addressed to the bot; if a reply holds only the mention, read the answered message."""
    text = remove_mentions(extract_text(message), bot_id, _find_own_roles(message, bot_id))
    answered = message.reference.resolved if message.reference else None
    if not text and isinstance(answered, discord.Message) and answered.author.id != bot_id:
        text = remove_mentions(extract_text(answered), bot_id)
    return Request(text=text) if text or message.guild is None else Request(pick="start")


def remove_mentions(text: str, bot_id: int, role_ids: Sequence[int] = ()) -> str:
    """Remove the mentions of the bot, and of its own roles, from a text."""
    marks = [rf"<@!?{bot_id}>", *(f"<@&{role_id}>" for role_id in role_ids)]
    return re.sub("|".join(marks), " ", text).strip()


def _parse_text_command(bot: Bot, text: str) -> Request | None:
    """Parse a text command such as `!ask how do I link`, None if there is none."""
    word, _, rest = text.strip().partition(" ")
    if not word.startswith(bot.discord_options.prefix):
        return None
    make_request = _build_text_commands(bot).get(word.removeprefix(bot.discord_options.prefix).casefold())
    return make_request(rest.strip()) if make_request else None


def _build_text_commands(bot: Bot) -> dict[str, Callable[[str], Request]]:
    """Map each command word, in every language of the knowledge, to the request it makes."""

    async def respond_with_help(turn: Turn) -> Reply:
        return build_help_reply(bot, turn.locale)

    makers: dict[str, Callable[[str], Request]] = {
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
    return {
        getattr(phrases.discord.commands, key).name: makers[key] for phrases in languages for key in makers
    }


async def _may_answer_unasked(bot: Bot, message: discord.Message, server: ServerSettings) -> bool:
    """Check whether the bot answers unasked in this channel and is sure of its answer."""
    if message.guild is None or not bot.discord_options.message_content or not message.content:
        return False
    settings = server.find_channel(message.channel)
    is_post = settings.posts and message.id == message.channel.id  # answered by its title
    if is_post or settings.mode == "private":
        return False
    if not {message.channel.id, getattr(message.channel, "parent_id", None)} & server.answering:
        return False
    # First without a conversation, then in the person's own: during a diagnosis "yes" is an answer.
    turn = make_turn(Asker(0, message.guild.id, "en"), text=extract_text(message), own=server.own)
    neutral = await bot.assistant.preview(turn)
    if neutral.kind not in _SURE_KINDS or neutral.subject == bot.assistant.knowledge.recognition.human:
        return False
    own = await bot.assistant.preview(replace(turn, who=make_speaker_name(message.author.id, in_server=True)))
    if (own.kind, own.subject) != (neutral.kind, neutral.subject):
        return False
    return bot.memory.take_public_turn(message.channel.id, settings.cooldown)
