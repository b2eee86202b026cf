"""The form with which a person calls the helpers: for which server, and with one sentence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from keyguide.core.phrases.server import HelpRequestPhrases
from keyguide.faces.discord.cards.panels import build_panel, build_row, make_action_id, read_chosen_values
from keyguide.faces.discord.chat.answer import Request, answer_command
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver, retry
from keyguide.faces.discord.connection.server_settings import ServerSettings, list_helping_servers
from keyguide.faces.discord.help_requests.offer import HUMAN

_log = logging.getLogger(__name__)

MODAL_PREFIX = "plea:"  # begins the id of the modal; the server follows
_SENTENCE = "sentence"
_MAX_SENTENCE_LENGTH = 300  # characters of a sentence
_MAX_SERVERS = 25
_SEARCH_TIMEOUT = 2.0  # seconds to find the servers that we share; Discord waits for three


async def call_human(interaction: Interaction, server: ServerSettings) -> None:
    """Open the form that calls the helpers; if there are none to call, show the official ways."""
    guild = interaction.guild_id
    if guild and interaction.client.get_guild(guild):
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


async def handle_server_choice(interaction: Interaction, _server: ServerSettings, _rest: str) -> None:
    """Open the form for the server that somebody chose."""
    chosen = next((int(value) for value in read_chosen_values(interaction) if value.isdecimal()), 0)
    if chosen:
        await open_help_modal(interaction, chosen)


async def open_help_modal(interaction: Interaction, guild: int) -> None:
    """Ask for one sentence, if the person likes."""
    words = _get_words(interaction)
    modal = ui.Modal(title=words.title, custom_id=f"{MODAL_PREFIX}{guild}", timeout=None)
    line: ui.TextInput[Any] = ui.TextInput(
        custom_id=_SENTENCE, required=False, max_length=_MAX_SENTENCE_LENGTH, placeholder=words.hint
    )
    modal.add_item(ui.Label(text=words.label, component=line))
    modal.stop()  # discord.py keeps no modal that is finished: all there is to know stands in its id
    await retry(lambda: interaction.response.send_modal(modal))


def read_sentence(interaction: Interaction) -> str:
    """Return the sentence that came with a modal."""
    data: dict[str, Any] = {**(interaction.data or {})}
    parts = [part.get("component", {}) for part in data.get("components", [])]
    values = (part.get("value") for part in parts if part.get("custom_id") == _SENTENCE)
    return " ".join(next(values, "").split())[:_MAX_SENTENCE_LENGTH]


def read_server_id(interaction: Interaction) -> int:
    """Read which server's helpers a modal calls, 0 if it is another modal."""
    data: dict[str, Any] = {**(interaction.data or {})}
    custom_id = str(data.get("custom_id", ""))
    rest = custom_id.removeprefix(MODAL_PREFIX)
    return int(rest) if custom_id.startswith(MODAL_PREFIX) and rest.isdecimal() else 0


async def _find_shared_servers(interaction: Interaction) -> list[discord.Guild]:
    """Return the servers with helpers that the person is in, as far as they are found in time."""
    bot = interaction.client
    known = [guild for id in await list_helping_servers(bot.assistant) if (guild := bot.get_guild(id))]
    seeking = [asyncio.ensure_future(_is_member(guild, interaction.user.id)) for guild in known]
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


def _get_words(interaction: Interaction) -> HelpRequestPhrases:
    return interaction.client.get_phrases(str(interaction.locale)).server.plea
