"""Connect each command, button and modal that the engine does not answer to its handler."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

import discord
from discord import app_commands

from keyguide.core.knowledge.knowledge import ENGLISH
from keyguide.core.phrases.discord import CommandLabel
from keyguide.faces.discord.admin import doctor, insights, own_answer_command, privacy
from keyguide.faces.discord.admin.server_setup import channels, helper_settings, settings_page, try_setup
from keyguide.faces.discord.cards.button_ids import SHARE
from keyguide.faces.discord.cards.notice_cards import ACTION, MODAL, read_custom_id
from keyguide.faces.discord.cards.quote_form import build_quotes
from keyguide.faces.discord.chat import addressing, standing_message
from keyguide.faces.discord.chat.answer import Request, answer_command, share_card
from keyguide.faces.discord.chat.buttons import answer_option, read_press
from keyguide.faces.discord.chat.commands import AppCommand, build_command
from keyguide.faces.discord.connection.bot import Bot, Interaction
from keyguide.faces.discord.connection.interactions import Work, handle_interaction
from keyguide.faces.discord.connection.sending import defer_if_slow, send_followup
from keyguide.faces.discord.help_requests import help_form, queue
from keyguide.faces.discord.help_requests.threads import buttons, open_thread, what_fixed_it
from keyguide.faces.discord.servers.server_settings import ServerSettings

ActionHandler = Callable[[Interaction, ServerSettings, str], Awaitable[None]]
AdminHandler = Callable[[Interaction, ServerSettings], Awaitable[None]]

ACTION_HANDLERS: dict[str, ActionHandler] = {
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
MODAL_HANDLERS: dict[str, ActionHandler] = {
    "code": standing_message.handle_code,
    "handover": buttons.hand_over,
    "hours": helper_settings.save_hours,
    "own": own_answer_command.save_form,
    "solved": what_fixed_it.handle_solved,
}
_NUMBERED = frozenset(  # whose argument is the id of a person or thread
    {"claim", "fixed", "handover", "release", "resolve", "solved", "stuck", "take"}
)
_NOWHERE = Request(pick="nowhere")  # as from a button that is outdated: the engine says so politely

_SERVER_CONTEXT = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
_SERVER_INSTALL = app_commands.AppInstallationType(guild=True, user=False)


async def handle_press(interaction: Interaction) -> None:
    """Do what a button or select stands for; its id tells, so that one sent before a restart still works.

    discord.py could rebuild the message and find the item in it, but then a press on an answer costs .58 ms
    instead of .40, without what sends it.
    """
    if interaction.type is not discord.InteractionType.component:
        return
    custom_id = read_custom_id(interaction)
    if press := read_press(interaction):
        await answer_option(interaction, press)
    elif custom_id == SHARE and interaction.message:
        await handle_interaction(interaction, "share", lambda _: share_card(interaction))
    else:
        await _run_action(interaction, ACTION.fullmatch(custom_id), ACTION_HANDLERS, "button")


async def handle_modal(interaction: Interaction) -> None:
    """Handle a submitted modal: the help form, or one whose id names an action."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return
    match = MODAL.fullmatch(read_custom_id(interaction))
    if help_form.read_server_id(interaction):
        await handle_interaction(interaction, "modal", lambda _: open_thread.handle_help_modal(interaction))
    else:
        await _run_action(interaction, match, MODAL_HANDLERS, "modal")


async def _run_action(
    interaction: Interaction, match: re.Match[str] | None, handlers: Mapping[str, ActionHandler], name: str
) -> None:
    """Run the action that an id names; lead to a new start if another version of the bot made the id.

    A handler that knows its action but not the rest of the id, or misses something in the message, returns
    without an answer.
    """
    action, argument = (match["action"], match["argument"]) if match else ("", "")
    is_known = action in handlers and (argument.isdecimal() or action not in _NUMBERED)

    async def work(server: ServerSettings) -> None:
        if is_known:
            await handlers[action](interaction, server, argument)
        if not interaction.response.is_done():
            await answer_command(interaction, server, _NOWHERE)
            for quote in build_quotes(interaction):
                await send_followup(interaction, quote, private=True)

    await _run_in_time(interaction, name, work)


async def _run_in_time(interaction: Interaction, name: str, work: Work) -> None:
    """Do the work; if it takes long, as while the store does not answer, tell Discord before it gives up."""
    private, update = not interaction.context.dm_channel, interaction.message is not None
    await handle_interaction(
        interaction,
        name,
        lambda server: defer_if_slow(interaction, work(server), private=private, update=update),
    )


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
        await _run_in_time(interaction, key, lambda server: handler(interaction, server))

    run.__annotations__["interaction"] = discord.Interaction
    return build_command(label, key, run)
