"""The page of /setup about single channels: who sees answers there, how often, and posts of forums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import ChannelType, ui

from keyguide.core.phrases.discord_servers import ChannelPhrases
from keyguide.faces.discord.admin.access import may_manage
from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.notice_cards import (
    CardPart,
    build_button,
    build_panel,
    build_row,
    make_action_id,
    read_chosen_values,
)
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver_when_ready
from keyguide.faces.discord.forum.posts import BY_TEXT, BY_TITLE
from keyguide.faces.discord.servers.find_servers import find_whole_guild
from keyguide.faces.discord.servers.server_settings import (
    ChannelSettings,
    ServerSettings,
    save_channel_settings,
)

_TYPES = [ChannelType.text, ChannelType.news, ChannelType.forum]
_MODES = ("", "public", "private", "ignored")
_COOLDOWNS = (0, 10, 30, 60, 300)  # seconds
_POSTS = ("", BY_TITLE, BY_TEXT)
_NONE = "-"
_MAX_LISTED, _MAX_TAGS = 20, 24


async def show_channels(interaction: Interaction, server: ServerSettings, channel: int = 0) -> None:
    """Show what was decided for channels, and for one of them what can be chosen."""
    if await may_manage(interaction):
        drawing = _draw(interaction, server, channel)
        await deliver_when_ready(interaction, drawing, private=True, update=True)


async def change_channel(interaction: Interaction, server: ServerSettings, argument: str) -> None:
    """Save what was chosen for a channel; or show a channel that was chosen."""
    name, _, rest = argument.partition("/")
    chosen = next(iter(read_chosen_values(interaction)), "")
    if name == "choose":
        await show_channels(interaction, server, int(chosen) if chosen.isdecimal() else 0)
    elif rest.isdecimal() and interaction.guild_id and await may_manage(interaction):
        settings = _change(server.channels.get(int(rest), ChannelSettings()), name, chosen)
        assistant = interaction.client.assistant
        server = await save_channel_settings(assistant, interaction.guild_id, int(rest), settings)
        await show_channels(interaction, server, int(rest))


def _change(settings: ChannelSettings, name: str, chosen: str) -> ChannelSettings:
    value = "" if chosen == _NONE else chosen
    match name:
        case "mode" if value in _MODES:
            return replace(settings, mode=value)
        case "posts" if value in _POSTS:
            return replace(settings, posts=value)
        case "cooldown" if value.isdecimal():
            return replace(settings, cooldown=int(value))
        case "tag":
            return replace(settings, solved_tag=int(value) if value.isdecimal() else 0)
        case _:  # a select of another version
            return settings


async def _draw(interaction: Interaction, server: ServerSettings, channel_id: int) -> list[Card]:
    guild = await find_whole_guild(interaction.client, interaction.guild_id)
    channel = guild.get_channel(channel_id) if guild else None
    words = interaction.client.get_phrases(str(interaction.locale)).server.channels
    may_read = interaction.client.discord_options.message_content
    parts = [*_build_parts(server, words), *_build_selects(channel, server, words, may_read=may_read)]
    return [build_panel([*parts, build_row(build_button(words.back, "page", "start"))])]


def _build_parts(server: ServerSettings, words: ChannelPhrases) -> Iterator[CardPart]:
    lines = [
        f"- <#{channel}>: {', '.join(_describe(settings, words))}"
        for channel, settings in sorted(server.channels.items())
    ]
    yield "\n".join([f"## {words.title}", words.body, *lines[:_MAX_LISTED]])
    select: ui.ChannelSelect[Any] = ui.ChannelSelect(
        custom_id=make_action_id("chan", "choose"), placeholder=words.choose, channel_types=_TYPES
    )
    yield build_row(select)


def _describe(settings: ChannelSettings, words: ChannelPhrases) -> Iterator[str]:
    if settings.mode:
        yield words.modes[_MODES.index(settings.mode)]
    if settings.cooldown in _COOLDOWNS and settings.cooldown:
        yield words.cooldowns[_COOLDOWNS.index(settings.cooldown)]
    if settings.posts:
        yield words.posts[_POSTS.index(settings.posts)]


def _build_selects(
    channel: discord.abc.GuildChannel | None, server: ServerSettings, words: ChannelPhrases, *, may_read: bool
) -> Iterator[CardPart]:
    if channel is None:
        return
    settings = server.channels.get(channel.id, ChannelSettings())
    yield f"**{channel.mention}**"
    yield _build_select(f"mode/{channel.id}", list(zip(_MODES, words.modes, strict=True)), settings.mode)
    cooldowns = [(str(number), label) for number, label in zip(_COOLDOWNS, words.cooldowns, strict=True)]
    yield _build_select(f"cooldown/{channel.id}", cooldowns, str(settings.cooldown))
    if isinstance(channel, discord.ForumChannel):
        posts = list(zip(_POSTS, words.posts, strict=True))
        yield _build_select(f"posts/{channel.id}", posts if may_read else posts[:2], settings.posts)
        tags = [(str(tag.id), words.tag.format(name=tag.name)) for tag in channel.available_tags]
        options = [("", words.no_tag), *tags[:_MAX_TAGS]]
        yield _build_select(f"tag/{channel.id}", options, str(settings.solved_tag or ""))


def _build_select(argument: str, options: Sequence[tuple[str, str]], current: str) -> CardPart:
    select: ui.Select[Any] = ui.Select(custom_id=make_action_id("chan", argument))
    for value, label in options:
        select.add_option(label=label[:100], value=value or _NONE, default=value == current)
    return build_row(select)
