"""/setup: what the people who run a server can choose for it, and what is chosen now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import discord
from discord import ButtonStyle as Style
from discord import ChannelType, ui

from bot.core.phrases_server import Setup
from bot.faces.discord import automod
from bot.faces.discord.base import Asked
from bot.faces.discord.draw import Card, note
from bot.faces.discord.pressing import Part, button, chosen, panel, row, word_id
from bot.faces.discord.sending import deliver, heard
from bot.faces.discord.servers import Server, choose, server_of
from bot.faces.discord.write import small

_MOST = 25
_PLACES = [ChannelType.text, ChannelType.news, ChannelType.forum]
_ANY = "any"
_LONGEST = 1_500  # characters of what a reload says


async def setup(asked: Asked) -> None:
    """Show what is chosen, to be changed."""
    if await may_manage(asked):
        await deliver(asked, [await _card(asked)], private=True)


async def may_manage(asked: Asked) -> bool:
    """Whether somebody may manage a server that we are in; if not, they are told."""
    words = words_for(asked)
    if asked.guild_id is None or asked.client.get_guild(asked.guild_id) is None:
        await deliver(asked, [note(words.not_here)], private=True)
    elif not asked.permissions.manage_guild:
        await deliver(asked, [note(words.not_allowed)], private=True)
    else:
        return True
    return False


def words_for(asked: Asked) -> Setup:
    """Return the words for those who set up, in their own language."""
    return asked.client.phrases(str(asked.locale)).server.setup


async def change(asked: Asked, what: str) -> None:
    """Keep what was chosen, and show the card anew."""
    if not await may_manage(asked) or not asked.guild_id:
        return
    if what in _WORKS:
        said = await heard(asked, _WORKS[what](asked), private=True, update=True)
        await deliver(asked, [await _card(asked, said)], private=True, update=True)
        return
    values = chosen(asked)
    if what in {"public", "guard"}:
        server = await server_of(asked.client.assistant, asked.guild_id)
        news: dict[str, str | bool] = {what: not getattr(server, what)}
    elif what in {"helper_channel", "helper_role", "answering", "language"}:
        news = {what: " ".join(value for value in values if value != _ANY)}
    else:  # a button of a later version
        news = {}
    await choose(asked.client.assistant, asked.guild_id, **news)
    await deliver(asked, [await _card(asked)], private=True, update=True)


async def _rule(asked: Asked) -> str:
    guild = asked.guild
    assert guild is not None  # noqa: S101 -- may_manage saw that we are in it
    return await automod.install(guild, words_for(asked), asked.client.assistant.knowledge.public_keys)


async def _reload(asked: Asked) -> str:
    words, reload = words_for(asked), asked.client.reload
    if reload is None:
        return words.reload_off
    return words.reloaded.format(result=(await reload())[:_LONGEST])


_WORKS: dict[str, Callable[[Asked], Awaitable[str]]] = {"rule": _rule, "reload": _reload}


async def _card(asked: Asked, said: str = "") -> Card:
    server = await server_of(asked.client.assistant, asked.guild_id)
    return panel([*_parts(asked, server, said)])


def _parts(asked: Asked, server: Server, said: str) -> Iterator[Part]:
    words = words_for(asked)
    yield f"## {words.title}\n{words.body}"
    yield words.helper_channel
    yield row(
        _channels(words.choose_channel, "helper_channel", [server.helper_channel], [ChannelType.text], 1)
    )
    yield words.helper_role
    yield row(_roles(words.choose_role, server.helper_role))
    yield words.answering
    if not asked.client.ways.message_content:
        yield small(words.answering_off)
    yield row(_channels(words.choose_channels, "answering", sorted(server.answering), _PLACES, _MOST))
    yield words.language
    yield row(_languages(asked, server))
    yield row(
        button(words.public if server.public else words.private, "set", "public"),
        button(
            words.guard_on if server.guard else words.guard_off,
            "set",
            "guard",
            Style.success if server.guard else Style.secondary,
        ),
    )
    yield row(button(words.rule, "set", "rule"), button(words.reload, "set", "reload"))
    yield f"> {said}".replace("\n", "\n> ") if said else ""


def _channels(
    hint: str, what: str, ids: list[int], kinds: list[ChannelType], most: int
) -> ui.ChannelSelect[Any]:
    defaults = [
        discord.SelectDefaultValue(id=id, type=discord.SelectDefaultValueType.channel) for id in ids if id
    ]
    return ui.ChannelSelect(
        custom_id=word_id("set", what),
        placeholder=hint,
        min_values=0,
        max_values=most,
        channel_types=kinds,
        default_values=defaults[:most],
    )


def _roles(hint: str, id: int) -> ui.RoleSelect[Any]:
    default = [discord.SelectDefaultValue(id=id, type=discord.SelectDefaultValueType.role)] if id else []
    return ui.RoleSelect(
        custom_id=word_id("set", "helper_role"), placeholder=hint, min_values=0, default_values=default
    )


def _languages(asked: Asked, server: Server) -> ui.Select[Any]:
    words = words_for(asked)
    select: ui.Select[Any] = ui.Select(custom_id=word_id("set", "language"))
    select.add_option(label=words.language_any, value=_ANY, default=not server.language)
    for code, phrases in asked.client.assistant.knowledge.phrases.items():
        select.add_option(label=phrases.language, value=code, default=code == server.language)
    return select
