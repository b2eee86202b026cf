"""The standing message that a server posts for newcomers, and what its three buttons do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
from discord import ButtonStyle as Style
from discord import ui

from keyguide.core.phrases.help_requests import PanelPhrases
from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.notice_cards import (
    TextField,
    build_button,
    build_panel,
    build_row,
    build_text_modal,
    make_modal_id,
    read_modal_files,
    read_modal_values,
)
from keyguide.faces.discord.chat.answer import Request, answer_privately
from keyguide.faces.discord.chat.attachments import make_picture_responder
from keyguide.faces.discord.connection.bot import Bot, Interaction
from keyguide.faces.discord.connection.sending import respond_once, retry
from keyguide.faces.discord.help_requests.help_form import open_help_form
from keyguide.faces.discord.servers.server_settings import ServerSettings
from keyguide.vision.reader import MAX_PICTURES

_CODE, _PICTURES = "code", "pictures"
_MAX_CODE_LENGTH = 1_000  # characters; people paste whole messages of Windows


def build_panel_card(words: PanelPhrases) -> Card:
    """Build the standing message."""
    buttons = build_row(
        build_button(words.start, "panel", "start", Style.primary),
        build_button(words.code, "panel", "code"),
        build_button(words.human, "panel", "human"),
    )
    return build_panel([f"## {words.title}\n{words.body}", buttons])


async def post_panel(bot: Bot, channel_id: int, locale: str) -> bool:
    """Post the standing message; return False if the bot may not write in that channel."""
    channel = bot.get_partial_messageable(channel_id)
    card = build_panel_card(bot.get_phrases(locale).server.panel)
    try:
        await retry(lambda: channel.send(view=card))
    except (discord.Forbidden, discord.NotFound):
        return False
    return True


async def handle_panel_press(interaction: Interaction, server: ServerSettings, button: str) -> None:
    """Answer a press for that person alone: the menu, a form for a code, or the form that calls helpers."""
    if button == "human":
        await open_help_form(interaction, server)
    elif button == "code":
        modal = _build_code_form(interaction)
        await respond_once(lambda: interaction.response.send_modal(modal))
    else:
        await answer_privately(interaction, server, Request(pick="menu"))


def _build_code_form(interaction: Interaction) -> ui.Modal:
    """Build the form for a code, with room for pictures where they are read."""
    words = interaction.client.get_phrases(str(interaction.locale)).server.panel
    reads_pictures = interaction.client.picture_reader.is_installed
    field = TextField(
        _CODE,
        words.code_label,
        words.code_hint,
        max_length=_MAX_CODE_LENGTH,
        required=not reads_pictures,
        is_long=True,
    )
    modal = build_text_modal(words.code, make_modal_id("code"), [field])
    if reads_pictures:
        files: ui.FileUpload[Any] = ui.FileUpload(
            custom_id=_PICTURES, required=False, min_values=0, max_values=MAX_PICTURES
        )
        modal.add_item(ui.Label(text=words.picture_label, component=files))
    return modal


async def handle_code(interaction: Interaction, server: ServerSettings, _argument: str) -> None:
    """Answer what somebody wrote into the form for a code, and the pictures in it."""
    text = "\n".join(read_modal_values(interaction).get(_CODE, []))
    request, bot = Request(text=text), interaction.client
    if pictures := read_modal_files(interaction, _PICTURES):
        responder = make_picture_responder(bot, pictures, bot.assistant.reply)
        request = replace(request, responder=responder)
    await answer_privately(interaction, server, request)
