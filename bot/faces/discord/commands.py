"""The commands and message menus: what Discord shows of them, and what each asks of the assistant."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, ContextMenu, locale_str

from bot.core.knowledge import ENGLISH
from bot.core.phrases_discord import Command
from bot.core.turn import Kind, Option, Reply, Turn
from bot.faces.discord import answering
from bot.faces.discord.answering import Did
from bot.faces.discord.base import Asked, Bot
from bot.faces.discord.buttons import tell_failure
from bot.faces.discord.suggesting import MOST, Suggestion, code_picked, picked

AppCommand = app_commands.Command[Any, ..., Any]
_log = logging.getLogger(__name__)

_ANYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_ANYHOW = app_commands.AppInstallationType(guild=True, user=True)


async def ask(asked: Asked, question: str) -> None:
    """Answer a question in somebody's own words, or the one they picked while typing."""
    pick = picked(asked.client.assistant.knowledge, question)
    await answering.command(asked, Did(pick=pick, text="" if pick else question))


async def diagnose(asked: Asked, trouble: str = "") -> None:
    """Begin a diagnosis, or show which there are."""
    await answering.command(asked, Did(pick=f"go/{trouble}" if trouble else "menu"))


async def error(asked: Asked, code: str) -> None:
    """Show the page of a code."""
    pick = code_picked(asked.client.assistant.knowledge, code)
    await answering.command(asked, Did(pick=pick, text="" if pick else code))


async def topics(asked: Asked) -> None:
    """Show all there is, by group."""
    await answering.command(asked, Did(pick="topics"))


async def human(asked: Asked) -> None:
    """Show or open the way to a human."""
    await answering.command(asked, Did(pick="human"))


async def help_(asked: Asked) -> None:
    """Say what can be done here."""

    async def think(turn: Turn) -> Reply:
        return helping(asked.client, turn.locale)

    await answering.command(asked, Did(think=think))


def helping(bot: Bot, locale: str) -> Reply:
    """Return what we can do, with the ways in."""
    phrases = bot.phrases(locale)
    said, buttons = phrases.discord, phrases.buttons
    ways = Option(buttons.menu, "menu"), Option(buttons.topics, "topics"), Option(buttons.human, "human")
    return Reply(Kind.MENU, said.help_title, said.help_body, options=ways)


async def answer_this(asked: Asked, message: discord.Message) -> None:
    """Answer anybody's message, for the one who asked for it."""
    await answering.command(asked, Did(text=written(message)))


async def diagnose_this(asked: Asked, message: discord.Message) -> None:
    """Take up what anybody's message shows, and ask on from there."""
    did = Did(text=written(message), think=answering.deeper(asked.client))
    await answering.command(asked, did)


def written(message: discord.Message) -> str:
    """Return the words of a message, also of one that was forwarded or that a program wrote."""
    forwarded = (snapshot.content for snapshot in message.message_snapshots)
    embedded = (embed.description or "" for embed in message.embeds)
    return "\n".join(text for text in (message.content, *forwarded, *embedded) if text)


def add_commands(bot: Bot) -> None:
    """Give the client's tree every command, in the words of the knowledge and with its flows as choices."""
    said = bot.phrases(ENGLISH).discord.commands
    flows = [Choice(name=flow.title, value=flow.id) for flow in bot.assistant.knowledge.flows.values()]
    app_commands.choices(trouble=flows[:MOST])(diagnose)
    asking = _command(said.ask, "ask", ask, question=(said.ask_question, "ask_question"))
    asking.autocomplete("question")(questions)
    looking = _command(said.error, "error", error, code=(said.error_code, "error_code"))
    looking.autocomplete("code")(codes)
    bot.tree.clear_commands(guild=None)
    for command in (
        asking,
        _command(said.diagnose, "diagnose", diagnose, trouble=(said.diagnose_trouble, "diagnose_trouble")),
        looking,
        _command(said.topics, "topics", topics),
        _command(said.human, "human", human),
        _command(said.help, "help", help_),
        _menu(said.answer_this, "answer_this", answer_this),
        _menu(said.diagnose_this, "diagnose_this", diagnose_this),
    ):
        bot.tree.add_command(command)
    bot.tree.error(failed)


def _command(said: Command, key: str, does: Callable[..., Any], **options: tuple[Command, str]) -> AppCommand:
    """Return a slash command whose names and descriptions can be translated by their keys."""
    names = {name: locale_str(of.name, key=f"{key}.name") for name, (of, key) in options.items()}
    abouts = {name: locale_str(of.about, key=f"{key}.about") for name, (of, key) in options.items()}
    if options:
        does = app_commands.rename(**names)(app_commands.describe(**abouts)(does))
    return app_commands.Command(
        name=locale_str(said.name, key=f"{key}.name"),
        description=locale_str(said.about, key=f"{key}.about"),
        callback=does,
        allowed_contexts=_ANYWHERE,
        allowed_installs=_ANYHOW,
    )


def _menu(said: str, key: str, does: Callable[..., Any]) -> ContextMenu:
    name = locale_str(said, key=key)
    return ContextMenu(name=name, callback=does, allowed_contexts=_ANYWHERE, allowed_installs=_ANYHOW)


async def questions(asked: Asked, typed: str) -> list[Choice[str]]:
    """Suggest while somebody types a question."""
    return _choices(asked.client.suggestions().questions(typed))


async def codes(asked: Asked, typed: str) -> list[Choice[str]]:
    """Suggest while somebody types a code."""
    return _choices(asked.client.suggestions().codes(typed))


def _choices(suggestions: list[Suggestion]) -> list[Choice[str]]:
    return [Choice(name=suggestion.label, value=suggestion.value) for suggestion in suggestions]


async def failed(asked: Asked, error: app_commands.AppCommandError) -> None:
    """Log what went wrong, and tell the person that something did."""
    _log.error("a command could not be answered", exc_info=getattr(error, "original", error))
    await tell_failure(asked)
