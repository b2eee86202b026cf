"""Connect each command, button and modal that the engine does not answer to its handler."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import app_commands, ui

from keyguide.core.knowledge.knowledge import ENGLISH
from keyguide.core.phrases.discord import CommandLabel
from keyguide.faces.discord.admin import doctor, insights, own_answer_command, privacy
from keyguide.faces.discord.admin.server_setup import channels, helper_settings, settings_page, try_setup
from keyguide.faces.discord.cards.button_ids import BUTTON, SELECT, SHARE
from keyguide.faces.discord.cards.notice_cards import ACTION, MODAL
from keyguide.faces.discord.chat import addressing, standing_message
from keyguide.faces.discord.chat.answer import Request, answer_command
from keyguide.faces.discord.chat.commands import AppCommand, build_command
from keyguide.faces.discord.connection.bot import Bot, Interaction
from keyguide.faces.discord.connection.interactions import handle_interaction
from keyguide.faces.discord.help_requests import help_form, queue
from keyguide.faces.discord.help_requests.threads import buttons, open_thread, what_fixed_it
from keyguide.faces.discord.servers.server_settings import ServerSettings

ActionHandler = Callable[[Interaction, ServerSettings, str], Awaitable[None]]
AdminHandler = Callable[[Interaction, ServerSettings], Awaitable[None]]

_ACTION_HANDLERS: dict[str, ActionHandler] = {
    "set": settings_page.change_setting,
    "privacy": privacy.handle_press,
    "helpers": help_form.handle_server_choice,
    "hours": helper_settings.ask_for_hours,
    "chan": channels.change_channel,
    "own": own_answer_command.handle_own_press,
    "page": settings_page.show_page,
    "reply": addressing.reply_to_message,
    "panel": standing_message.handle_panel_press,
    "test": try_setup.handle_test_press,
    "claim": buttons.claim,
    "take": queue.take,
    "queue": queue.handle_queue_choice,
    "release": buttons.release,
    "handover": buttons.ask_for_successor,
    "resolve": what_fixed_it.resolve,
    "fixed": buttons.confirm_fixed,
    "stuck": buttons.reopen,
}
_MODAL_HANDLERS: dict[str, ActionHandler] = {
    "code": standing_message.handle_code,
    "handover": buttons.hand_over,
    "hours": helper_settings.save_hours,
    "own": own_answer_command.save_form,
    "solved": what_fixed_it.handle_solved,
}
_OWN_IDS = [re.compile(template) for template in (ACTION, BUTTON, SELECT, SHARE)]
_NOWHERE = Request(pick="nowhere")  # as from a button that is outdated: the engine says so politely

_SERVER_CONTEXT = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
_SERVER_INSTALL = app_commands.AppInstallationType(guild=True, user=False)


class ActionItem(ui.DynamicItem[ui.Item[Any]], template=ACTION):
    """A button or select whose id names an action of the Discord face."""

    def __init__(self, item: ui.Item[Any], action: str, argument: str) -> None:
        super().__init__(item)
        self._action = action
        self._argument = argument

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Build the item from the id of the button or select that was used."""
        return cls(item, match["action"], match["argument"])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Run the action; lead to a new start if it is unknown, because another version sent the button."""
        handler = _ACTION_HANDLERS.get(self._action, _answer_outdated)
        await handle_interaction(
            interaction, "button", lambda server: handler(interaction, server, self._argument)
        )


async def _answer_outdated(interaction: Interaction, server: ServerSettings, _argument: str = "") -> None:
    await answer_command(interaction, server, _NOWHERE)


async def handle_unknown_press(interaction: Interaction) -> None:
    """Answer a press of a button or select that this version does not know; Discord would show an error."""
    data: dict[str, Any] = {**(interaction.data or {})}
    custom_id = str(data.get("custom_id", ""))
    is_press = interaction.type is discord.InteractionType.component
    if is_press and not any(pattern.fullmatch(custom_id) for pattern in _OWN_IDS):
        await handle_interaction(interaction, "button", lambda server: _answer_outdated(interaction, server))


async def handle_modal(interaction: Interaction) -> None:
    """Handle a submitted modal: the help form, or one whose id names an action."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return
    data: dict[str, Any] = {**(interaction.data or {})}
    match = re.fullmatch(MODAL, str(data.get("custom_id", "")))
    if help_form.read_server_id(interaction):
        await handle_interaction(interaction, "modal", lambda _: open_thread.handle_help_modal(interaction))
    elif match:
        handler, argument = _MODAL_HANDLERS.get(match["action"], _answer_outdated), match["argument"]
        await handle_interaction(interaction, "modal", lambda server: handler(interaction, server, argument))


def add_server_commands(bot: Bot) -> None:
    """Add the commands for the managers of a server, and /privacy for everybody."""
    labels = bot.get_phrases(ENGLISH).discord.commands
    bot.tree.add_command(_build_manager_command(labels.setup, "setup", settings_page.show_setup))
    bot.tree.add_command(_build_manager_command(labels.doctor, "doctor", doctor.show_doctor))
    bot.tree.add_command(_build_manager_command(labels.insights, "insights", insights.show_insights))
    bot.tree.add_command(
        _build_manager_command(labels.own_answer, "own_answer", own_answer_command.show_own_answers)
    )
    bot.tree.add_command(_build_admin_command(labels.privacy, "privacy", privacy.show_privacy))
    queue_command = _build_admin_command(labels.queue, "queue", queue.show_queue)
    queue_command.allowed_contexts, queue_command.allowed_installs = _SERVER_CONTEXT, _SERVER_INSTALL
    bot.tree.add_command(queue_command)


def _build_manager_command(label: CommandLabel, key: str, handler: AdminHandler) -> AppCommand:
    """Build a command that Discord shows only to those who may manage the server."""
    command = _build_admin_command(label, key, handler)
    command.default_permissions = discord.Permissions(manage_guild=True)
    command.allowed_contexts, command.allowed_installs = _SERVER_CONTEXT, _SERVER_INSTALL
    return command


def _build_admin_command(label: CommandLabel, key: str, handler: AdminHandler) -> AppCommand:
    async def run(interaction: Interaction) -> None:
        await handle_interaction(interaction, key, lambda server: handler(interaction, server))

    run.__annotations__["interaction"] = discord.Interaction
    return build_command(label, key, run)


def add_action_items(bot: Bot) -> None:
    """Register the action items, so that their ids work even after a restart."""
    bot.add_dynamic_items(ActionItem)
