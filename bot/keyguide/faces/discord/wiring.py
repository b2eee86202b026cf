"""The commands for those who run a server, and every button and modal that is not a pick of the engine."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from keyguide.core.knowledge.knowledge import ENGLISH
from keyguide.core.phrases.discord import CommandLabel
from keyguide.faces.discord.admin import doctor, insights, privacy, setup
from keyguide.faces.discord.cards.panels import ACTION
from keyguide.faces.discord.chat import answer
from keyguide.faces.discord.chat.answer import Request
from keyguide.faces.discord.chat.buttons import run_safely
from keyguide.faces.discord.connection.bot import Bot, Interaction
from keyguide.faces.discord.help_requests import help_form, thread, thread_buttons

ActionHandler = Callable[[Interaction, str], Awaitable[None]]

_ACTION_HANDLERS: dict[str, ActionHandler] = {
    "set": setup.change_setting,
    "privacy": privacy.handle_press,
    "helpers": help_form.handle_server_choice,
    "claim": thread_buttons.claim,
    "resolve": thread_buttons.resolve,
    "fixed": thread_buttons.confirm_fixed,
    "stuck": thread_buttons.reopen,
}

_SERVER_CONTEXT = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
_SERVER_INSTALL = app_commands.AppInstallationType(guild=True, user=False)
_ALL_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_ALL_INSTALLS = app_commands.AppInstallationType(guild=True, user=True)


class ActionItem(ui.DynamicItem[ui.Item[Any]], template=ACTION):
    """A button or select whose id is a word of ours."""

    def __init__(self, item: ui.Item[Any], word: str, rest: str) -> None:
        """Take the item that was used, and what its id said."""
        super().__init__(item)
        self._word = word
        self._rest = rest

    @classmethod
    async def from_custom_id(cls, asked: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Return what was pressed or chosen from."""
        return cls(item, match["word"], match["rest"])

    async def callback(self, asked: Interaction) -> None:  # type: ignore[override]
        """Do what the word says; a word of another version leads to where the person stands."""
        await run_safely(
            asked, _run_limited(asked, _ACTION_HANDLERS.get(self._word, _show_start), self._rest)
        )


async def _show_start(asked: Interaction, _rest: str) -> None:
    await answer.answer_command(asked, Request(pick="start"))


async def _run_limited(asked: Interaction, does: ActionHandler, rest: str) -> None:
    if not await answer.enforce_rate_limit(asked):
        with asked.client.track_answer():
            await does(asked, rest)


async def handle_modal(asked: Interaction) -> None:
    """Take up a modal of ours."""
    if asked.type is discord.InteractionType.modal_submit and help_form.read_server_id(asked):
        with asked.client.track_answer():
            await run_safely(asked, thread.handle_help_modal(asked))


def add_server_commands(bot: Bot) -> None:
    """Give the client's tree the commands for those who run a server, and /privacy for everybody."""
    said = bot.get_phrases(ENGLISH).discord.commands
    bot.tree.add_command(_build_manager_command(said.setup, "setup", setup.show_setup))
    bot.tree.add_command(_build_manager_command(said.doctor, "doctor", doctor.show_doctor))
    bot.tree.add_command(_build_manager_command(said.insights, "insights", insights.show_insights))
    command = _build_command(said.privacy, "privacy", privacy.show_privacy)
    command.allowed_contexts, command.allowed_installs = _ALL_CONTEXTS, _ALL_INSTALLS
    bot.tree.add_command(command)


def _build_manager_command(
    said: CommandLabel, key: str, does: Callable[[Interaction], Awaitable[None]]
) -> app_commands.Command[Any, ..., Any]:
    """Return a command that Discord shows only to those who may manage the server."""
    command = _build_command(said, key, does)
    command.default_permissions = discord.Permissions(manage_guild=True)
    command.allowed_contexts, command.allowed_installs = _SERVER_CONTEXT, _SERVER_INSTALL
    return command


def _build_command(
    said: CommandLabel, key: str, does: Callable[[Interaction], Awaitable[None]]
) -> app_commands.Command[Any, ..., Any]:
    async def run_limited(asked: Interaction) -> None:
        if not await answer.enforce_rate_limit(asked):
            with asked.client.track_answer():
                await does(asked)
        asked.client.metrics.count_interaction(key, "answered")

    run_limited.__annotations__["asked"] = discord.Interaction
    return app_commands.Command(
        name=locale_str(said.name, key=f"{key}.name"),
        description=locale_str(said.about, key=f"{key}.about"),
        callback=run_limited,
    )


def add_action_items(bot: Bot) -> None:
    """Teach the client to read the ids of the buttons and selects here."""
    bot.add_dynamic_items(ActionItem)
