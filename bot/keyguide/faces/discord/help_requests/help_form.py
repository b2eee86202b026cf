"""Show and read the form that calls the helpers of a server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from keyguide.core.phrases.help_requests import HelpRequestPhrases
from keyguide.faces.discord.cards.notice_cards import (
    TextField,
    build_panel,
    build_row,
    build_text_modal,
    make_action_id,
    read_chosen_ids,
    read_custom_id,
    read_modal_values,
)
from keyguide.faces.discord.chat.answer import Request, answer_command
from keyguide.faces.discord.connection.bot import Bot, Interaction
from keyguide.faces.discord.connection.sending import deliver, respond_once
from keyguide.faces.discord.help_requests.offer_help import HUMAN
from keyguide.faces.discord.servers.find_servers import find_guild
from keyguide.faces.discord.servers.server_settings import ServerSettings, list_helping_servers

_log = logging.getLogger(__name__)

MODAL_PREFIX = "plea:"  # the id of the modal: this prefix and the id of the server
_SENTENCE = "sentence"
_MAX_SENTENCE_LENGTH = 300  # characters
_SEARCH_TIMEOUT = 2.0  # seconds to find the shared servers; Discord waits for three


async def open_help_form(interaction: Interaction, server: ServerSettings) -> None:
    """Open the form that calls the helpers; if there are none, show the official ways to a human."""
    guild = interaction.guild_id
    if guild and await find_guild(interaction.client, guild):
        if server.has_helpers:
            await open_help_modal(interaction, guild)
            return
    elif shared := await _find_shared_servers(interaction):
        await _ask_which_server(interaction, shared)
        return
    await answer_command(interaction, server, Request(pick=HUMAN))


async def _ask_which_server(interaction: Interaction, shared: Sequence[discord.Guild]) -> None:
    words = _get_words(interaction)
    select: ui.Select[Any] = ui.Select(custom_id=make_action_id("helpers"), placeholder=words.which)
    for guild in shared:
        select.add_option(label=guild.name[:100], value=str(guild.id))
    panel = build_panel([words.which, build_row(select)])
    await deliver(interaction, [panel], private=not interaction.context.dm_channel)


async def handle_server_choice(interaction: Interaction, _server: ServerSettings, _argument: str) -> None:
    """Open the form for the chosen server."""
    chosen = next(iter(read_chosen_ids(interaction)), 0)
    if chosen:
        await open_help_modal(interaction, chosen)


async def open_help_modal(interaction: Interaction, guild: int) -> None:
    """Open the form, which asks for one optional sentence."""
    words = _get_words(interaction)
    field = TextField(_SENTENCE, words.label, words.hint, max_length=_MAX_SENTENCE_LENGTH)
    modal = build_text_modal(words.title, f"{MODAL_PREFIX}{guild}", [field])
    await respond_once(lambda: interaction.response.send_modal(modal))


def read_sentence(interaction: Interaction) -> str:
    """Read the sentence of a submitted form, "" if it was left empty."""
    sentence = " ".join(read_modal_values(interaction).get(_SENTENCE, []))
    return " ".join(sentence.split())[:_MAX_SENTENCE_LENGTH]


def read_server_id(interaction: Interaction) -> int:
    """Read from the id of a modal whose helpers it calls, 0 if it is another modal."""
    custom_id = read_custom_id(interaction)
    rest = custom_id.removeprefix(MODAL_PREFIX)
    return int(rest) if custom_id.startswith(MODAL_PREFIX) and rest.isdecimal() else 0


async def _find_shared_servers(interaction: Interaction) -> list[discord.Guild]:
    """Find the servers with helpers where the person asked lately, as far as Discord answers in time."""
    bot = interaction.client
    server_ids = await list_helping_servers(bot.assistant, interaction.user.id)
    searches = [
        asyncio.ensure_future(_find_if_member(bot, server_id, interaction.user.id))
        for server_id in server_ids
    ]
    if not searches:
        return []
    _, late = await asyncio.wait(searches, timeout=_SEARCH_TIMEOUT)
    for task in late:
        task.cancel()
    return [guild for task in searches if task not in late and (guild := task.result())]


async def _find_if_member(bot: Bot, server_id: int, person: int) -> discord.Guild | None:
    """Find a server if the bot and the person are in it."""
    try:
        if guild := await find_guild(bot, server_id):
            await guild.fetch_member(person)
    except (discord.HTTPException, OSError) as error:
        if not isinstance(error, discord.NotFound):
            _log.info("could not ask server %s for a member (%s)", server_id, type(error).__name__)
        return None
    return guild


def _get_words(interaction: Interaction) -> HelpRequestPhrases:
    return interaction.client.get_phrases(str(interaction.locale)).server.plea
