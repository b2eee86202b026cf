"""The commands for those who run a server, and every button and modal that is not a pick of the engine."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot.core.knowledge import ENGLISH
from bot.core.phrases_discord import Command
from bot.faces.discord import answering, doctor, handoff, helping, insights, pleas, privacy, setting_up
from bot.faces.discord.answering import Did
from bot.faces.discord.base import Asked, Bot
from bot.faces.discord.buttons import safely
from bot.faces.discord.pressing import WORD

Does = Callable[[Asked, str], Awaitable[None]]

_DOES: dict[str, Does] = {
    "set": setting_up.change,
    "privacy": privacy.pressed,
    "helpers": handoff.picked,
    "claim": helping.claim,
    "resolve": helping.resolve,
    "fixed": helping.fixed,
    "stuck": helping.stuck,
}

_SERVER = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
_IN_SERVER = app_commands.AppInstallationType(guild=True, user=False)
_ANYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_ANYHOW = app_commands.AppInstallationType(guild=True, user=True)


class WordItem(ui.DynamicItem[ui.Item[Any]], template=WORD):
    """A button or select whose id is a word of ours."""

    def __init__(self, item: ui.Item[Any], word: str, rest: str) -> None:
        """Take the item that was used, and what its id said."""
        super().__init__(item)
        self._word = word
        self._rest = rest

    @classmethod
    async def from_custom_id(cls, asked: Asked, item: ui.Item[Any], match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Return what was pressed or chosen from."""
        return cls(item, match["word"], match["rest"])

    async def callback(self, asked: Asked) -> None:  # type: ignore[override]
        """Do what the word says; a word of another version leads to where the person stands."""
        await safely(asked, _paced(asked, _DOES.get(self._word, _start), self._rest))


async def _start(asked: Asked, _rest: str) -> None:
    await answering.command(asked, Did(pick="start"))


async def _paced(asked: Asked, does: Does, rest: str) -> None:
    if not await answering.slowed(asked):
        with asked.client.at_work():
            await does(asked, rest)


async def submitted(asked: Asked) -> None:
    """Take up a modal of ours."""
    if asked.type is discord.InteractionType.modal_submit and handoff.server_asked(asked):
        with asked.client.at_work():
            await safely(asked, pleas.called(asked))


def add_server_commands(bot: Bot) -> None:
    """Give the client's tree the commands for those who run a server, and /privacy for everybody."""
    said = bot.phrases(ENGLISH).discord.commands
    bot.tree.add_command(_managing(said.setup, "setup", setting_up.setup))
    bot.tree.add_command(_managing(said.doctor, "doctor", doctor.doctor))
    bot.tree.add_command(_managing(said.insights, "insights", insights.insights))
    command = _command(said.privacy, "privacy", privacy.privacy)
    command.allowed_contexts, command.allowed_installs = _ANYWHERE, _ANYHOW
    bot.tree.add_command(command)


def _managing(
    said: Command, key: str, does: Callable[[Asked], Awaitable[None]]
) -> app_commands.Command[Any, ..., Any]:
    """Return a command that Discord shows only to those who may manage the server."""
    command = _command(said, key, does)
    command.default_permissions = discord.Permissions(manage_guild=True)
    command.allowed_contexts, command.allowed_installs = _SERVER, _IN_SERVER
    return command


def _command(
    said: Command, key: str, does: Callable[[Asked], Awaitable[None]]
) -> app_commands.Command[Any, ..., Any]:
    async def paced(asked: Asked) -> None:
        if not await answering.slowed(asked):
            with asked.client.at_work():
                await does(asked)
        asked.client.metrics.interaction(key, "answered")

    paced.__annotations__["asked"] = discord.Interaction
    return app_commands.Command(
        name=locale_str(said.name, key=f"{key}.name"),
        description=locale_str(said.about, key=f"{key}.about"),
        callback=paced,
    )


def add_words(bot: Bot) -> None:
    """Teach the client to read the ids of the buttons and selects here."""
    bot.add_dynamic_items(WordItem)
