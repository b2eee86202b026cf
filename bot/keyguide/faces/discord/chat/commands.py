"""The commands and message menus: what Discord shows of them, and what each asks of the assistant."""

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
from keyguide.faces.discord.chat.answer import Request, answer_command, make_diagnosis_responder
from keyguide.faces.discord.chat.autocomplete import MAX_CHOICES, Suggestion, find_code_pick, find_pick
from keyguide.faces.discord.connection.bot import Bot, Interaction
from keyguide.faces.discord.connection.interactions import handle_interaction, tell_failure
from keyguide.faces.discord.help_requests.help_form import call_human

AppCommand = app_commands.Command[Any, ..., Any]
_log = logging.getLogger(__name__)

ALL_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
ALL_INSTALLS = app_commands.AppInstallationType(guild=True, user=True)


async def _answer(interaction: Interaction, request: Request) -> None:
    name = interaction.command.qualified_name if interaction.command else "command"
    await handle_interaction(interaction, name, lambda server: answer_command(interaction, server, request))


async def ask(interaction: Interaction, question: str) -> None:
    """Answer a question in somebody's own words, or the one they picked while typing."""
    pick = find_pick(interaction.client.assistant.knowledge, question)
    await _answer(interaction, Request(pick=pick, text="" if pick else question))


async def diagnose(interaction: Interaction, trouble: str = "") -> None:
    """Begin a diagnosis, or show which there are."""
    await _answer(interaction, Request(pick=f"go/{trouble}" if trouble else "menu"))


async def show_error(interaction: Interaction, code: str) -> None:
    """Show the page of a code."""
    pick = find_code_pick(interaction.client.assistant.knowledge, code)
    await _answer(interaction, Request(pick=pick, text="" if pick else code))


async def show_topics(interaction: Interaction) -> None:
    """Show all there is, by group."""
    await _answer(interaction, Request(pick="topics"))


async def show_human(interaction: Interaction) -> None:
    """Call a human, or show the official ways to one."""
    await handle_interaction(interaction, "human", lambda server: call_human(interaction, server))


async def show_help(interaction: Interaction) -> None:
    """Say what can be done here."""

    async def respond(turn: Turn) -> Reply:
        return build_help_reply(interaction.client, turn.locale)

    await _answer(interaction, Request(responder=respond))


def build_help_reply(bot: Bot, locale: str) -> Reply:
    """Return what we can do, with the ways in."""
    phrases = bot.get_phrases(locale)
    said, buttons = phrases.discord, phrases.buttons
    ways = Option(buttons.menu, "menu"), Option(buttons.topics, "topics"), Option(buttons.human, "human")
    return Reply(Kind.MENU, said.help_title, said.help_body, options=ways)


async def answer_selected_message(interaction: Interaction, message: discord.Message) -> None:
    """Answer anybody's message, for the one who interaction for it."""
    await _answer(interaction, Request(text=extract_text(message)))


async def diagnose_selected_message(interaction: Interaction, message: discord.Message) -> None:
    """Take up what anybody's message shows, and ask on from there."""
    request = Request(text=extract_text(message), responder=make_diagnosis_responder(interaction.client))
    await _answer(interaction, request)


def extract_text(message: discord.Message) -> str:
    """Return the words of a message, also of one that was forwarded or that a program wrote."""
    forwarded = (snapshot.content for snapshot in message.message_snapshots)
    embedded = (embed.description or "" for embed in message.embeds)
    return "\n".join(text for text in (message.content, *forwarded, *embedded) if text)


def add_commands(bot: Bot) -> None:
    """Give the client's tree every command, in the words of the knowledge and with its flows as choices."""
    said = bot.get_phrases(ENGLISH).discord.commands
    flows = [Choice(name=flow.title, value=flow.id) for flow in bot.assistant.knowledge.flows.values()]
    app_commands.choices(trouble=flows[:MAX_CHOICES])(diagnose)
    asking = build_command(said.ask, "ask", ask, question=(said.ask_question, "ask_question"))
    asking.autocomplete("question")(suggest_questions)
    looking = build_command(said.error, "error", show_error, code=(said.error_code, "error_code"))
    looking.autocomplete("code")(suggest_codes)
    bot.tree.clear_commands(guild=None)
    for command in (
        asking,
        build_command(
            said.diagnose, "diagnose", diagnose, trouble=(said.diagnose_trouble, "diagnose_trouble")
        ),
        looking,
        build_command(said.topics, "topics", show_topics),
        build_command(said.human, "human", show_human),
        build_command(said.help, "help", show_help),
        _build_menu(said.answer_this, "answer_this", answer_selected_message),
        _build_menu(said.diagnose_this, "diagnose_this", diagnose_selected_message),
    ):
        bot.tree.add_command(command)
    bot.tree.error(report_failure)


def build_command(
    said: CommandLabel, key: str, does: Callable[..., Any], **options: tuple[CommandLabel, str]
) -> AppCommand:
    """Return a slash command whose names and descriptions can be translated by their keys."""
    names = {name: locale_str(of.name, key=f"{key}.name") for name, (of, key) in options.items()}
    abouts = {name: locale_str(of.about, key=f"{key}.about") for name, (of, key) in options.items()}
    if options:
        does = app_commands.rename(**names)(app_commands.describe(**abouts)(does))
    return app_commands.Command(
        name=locale_str(said.name, key=f"{key}.name"),
        description=locale_str(said.about, key=f"{key}.about"),
        callback=does,
        allowed_contexts=ALL_CONTEXTS,
        allowed_installs=ALL_INSTALLS,
    )


def _build_menu(said: str, key: str, does: Callable[..., Any]) -> ContextMenu:
    name = locale_str(said, key=key)
    return ContextMenu(name=name, callback=does, allowed_contexts=ALL_CONTEXTS, allowed_installs=ALL_INSTALLS)


async def suggest_questions(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Suggest while somebody types a question."""
    return _make_choices(interaction.client.get_suggestions().suggest_questions(typed))


async def suggest_codes(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Suggest while somebody types a code."""
    return _make_choices(interaction.client.get_suggestions().suggest_codes(typed))


def _make_choices(suggestions: list[Suggestion]) -> list[Choice[str]]:
    return [Choice(name=suggestion.label, value=suggestion.value) for suggestion in suggestions]


async def report_failure(interaction: Interaction, error: app_commands.AppCommandError) -> None:
    """Log what went wrong, and tell the person that something did."""
    _log.error("a command could not be answered", exc_info=getattr(error, "original", error))
    await tell_failure(interaction)
