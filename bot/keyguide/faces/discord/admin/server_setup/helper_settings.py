"""The page of /setup about the helpers' work: reminders, silence, hours, limits, blocks and the log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import discord
from discord import ChannelType, ui

from keyguide.core.phrases.discord_servers import DeskSetupPhrases
from keyguide.faces.discord.admin.access import may_manage
from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.notice_cards import (
    CardPart,
    TextField,
    build_button,
    build_panel,
    build_row,
    build_text_modal,
    make_action_id,
    make_modal_id,
    read_chosen_ids,
    read_modal_values,
)
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver, respond_once
from keyguide.faces.discord.help_requests.hours import parse_hours
from keyguide.faces.discord.help_requests.limits import block, unblock
from keyguide.faces.discord.servers.note_names import make_block_place, parse_person_name
from keyguide.faces.discord.servers.server_settings import ServerSettings, save_server_settings

_HOURS = "hours"
_MAX_HOURS = 80  # characters
_CHOICES = {  # what can be chosen for each number, 0 for never
    "remind_after": (0, 15, 30, 60, 240),  # minutes
    "close_after": (0, 24, 72, 168),  # hours
    "daily_limit": (0, 1, 2, 3, 5, 10),
}
_MAX_BLOCKED_SHOWN = 30

Change = Callable[[Interaction, ServerSettings, str], Awaitable[ServerSettings]]


async def show_desk(interaction: Interaction, server: ServerSettings) -> None:
    """Show the page in place of the page before, if the person may manage the server."""
    if await may_manage(interaction):
        await deliver(interaction, [await draw_desk(interaction, server)], private=True, update=True)


async def draw_desk(interaction: Interaction, server: ServerSettings, result: str = "") -> Card:
    """Draw the page."""
    place = make_block_place(interaction.guild_id or 0)
    notes = await interaction.client.assistant.notes.list_notes(place)
    blocked = [person for name in notes if (person := parse_person_name(name))]
    words = interaction.client.get_phrases(str(interaction.locale)).server.desk_setup
    return build_panel([*_build_parts(server, blocked, words), f"> {result}" if result else ""])


def _build_parts(
    server: ServerSettings, blocked: Sequence[int], words: DeskSetupPhrases
) -> Iterator[CardPart]:
    yield f"## {words.title}\n{words.log_channel}"
    yield build_row(_build_log_select(server, words))
    for name, labels in (
        ("remind_after", words.remind),
        ("close_after", words.close),
        ("daily_limit", words.limit),
    ):
        yield build_row(_build_number_select(name, getattr(server, name), labels))
    yield f"{words.hours}\n{server.hours or words.hours_none}"
    yield build_row(build_button(words.hours_set, "hours"), build_button(words.back, "page", "start"))
    people = ", ".join(f"<@{person}>" for person in blocked[:_MAX_BLOCKED_SHOWN])
    yield words.blocked.format(people=people or words.blocked_none)
    yield build_row(_build_person_select("block", words.block))
    if blocked:
        yield build_row(_build_person_select("unblock", words.unblock))


def _build_log_select(server: ServerSettings, words: DeskSetupPhrases) -> ui.ChannelSelect[Any]:
    kind = discord.SelectDefaultValueType.channel
    chosen = [discord.SelectDefaultValue(id=server.log_channel, type=kind)] if server.log_channel else []
    return ui.ChannelSelect(
        custom_id=make_action_id("set", "log_channel"),
        placeholder=words.choose_channel,
        min_values=0,
        channel_types=[ChannelType.text],
        default_values=chosen,
    )


def _build_number_select(name: str, current: int, labels: Sequence[str]) -> ui.Select[Any]:
    select: ui.Select[Any] = ui.Select(custom_id=make_action_id("set", name))
    for number, label in zip(_CHOICES[name], labels, strict=True):
        select.add_option(label=label, value=str(number), default=number == current)
    return select


def _build_person_select(name: str, hint: str) -> ui.UserSelect[Any]:
    return ui.UserSelect(custom_id=make_action_id("set", name), placeholder=hint)


async def _change(interaction: Interaction, server: ServerSettings, setting: str) -> ServerSettings:
    chosen = "".join(map(str, read_chosen_ids(interaction)[:1]))
    if not interaction.guild_id or (setting in _CHOICES and not chosen):
        return server
    return await save_server_settings(interaction.client.assistant, interaction.guild_id, **{setting: chosen})


async def _block(interaction: Interaction, server: ServerSettings, setting: str) -> ServerSettings:
    change = block if setting == "block" else unblock
    for person in read_chosen_ids(interaction):
        await change(interaction.client.assistant, interaction.guild_id or 0, person)
    return server


DESK_CHANGES: dict[str, Change] = {
    "log_channel": _change,
    "remind_after": _change,
    "close_after": _change,
    "daily_limit": _change,
    "block": _block,
    "unblock": _block,
}


async def ask_for_hours(interaction: Interaction, server: ServerSettings, _argument: str) -> None:
    """Ask in a form when the helpers are there."""
    if await may_manage(interaction):
        words = interaction.client.get_phrases(str(interaction.locale)).server.desk_setup
        field = TextField(_HOURS, words.hours_label, words.hours_hint, server.hours, _MAX_HOURS)
        modal = build_text_modal(words.hours_set, make_modal_id("hours"), [field])
        await respond_once(lambda: interaction.response.send_modal(modal))


async def save_hours(interaction: Interaction, server: ServerSettings, _argument: str) -> None:
    """Save the hours that somebody wrote, none if the field is empty; say so if they cannot be read."""
    if not await may_manage(interaction) or not interaction.guild_id:
        return
    text, result = " ".join(read_modal_values(interaction).get(_HOURS, [])).strip(), ""
    try:
        if text:
            parse_hours(text)
        server = await save_server_settings(interaction.client.assistant, interaction.guild_id, hours=text)
    except ValueError:
        words = interaction.client.get_phrases(str(interaction.locale)).server.desk_setup
        result = words.hours_wrong.format(text=discord.utils.escape_markdown(text[:_MAX_HOURS]))
    await deliver(interaction, [await draw_desk(interaction, server, result)], private=True, update=True)
