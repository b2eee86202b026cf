"""/setup: show and change the settings of a server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import discord
from discord import ButtonStyle as Style
from discord import ChannelType, ui

from keyguide.faces.discord.admin import automod
from keyguide.faces.discord.admin.access import get_setup_words, may_manage
from keyguide.faces.discord.admin.server_setup.channels import show_channels
from keyguide.faces.discord.admin.server_setup.helper_settings import DESK_CHANGES, draw_desk, show_desk
from keyguide.faces.discord.admin.server_setup.try_setup import show_check
from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.markdown import make_small
from keyguide.faces.discord.cards.notice_cards import (
    CardPart,
    build_button,
    build_panel,
    build_row,
    make_action_id,
    read_chosen_ids,
    read_chosen_values,
)
from keyguide.faces.discord.chat.standing_message import post_panel
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import defer_if_slow, deliver
from keyguide.faces.discord.servers.find_servers import find_guild
from keyguide.faces.discord.servers.server_settings import (
    ServerSettings,
    load_server_settings,
    save_server_settings,
)

_MAX_CHANNELS = 25
_CHANNEL_TYPES = [ChannelType.text, ChannelType.news, ChannelType.forum]
_PANEL_TYPES = [ChannelType.text, ChannelType.news]
_ANY = "any"
_MAX_RESULT_LENGTH = 1_500  # characters of the result of a reload


async def show_setup(interaction: Interaction, server: ServerSettings) -> None:
    """Show the settings of the server, if the person may manage it."""
    if await may_manage(interaction):
        await deliver(interaction, [_build_card(interaction, server)], private=True)


async def show_page(interaction: Interaction, server: ServerSettings, page: str) -> None:
    """Show another page of the settings in place of this one, if the person may manage the server."""
    if page == "desk":
        await show_desk(interaction, server)
    elif page == "channels":
        await show_channels(interaction, server)
    elif page == "check":
        await show_check(interaction, server)
    elif await may_manage(interaction):
        await deliver(interaction, [_build_card(interaction, server)], private=True, update=True)


async def change_setting(interaction: Interaction, server: ServerSettings, setting: str) -> None:
    """Save what was chosen and show the card again, if the person may manage the server."""
    if not await may_manage(interaction) or not interaction.guild_id:
        return
    result = ""
    if setting in DESK_CHANGES:
        server = await DESK_CHANGES[setting](interaction, server, setting)
        await deliver(interaction, [await draw_desk(interaction, server)], private=True, update=True)
        return
    if setting in _SETUP_ACTIONS:
        work = _SETUP_ACTIONS[setting](interaction)
        result = await defer_if_slow(interaction, work, private=True, update=True)
    else:
        changes = _read_changes(interaction, server, setting)
        server = await save_server_settings(interaction.client.assistant, interaction.guild_id, **changes)
    await deliver(interaction, [_build_card(interaction, server, result)], private=True, update=True)


def _read_changes(interaction: Interaction, server: ServerSettings, setting: str) -> dict[str, str | bool]:
    if setting in {"public", "guard"}:
        return {setting: not getattr(server, setting)}
    if setting in {"helper_channel", "helper_role", "answering"}:
        return {setting: " ".join(map(str, read_chosen_ids(interaction)))}
    if setting == "language":
        return {setting: " ".join(value for value in read_chosen_values(interaction) if value != _ANY)}
    return {}  # a button of another version


async def _install_rule(interaction: Interaction) -> str:
    guild = await find_guild(interaction.client, interaction.guild_id)
    assert guild is not None  # noqa: S101 -- may_manage checked that the bot is in it
    return await automod.install_rule(
        guild,
        interaction.client.own_id,
        get_setup_words(interaction),
        interaction.client.assistant.knowledge.public_keys,
    )


def _is_operator(interaction: Interaction) -> bool:
    """Check for one of the operator's accounts: whoever invited the bot manages a server, and no more."""
    return interaction.user.id in interaction.client.discord_options.operators


async def _reload(interaction: Interaction) -> str:
    words, reload = get_setup_words(interaction), interaction.client.reload
    if reload is None or not _is_operator(interaction):
        return words.reload_off
    # Only the first line: the mistakes of the operator, with their paths, are in the log.
    return words.reloaded.format(result=(await reload()).partition("\n")[0].rstrip(":")[:_MAX_RESULT_LENGTH])


async def _post_panel(interaction: Interaction) -> str:
    words = get_setup_words(interaction)
    server = await load_server_settings(interaction.client.assistant, interaction.guild_id)
    locale = server.language or str(interaction.guild_locale or interaction.locale)
    channel = next(iter(read_chosen_ids(interaction)), 0)
    if not channel:
        return ""
    posted = await post_panel(interaction.client, channel, locale)
    return (words.panel_posted if posted else words.panel_refused).format(channel=f"<#{channel}>")


_SETUP_ACTIONS: dict[str, Callable[[Interaction], Awaitable[str]]] = {
    "panel": _post_panel,
    "rule": _install_rule,
    "reload": _reload,
}


def _build_card(interaction: Interaction, server: ServerSettings, result: str = "") -> Card:
    return build_panel([*_build_parts(interaction, server, result)])


def _build_parts(interaction: Interaction, server: ServerSettings, result: str) -> Iterator[CardPart]:
    words = get_setup_words(interaction)
    yield f"## {words.title}\n{words.body}"
    yield words.helper_channel
    yield build_row(
        _build_channel_select(
            words.choose_channel, "helper_channel", [server.helper_channel], [ChannelType.text], 1
        )
    )
    yield words.helper_role
    yield build_row(_build_role_select(words.choose_role, server.helper_role))
    yield words.answering
    if not interaction.client.discord_options.message_content:
        yield make_small(words.answering_off)
    yield build_row(
        _build_channel_select(
            words.choose_channels, "answering", sorted(server.answering), _CHANNEL_TYPES, _MAX_CHANNELS
        )
    )
    yield words.language
    yield build_row(_build_language_select(interaction, server))
    yield from _build_buttons(interaction, server)
    yield build_row(_build_channel_select(words.panel, "panel", [], _PANEL_TYPES, 1))
    yield f"> {result}".replace("\n", "\n> ") if result else ""


def _build_buttons(interaction: Interaction, server: ServerSettings) -> Iterator[CardPart]:
    """Yield the rows of buttons: the switches, what is done at once, and the other pages."""
    words = get_setup_words(interaction)
    yield build_row(
        build_button(words.public if server.public else words.private, "set", "public"),
        build_button(
            words.guard_on if server.guard else words.guard_off,
            "set",
            "guard",
            Style.success if server.guard else Style.secondary,
        ),
    )
    reload = [build_button(words.reload, "set", "reload")] if _is_operator(interaction) else []
    yield build_row(build_button(words.rule, "set", "rule"), *reload)
    yield build_row(
        build_button(words.desk, "page", "desk"),
        build_button(words.channels, "page", "channels"),
        build_button(words.check, "page", "check"),
    )


def _build_channel_select(
    hint: str, setting: str, channel_ids: list[int], kinds: list[ChannelType], limit: int
) -> ui.ChannelSelect[Any]:
    defaults = [
        discord.SelectDefaultValue(id=channel_id, type=discord.SelectDefaultValueType.channel)
        for channel_id in channel_ids
        if channel_id
    ]
    return ui.ChannelSelect(
        custom_id=make_action_id("set", setting),
        placeholder=hint,
        min_values=0,
        max_values=limit,
        channel_types=kinds,
        default_values=defaults[:limit],
    )


def _build_role_select(hint: str, role_id: int) -> ui.RoleSelect[Any]:
    role_type = discord.SelectDefaultValueType.role
    defaults = [discord.SelectDefaultValue(id=role_id, type=role_type)] if role_id else []
    return ui.RoleSelect(
        custom_id=make_action_id("set", "helper_role"),
        placeholder=hint,
        min_values=0,
        default_values=defaults,
    )


def _build_language_select(interaction: Interaction, server: ServerSettings) -> ui.Select[Any]:
    words = get_setup_words(interaction)
    select: ui.Select[Any] = ui.Select(custom_id=make_action_id("set", "language"))
    select.add_option(label=words.language_any, value=_ANY, default=not server.language)
    for code, phrases in interaction.client.assistant.knowledge.phrases.items():
        select.add_option(label=phrases.language, value=code, default=code == server.language)
    return select
