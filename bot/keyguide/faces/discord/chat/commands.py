"""Define the slash commands and message menus, and pass each to the assistant."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, ContextMenu, locale_str

from keyguide.core.knowledge.knowledge import ENGLISH
from keyguide.core.model.turn import Kind, Option, Reply, Turn
from keyguide.core.phrases.discord import CommandLabel
from keyguide.faces.discord.chat.addressing import answer_for
from keyguide.faces.discord.chat.answer import (
    Request,
    Responder,
    answer_command,
    make_diagnosis_responder,
)
from keyguide.faces.discord.chat.attachments import (
    list_pictures,
    list_text_files,
    make_file_responder,
    make_picture_responder,
)
from keyguide.faces.discord.chat.autocomplete import MAX_CHOICES, Suggestion, find_pick
from keyguide.faces.discord.connection.bot import Bot, Interaction
from keyguide.faces.discord.connection.interactions import handle_interaction, tell_failure
from keyguide.faces.discord.help_requests.help_form import open_help_form

AppCommand = app_commands.Command[Any, ..., Any]
_log = logging.getLogger(__name__)

ALL_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
ALL_INSTALLS = app_commands.AppInstallationType(guild=True, user=True)


async def _answer(interaction: Interaction, request: Request) -> None:
    name = interaction.command.qualified_name if interaction.command else "command"
    await handle_interaction(interaction, name, lambda server: answer_command(interaction, server, request))


async def ask(
    interaction: Interaction,
    question: str = "",
    picture: discord.Attachment | None = None,
    person: discord.User | None = None,
) -> None:
    """Answer somebody's own words, a screenshot, or a suggestion that they picked, for them or another."""
    bot = interaction.client
    pick = "" if picture else find_pick(bot.assistant.knowledge, question) if question else "start"
    responder = make_picture_responder(bot, [picture], bot.assistant.reply) if picture else None
    request = Request(text="" if pick else question, pick=pick, responder=responder)
    await handle_interaction(
        interaction, "ask", lambda server: answer_for(interaction, server, request, person)
    )


async def diagnose(
    interaction: Interaction, trouble: str = "", picture: discord.Attachment | None = None
) -> None:
    """Begin a diagnosis, from a screenshot if there is one; show the menu if nothing was chosen."""
    if picture:
        responder = make_diagnosis_responder(interaction.client, trouble)
        responder = make_picture_responder(interaction.client, [picture], responder)
        await _answer(interaction, Request(responder=responder))
    else:
        await _answer(interaction, Request(pick=f"go/{trouble}" if trouble else "menu"))


async def show_error(interaction: Interaction, code: str) -> None:
    """Answer a code like any other text, so that it is known of the case if a human is called."""
    await _answer(interaction, Request(text=code))


async def show_topics(interaction: Interaction) -> None:
    """Show all topics by group."""
    await _answer(interaction, Request(pick="topics"))


async def show_human(interaction: Interaction) -> None:
    """Call a human, or show the official ways to reach one."""
    await handle_interaction(interaction, "human", lambda server: open_help_form(interaction, server))


async def show_help(interaction: Interaction) -> None:
    """Explain what the bot can do."""

    async def respond(turn: Turn) -> Reply:
        return build_help_reply(interaction.client, turn.locale)

    await _answer(interaction, Request(responder=respond))


def build_help_reply(bot: Bot, locale: str) -> Reply:
    """Build the reply that explains what the bot can do, with the main entries as options."""
    phrases = bot.get_phrases(locale)
    words, buttons = phrases.discord, phrases.buttons
    options = Option(buttons.menu, "menu"), Option(buttons.topics, "topics"), Option(buttons.human, "human")
    return Reply(Kind.MENU, words.help_title, words.help_body, options=options)


async def answer_selected_message(interaction: Interaction, message: discord.Message) -> None:
    """Answer anybody's message for the person who selected it."""
    await _answer(interaction, _read_selected_message(interaction.client, message))


async def diagnose_selected_message(interaction: Interaction, message: discord.Message) -> None:
    """Begin a diagnosis from what anybody's message shows, if one fits."""
    responder = make_diagnosis_responder(interaction.client)
    await _answer(interaction, _read_selected_message(interaction.client, message, responder))


def _read_selected_message(bot: Bot, message: discord.Message, responder: Responder | None = None) -> Request:
    responder = responder or bot.assistant.reply
    if pictures := list_pictures(message):
        responder = make_picture_responder(bot, pictures, responder)
    if list_text_files(message):
        responder = make_file_responder(bot, [message], responder)
    about = "" if message.author.bot else f"{message.id}/{message.author.id}"
    return Request(text=extract_text(message), responder=responder, about=about)


def extract_text(message: discord.Message) -> str:
    """Extract the text of a message, including forwarded messages and embeds."""
    forwarded = (snapshot.content for snapshot in message.message_snapshots)
    embedded = (embed.description or "" for embed in message.embeds)
    return "\n".join(text for text in (message.content, *forwarded, *embedded) if text)


def add_commands(bot: Bot) -> None:
    """Register every command, with the phrases of the knowledge and with its flows as choices."""
    labels = bot.get_phrases(ENGLISH).discord.commands
    flows = [Choice(name=flow.title, value=flow.id) for flow in bot.assistant.knowledge.flows.values()]
    app_commands.choices(trouble=flows[:MAX_CHOICES])(diagnose)
    ask_command = build_command(
        labels.ask,
        "ask",
        ask,
        question=(labels.ask_question, "ask_question"),
        picture=(labels.ask_picture, "ask_picture"),
        person=(labels.ask_for, "ask_for"),
    )
    ask_command.autocomplete("question")(suggest_questions)
    error_command = build_command(labels.error, "error", show_error, code=(labels.error_code, "error_code"))
    error_command.autocomplete("code")(suggest_codes)
    bot.tree.clear_commands(guild=None)
    for command in (
        ask_command,
        build_command(
            labels.diagnose,
            "diagnose",
            diagnose,
            trouble=(labels.diagnose_trouble, "diagnose_trouble"),
            picture=(labels.diagnose_picture, "diagnose_picture"),
        ),
        error_command,
        build_command(labels.topics, "topics", show_topics),
        build_command(labels.human, "human", show_human),
        build_command(labels.help, "help", show_help),
        _build_menu(labels.answer_this, "answer_this", answer_selected_message),
        _build_menu(labels.diagnose_this, "diagnose_this", diagnose_selected_message),
    ):
        bot.tree.add_command(command)
    bot.tree.error(report_failure)


def build_command(
    label: CommandLabel, key: str, callback: Callable[..., Any], **options: tuple[CommandLabel, str]
) -> AppCommand:
    """Build a slash command whose names and descriptions are translated by their keys."""
    names = {name: _make_name(*option) for name, option in options.items()}
    descriptions = {name: _make_description(*option) for name, option in options.items()}
    if options:
        callback = app_commands.rename(**names)(app_commands.describe(**descriptions)(callback))
    return app_commands.Command(
        name=_make_name(label, key),
        description=_make_description(label, key),
        callback=callback,
        allowed_contexts=ALL_CONTEXTS,
        allowed_installs=ALL_INSTALLS,
    )


def _make_name(label: CommandLabel, key: str) -> locale_str:
    return locale_str(label.name, key=f"{key}.name")


def _make_description(label: CommandLabel, key: str) -> locale_str:
    return locale_str(label.about, key=f"{key}.about")


def _build_menu(label: str, key: str, callback: Callable[..., Any]) -> ContextMenu:
    name = locale_str(label, key=key)
    return ContextMenu(
        name=name, callback=callback, allowed_contexts=ALL_CONTEXTS, allowed_installs=ALL_INSTALLS
    )


async def suggest_questions(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Suggest questions while somebody types."""
    return _make_choices(interaction.client.get_suggestions().suggest_questions(typed))


async def suggest_codes(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Suggest codes while somebody types."""
    return _make_choices(interaction.client.get_suggestions().suggest_codes(typed))


def _make_choices(suggestions: list[Suggestion]) -> list[Choice[str]]:
    return [Choice(name=suggestion.label, value=suggestion.value) for suggestion in suggestions]


async def report_failure(interaction: Interaction, error: app_commands.AppCommandError) -> None:
    """Log the error of a command, and tell the person; show the menu if we do not have it."""
    if isinstance(error, app_commands.CommandInvokeError):
        _log.error("a command could not be answered", exc_info=error.original)
        await tell_failure(interaction)
        return
    _log.warning("a command could not be read (%s)", type(error).__name__)
    if interaction.type is discord.InteractionType.autocomplete:
        await interaction.response.autocomplete([])
    else:
        await _answer(interaction, Request(pick="menu"))
