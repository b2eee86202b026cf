"""/setup: what the people who run a server can choose for it, and what is chosen now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import discord
from discord import ButtonStyle as Style
from discord import ChannelType, ui

from keyguide.core.phrases.server import SetupPhrases
from keyguide.faces.discord.admin import automod
from keyguide.faces.discord.cards.draw import Card, draw_note
from keyguide.faces.discord.cards.markdown import make_small
from keyguide.faces.discord.cards.panels import (
    CardPart,
    build_button,
    build_panel,
    build_row,
    make_action_id,
    read_chosen_values,
)
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import defer_if_slow, deliver
from keyguide.faces.discord.connection.server_settings import (
    ServerSettings,
    save_server_settings,
)

_MAX_CHANNELS = 25
_CHANNEL_TYPES = [ChannelType.text, ChannelType.news, ChannelType.forum]
_ANY = "any"
_MAX_RESULT_LENGTH = 1_500  # characters of what a reload says


async def show_setup(interaction: Interaction, server: ServerSettings) -> None:
    """Show the settings of the server, to be changed."""
    if await may_manage(interaction):
        await deliver(interaction, [_build_card(interaction, server)], private=True)


async def may_manage(interaction: Interaction) -> bool:
    """Whether somebody may manage a server that we are in; if not, they are told."""
    words = get_words(interaction)
    if interaction.guild_id is None or interaction.client.get_guild(interaction.guild_id) is None:
        await deliver(interaction, [draw_note(words.not_here)], private=True)
    elif not interaction.permissions.manage_guild:
        await deliver(interaction, [draw_note(words.not_allowed)], private=True)
    else:
        return True
    return False


def get_words(interaction: Interaction) -> SetupPhrases:
    """Return the words for those who set up, in their own language."""
    return interaction.client.get_phrases(str(interaction.locale)).server.setup


async def change_setting(interaction: Interaction, server: ServerSettings, what: str) -> None:
    """Save what was chosen and show the card again."""
    if not await may_manage(interaction) or not interaction.guild_id:
        return
    result = ""
    if what in _SETUP_ACTIONS:
        work = _SETUP_ACTIONS[what](interaction)
        result = await defer_if_slow(interaction, work, private=True, update=True)
    else:
        changes = _read_changes(interaction, server, what)
        server = await save_server_settings(interaction.client.assistant, interaction.guild_id, **changes)
    await deliver(interaction, [_build_card(interaction, server, result)], private=True, update=True)


def _read_changes(interaction: Interaction, server: ServerSettings, what: str) -> dict[str, str | bool]:
    if what in {"public", "guard"}:
        return {what: not getattr(server, what)}
    if what in {"helper_channel", "helper_role", "answering", "language"}:
        return {what: " ".join(value for value in read_chosen_values(interaction) if value != _ANY)}
    return {}  # a button of a later version


async def _install_rule(interaction: Interaction) -> str:
    guild = interaction.guild
    assert guild is not None  # noqa: S101 -- may_manage saw that we are in it
    return await automod.install_rule(
        guild, get_words(interaction), interaction.client.assistant.knowledge.public_keys
    )


async def _reload(interaction: Interaction) -> str:
    words, reload = get_words(interaction), interaction.client.reload
    if reload is None:
        return words.reload_off
    return words.reloaded.format(result=(await reload())[:_MAX_RESULT_LENGTH])


_SETUP_ACTIONS: dict[str, Callable[[Interaction], Awaitable[str]]] = {
    "rule": _install_rule,
    "reload": _reload,
}


def _build_card(interaction: Interaction, server: ServerSettings, result: str = "") -> Card:
    return build_panel([*_build_parts(interaction, server, result)])


def _build_parts(interaction: Interaction, server: ServerSettings, result: str) -> Iterator[CardPart]:
    words = get_words(interaction)
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
    yield build_row(
        build_button(words.public if server.public else words.private, "set", "public"),
        build_button(
            words.guard_on if server.guard else words.guard_off,
            "set",
            "guard",
            Style.success if server.guard else Style.secondary,
        ),
    )
    yield build_row(build_button(words.rule, "set", "rule"), build_button(words.reload, "set", "reload"))
    yield f"> {result}".replace("\n", "\n> ") if result else ""


def _build_channel_select(
    hint: str, what: str, ids: list[int], kinds: list[ChannelType], most: int
) -> ui.ChannelSelect[Any]:
    defaults = [
        discord.SelectDefaultValue(id=id, type=discord.SelectDefaultValueType.channel) for id in ids if id
    ]
    return ui.ChannelSelect(
        custom_id=make_action_id("set", what),
        placeholder=hint,
        min_values=0,
        max_values=most,
        channel_types=kinds,
        default_values=defaults[:most],
    )


def _build_role_select(hint: str, id: int) -> ui.RoleSelect[Any]:
    default = [discord.SelectDefaultValue(id=id, type=discord.SelectDefaultValueType.role)] if id else []
    return ui.RoleSelect(
        custom_id=make_action_id("set", "helper_role"), placeholder=hint, min_values=0, default_values=default
    )


def _build_language_select(interaction: Interaction, server: ServerSettings) -> ui.Select[Any]:
    words = get_words(interaction)
    select: ui.Select[Any] = ui.Select(custom_id=make_action_id("set", "language"))
    select.add_option(label=words.language_any, value=_ANY, default=not server.language)
    for code, phrases in interaction.client.assistant.knowledge.phrases.items():
        select.add_option(label=phrases.language, value=code, default=code == server.language)
    return select
