"""Messages: which of them are meant for us, and what in them was said to us."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace

import discord

from keyguide.core.model.turn import Kind, Reply, Turn
from keyguide.faces.discord.chat import answer, key_guard
from keyguide.faces.discord.chat.answer import Request
from keyguide.faces.discord.chat.commands import build_help_reply, extract_text
from keyguide.faces.discord.connection.bot import Bot, make_turn
from keyguide.faces.discord.connection.server_settings import ServerSettings, load_server_settings
from keyguide.faces.discord.help_requests import help_form

_log = logging.getLogger(__name__)
_ORDINARY_TYPES = {discord.MessageType.default, discord.MessageType.reply}
_SURE_KINDS = {Kind.ARTICLE, Kind.STEP}


async def handle_message(bot: Bot, said: discord.Message) -> None:
    """Answer a message if it is for us; whatever goes wrong is logged, and the person is told."""
    did = None
    try:
        did = await _find_request(bot, said)
        if did is not None:
            await answer.answer_message(bot, said, did)
    except Exception:  # noqa: BLE001 -- the door: nobody is left without a word
        _log.exception("a message could not be answered")
        if did is not None:
            await answer.apologise(bot, said)


async def _find_request(bot: Bot, said: discord.Message) -> Request | None:
    """Return what somebody wants of us, None where a message is not for us and we cannot surely help."""
    if said.author.bot or said.webhook_id or said.type not in _ORDINARY_TYPES or bot.user is None:
        return None
    server = await load_server_settings(bot.assistant, said.guild.id if said.guild else None)
    gone = await key_guard.delete_if_secret(bot, said, extract_text(said), server) if said.guild else None
    did = (
        None
        if await help_form.is_help_thread(bot, said)
        else await _parse_request(bot, said, server, bot.user.id)
    )
    if gone is None or (did and not gone):  # the engine itself says that a message should be deleted
        return did
    if did is None:
        await key_guard.warn_author(bot, said, _choose_language(said, server), gone=gone)
        return None
    think = key_guard.make_warning_responder(
        bot, said.author.mention, did.responder or bot.assistant.reply, gone=gone
    )
    return replace(did, responder=think)


async def check_edited_message(bot: Bot, said: discord.Message) -> None:
    """Look at a message that was changed: a secret may have come into it."""
    if said.guild is None or said.author.bot or said.webhook_id:
        return
    server = await load_server_settings(bot.assistant, said.guild.id)
    gone = await key_guard.delete_if_secret(bot, said, extract_text(said), server)
    if gone is not None:
        await key_guard.warn_author(bot, said, _choose_language(said, server), gone=gone)


def _choose_language(said: discord.Message, server: ServerSettings) -> str:
    return server.language or str(said.guild.preferred_locale if said.guild else "en")


async def _parse_request(bot: Bot, said: discord.Message, server: ServerSettings, us: int) -> Request | None:
    """Return what a message asks of us; unasked we speak to nobody who is talking with a person."""
    others, helper = find_addressed_people(said, us), is_helper(said, server)
    helped = bot.help_tracker.is_helped(said.channel.id, said.author.id)
    bot.help_tracker.record_message(said.channel.id, said.author.id, others, helper=helper)
    did = _parse_text_command(bot, said.content) if bot.discord_options.message_content else None
    if did is None and _is_for_us(said, us):
        did = _read_mention(said, us)
    if did is None and not (others or helped or helper) and await _has_sure_answer(bot, said, server):
        did = Request(text=extract_text(said))
    return did


def find_addressed_people(said: discord.Message, us: int) -> set[int]:
    """Return the people that a message answers or mentions, ourselves not among them."""
    people = {person.id for person in said.mentions if not person.bot}
    answered = said.reference.resolved if said.reference else None
    if isinstance(answered, discord.Message) and not answered.author.bot:
        people.add(answered.author.id)
    return people - {us, said.author.id}


def is_helper(said: discord.Message, server: ServerSettings) -> bool:
    """Whether the author has the role of the helpers."""
    return isinstance(said.author, discord.Member) and said.author.get_role(server.helper_role) is not None


def _is_for_us(said: discord.Message, us: int) -> bool:
    if said.guild is None or any(person.id == us for person in said.mentions):
        return True
    answered = said.reference.resolved if said.reference else None
    # A reply with its ping switched off carries no words, unless we may read what is not for us, too.
    return isinstance(answered, discord.Message) and answered.author.id == us and bool(said.content)


def _read_mention(said: discord.Message, us: int) -> Request:
    """Return what was said to us; a bare mention below somebody's message means that message."""
    text = remove_mentions(extract_text(said), us)
    answered = said.reference.resolved if said.reference else None
    if not text and isinstance(answered, discord.Message) and answered.author.id != us:
        text = remove_mentions(extract_text(answered), us)
    return Request(text=text) if text or said.guild is None else Request(pick="start")


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
        "human": lambda _: Request(pick=help_form.HUMAN),
        "help": lambda _: Request(responder=respond_with_help),
    }
    languages = bot.assistant.knowledge.phrases.values()
    return {getattr(said.discord.commands, key).name: does[key] for said in languages for key in does}


async def _has_sure_answer(bot: Bot, said: discord.Message, server: ServerSettings) -> bool:
    """Whether this is a channel where we help unasked, and we have the very answer."""
    if said.guild is None or not bot.discord_options.message_content or not said.content:
        return False
    if not {said.channel.id, getattr(said.channel, "parent_id", None)} & server.answering:
        return False
    # Nobody's conversation, and then the person's own: in a diagnosis of theirs "yes" would be an answer.
    alone = await bot.assistant.preview(make_turn(0, said.guild.id, "en", text=extract_text(said)))
    if alone.kind not in _SURE_KINDS or alone.subject == bot.assistant.knowledge.shown.human:
        return False
    own = await bot.assistant.preview(make_turn(said.author.id, said.guild.id, "en", text=extract_text(said)))
    return (own.kind, own.subject) == (alone.kind, alone.subject)
