"""Where a human takes over: who can be called from here, and the one sentence to go with the call."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from keyguide.core.model.turn import Option, Reply
from keyguide.core.phrases.server import HelpRequestPhrases
from keyguide.faces.discord.cards.panels import build_panel, build_row, make_action_id, read_chosen_values
from keyguide.faces.discord.connection.bot import Bot, Interaction
from keyguide.faces.discord.connection.sending import deliver, retry
from keyguide.faces.discord.connection.server_settings import list_helping_servers, load_server_settings

_log = logging.getLogger(__name__)

HUMAN = "human"  # the pick with which a person asks for a human
MODAL_PREFIX = "plea:"  # begins the id of the modal; the server follows
_SENTENCE = "sentence"
_MAX_SENTENCE_LENGTH = 300  # characters of a sentence
_MAX_SERVERS = 25
_SEARCH_TIMEOUT = 2.0  # seconds to find the servers that we share; Discord waits for three


async def start_help_request(asked: Interaction) -> bool:
    """Whether a press on "Ask a human" or /human was answered here; else the official ways are shown."""
    guild = asked.guild_id
    if guild and asked.client.get_guild(guild):
        if not (await load_server_settings(asked.client.assistant, guild)).has_helpers:
            return False
        await open_help_modal(asked, guild)
        return True
    shared = await _find_shared_servers(asked)
    if not shared:
        return False
    words = _get_words(asked)
    select: ui.Select[Any] = ui.Select(custom_id=make_action_id("helpers"), placeholder=words.which)
    for there in shared:
        select.add_option(label=there.name[:100], value=str(there.id))
    await deliver(
        asked, [build_panel([words.which, build_row(select)])], private=not asked.context.dm_channel
    )
    return True


async def handle_server_choice(asked: Interaction, _rest: str) -> None:
    """Go on with the server whose helpers somebody picked."""
    server = next((int(value) for value in read_chosen_values(asked) if value.isdecimal()), 0)
    if server:
        await open_help_modal(asked, server)


async def open_help_modal(asked: Interaction, guild: int) -> None:
    """Ask for one sentence, if the person likes."""
    words = _get_words(asked)
    modal = ui.Modal(title=words.title, custom_id=f"{MODAL_PREFIX}{guild}", timeout=None)
    line: ui.TextInput[Any] = ui.TextInput(
        custom_id=_SENTENCE, required=False, max_length=_MAX_SENTENCE_LENGTH, placeholder=words.hint
    )
    modal.add_item(ui.Label(text=words.label, component=line))
    modal.stop()  # discord.py keeps no modal that is finished: all there is to know stands in its id
    await retry(lambda: asked.response.send_modal(modal))


def read_sentence(asked: Interaction) -> str:
    """Return the sentence that came with a modal."""
    data: dict[str, Any] = {**(asked.data or {})}
    parts = [part.get("component", {}) for part in data.get("components", [])]
    values = (part.get("value") for part in parts if part.get("custom_id") == _SENTENCE)
    return " ".join(next(values, "").split())[:_MAX_SENTENCE_LENGTH]


def read_server_id(asked: Interaction) -> int:
    """Return the server whose helpers a modal calls, 0 where it is another modal."""
    data: dict[str, Any] = {**(asked.data or {})}
    id = str(data.get("custom_id", ""))
    rest = id.removeprefix(MODAL_PREFIX)
    return int(rest) if id.startswith(MODAL_PREFIX) and rest.isdecimal() else 0


async def _find_shared_servers(asked: Interaction) -> list[discord.Guild]:
    """Return the servers with helpers that the person is in, as far as they are found in time."""
    bot = asked.client
    known = [guild for id in await list_helping_servers(bot.assistant) if (guild := bot.get_guild(id))]
    seeking = [asyncio.ensure_future(_is_member(guild, asked.user.id)) for guild in known]
    if not seeking:
        return []
    _, late = await asyncio.wait(seeking, timeout=_SEARCH_TIMEOUT)
    for task in late:
        task.cancel()
    return [guild for guild, task in zip(known, seeking, strict=True) if task not in late and task.result()][
        :_MAX_SERVERS
    ]


async def _is_member(guild: discord.Guild, person: int) -> bool:
    try:
        await guild.fetch_member(person)
    except (discord.HTTPException, OSError) as error:
        if not isinstance(error, discord.NotFound):
            _log.info("could not ask server %s for a member (%s)", guild.id, type(error).__name__)
        return False
    return True


async def add_help_option(bot: Bot, reply: Reply, guild: int | None, locale: str) -> Reply:
    """Return a reply with what this server offers beside it, where the reply is about calling a human."""
    if reply.handoff is None:
        return reply
    words = bot.get_phrases(locale).server.plea
    if guild and bot.get_guild(guild):
        helps = (await load_server_settings(bot.assistant, guild)).has_helpers
    else:
        helps = bool(await list_helping_servers(bot.assistant))
    if helps:
        return replace(reply, options=(Option(words.call, HUMAN), *reply.options))
    return replace(reply, notice=f"{words.none}\n\n{reply.notice}".strip())


async def is_help_thread(bot: Bot, said: discord.Message) -> bool:
    """Whether this is a thread that we opened for a person and the helpers: there we keep quiet."""
    thread = said.channel
    if not isinstance(thread, discord.Thread):
        return False
    return thread.is_private() and bot.user is not None and thread.owner_id == bot.user.id


def _get_words(asked: Interaction) -> HelpRequestPhrases:
    return asked.client.get_phrases(str(asked.locale)).server.plea
