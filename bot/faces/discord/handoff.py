"""Where a human takes over: who can be called from here, and the one sentence to go with the call."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.core.phrases_server import Plea
from bot.core.turn import Option, Reply
from bot.faces.discord.base import Asked, Bot
from bot.faces.discord.pressing import chosen, panel, row, word_id
from bot.faces.discord.sending import deliver, persistent
from bot.faces.discord.servers import helping_servers, server_of

_log = logging.getLogger(__name__)

HUMAN = "human"  # the pick with which a person asks for a human
MODAL = "plea:"  # begins the id of the modal; the server follows
_SENTENCE = "sentence"
_LONGEST = 300  # characters of a sentence
_MOST = 25
_WITHIN = 2.0  # seconds to find the servers that we share; Discord waits for three


async def takes_over(asked: Asked) -> bool:
    """Whether a press on "Ask a human" or /human was answered here; else the official ways are shown."""
    guild = asked.guild_id
    if guild and asked.client.get_guild(guild):
        if not (await server_of(asked.client.assistant, guild)).helps:
            return False
        await ask_why(asked, guild)
        return True
    shared = await _shared(asked)
    if not shared:
        return False
    words = _words(asked)
    select: ui.Select[Any] = ui.Select(custom_id=word_id("helpers"), placeholder=words.which)
    for there in shared:
        select.add_option(label=there.name[:100], value=str(there.id))
    await deliver(asked, [panel([words.which, row(select)])], private=not asked.context.dm_channel)
    return True


async def picked(asked: Asked, _rest: str) -> None:
    """Go on with the server whose helpers somebody picked."""
    server = next((int(value) for value in chosen(asked) if value.isdecimal()), 0)
    if server:
        await ask_why(asked, server)


async def ask_why(asked: Asked, guild: int) -> None:
    """Ask for one sentence, if the person likes."""
    words = _words(asked)
    modal = ui.Modal(title=words.title, custom_id=f"{MODAL}{guild}", timeout=None)
    line: ui.TextInput[Any] = ui.TextInput(
        custom_id=_SENTENCE, required=False, max_length=_LONGEST, placeholder=words.hint
    )
    modal.add_item(ui.Label(text=words.label, component=line))
    modal.stop()  # discord.py keeps no modal that is finished: all there is to know stands in its id
    await persistent(lambda: asked.response.send_modal(modal))


def sentence_of(asked: Asked) -> str:
    """Return the sentence that came with a modal."""
    data: dict[str, Any] = {**(asked.data or {})}
    parts = [part.get("component", {}) for part in data.get("components", [])]
    values = (part.get("value") for part in parts if part.get("custom_id") == _SENTENCE)
    return " ".join(next(values, "").split())[:_LONGEST]


def server_asked(asked: Asked) -> int:
    """Return the server whose helpers a modal calls, 0 where it is another modal."""
    data: dict[str, Any] = {**(asked.data or {})}
    id = str(data.get("custom_id", ""))
    rest = id.removeprefix(MODAL)
    return int(rest) if id.startswith(MODAL) and rest.isdecimal() else 0


async def _shared(asked: Asked) -> list[discord.Guild]:
    """Return the servers with helpers that the person is in, as far as they are found in time."""
    bot = asked.client
    known = [guild for id in await helping_servers(bot.assistant) if (guild := bot.get_guild(id))]
    seeking = [asyncio.ensure_future(_member(guild, asked.user.id)) for guild in known]
    if not seeking:
        return []
    _, late = await asyncio.wait(seeking, timeout=_WITHIN)
    for task in late:
        task.cancel()
    return [guild for guild, task in zip(known, seeking, strict=True) if task not in late and task.result()][
        :_MOST
    ]


async def _member(guild: discord.Guild, person: int) -> bool:
    try:
        await guild.fetch_member(person)
    except (discord.HTTPException, OSError) as error:
        if not isinstance(error, discord.NotFound):
            _log.info("could not ask server %s for a member (%s)", guild.id, type(error).__name__)
        return False
    return True


async def offered(bot: Bot, reply: Reply, guild: int | None, locale: str) -> Reply:
    """Return a reply with what this server offers beside it, where the reply is about calling a human."""
    if reply.handoff is None:
        return reply
    words = bot.phrases(locale).server.plea
    if guild and bot.get_guild(guild):
        helps = (await server_of(bot.assistant, guild)).helps
    else:
        helps = bool(await helping_servers(bot.assistant))
    if helps:
        return replace(reply, options=(Option(words.call, HUMAN), *reply.options))
    return replace(reply, notice=f"{words.none}\n\n{reply.notice}".strip())


async def hushed(bot: Bot, said: discord.Message) -> bool:
    """Whether this is a thread that we opened for a person and the helpers: there we keep quiet."""
    thread = said.channel
    if not isinstance(thread, discord.Thread):
        return False
    return thread.is_private() and bot.user is not None and thread.owner_id == bot.user.id


def _words(asked: Asked) -> Plea:
    return asked.client.phrases(str(asked.locale)).server.plea
