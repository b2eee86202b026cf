"""Answer a new post of a forum by its title, and by its first message if that may be read."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace

import discord

from keyguide.core.model.turn import Kind
from keyguide.faces.discord.cards.draw import Card, DrawOptions, draw_cards
from keyguide.faces.discord.chat.answer import keep_picture_if
from keyguide.faces.discord.chat.attachments import join_texts, read_text_files
from keyguide.faces.discord.chat.commands import extract_text
from keyguide.faces.discord.connection.bot import Asker, Bot, make_turn
from keyguide.faces.discord.connection.sending import make_files, retry
from keyguide.faces.discord.help_requests.offer_help import add_help_option
from keyguide.faces.discord.servers.note_names import make_speaker_name
from keyguide.faces.discord.servers.server_settings import ServerSettings, load_server_settings

BY_TITLE, BY_TEXT = "title", "text"  # the ways in which a server lets new posts be answered

_log = logging.getLogger(__name__)
_SURE_KINDS = {Kind.ARTICLE, Kind.STEP, Kind.REFUSAL}


async def handle_new_post(bot: Bot, thread: discord.Thread) -> None:
    """Answer a new post if its forum wants that and the answer is sure; if that fails, only log it."""
    if thread.guild is None or thread.parent_id is None:
        return
    try:
        server = await load_server_settings(bot.assistant, thread.guild.id)
        settings = server.find_channel(thread)
        if settings.posts and settings.mode != "ignored" and thread.owner_id != bot.own_id:
            await _answer_post(bot, thread, server, may_read=settings.posts == BY_TEXT)
    except Exception:  # noqa: BLE001 -- nobody asked for this answer, so nobody is told that it failed
        _log.exception("a new post could not be answered")


async def _answer_post(bot: Bot, thread: discord.Thread, server: ServerSettings, *, may_read: bool) -> None:
    start: discord.Message | None = None
    with suppress(discord.NotFound, discord.Forbidden):
        start = await thread.fetch_message(thread.id)  # the first message has the id of its post
    if start and (start.author.bot or any(person.id == bot.own_id for person in start.mentions)):
        return  # a mention is answered like any other
    text = thread.name
    if start and may_read and bot.discord_options.message_content:
        text = join_texts(text, extract_text(start), await read_text_files(bot, start))
    locale = server.choose_locale(thread.guild.preferred_locale)
    asker = Asker(thread.owner_id, thread.guild.id, locale)
    turn = make_turn(asker, text=text, own=server.own)
    neutral = await bot.assistant.preview(replace(turn, who=make_speaker_name(0, in_server=True)))
    is_human = neutral.subject == bot.assistant.knowledge.recognition.human
    if neutral.kind not in _SURE_KINDS or is_human:
        return
    reply = await add_help_option(bot, server, await bot.assistant.reply(turn), asker)
    reply = keep_picture_if(reply, thread.permissions_for(thread.guild.me))
    options = DrawOptions(bot.get_phrases(locale), thread.owner_id)
    for number, card in enumerate(draw_cards(reply, options)):
        await _post(thread, card, f"{thread.id}-p{number}")


async def _post(thread: discord.Thread, card: Card, nonce: str) -> None:
    # Discord accepts a nonce only once, so that two processes answer a post once.
    await retry(lambda: thread.send(view=card, files=make_files(card), nonce=nonce))
