"""/own-answer: let managers write answers of their server, such as its rules or its shop."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import discord
from discord import ButtonStyle as Style
from discord import ui

from keyguide.core.engine.server_answers import MAX_ASK, MAX_ASKS, MAX_TEXT, check_own_answer
from keyguide.core.knowledge.rules.answers.single_text import MAX_LABEL
from keyguide.core.model.server_answer import OwnAnswer
from keyguide.core.phrases.discord_servers import OwnAnswerPhrases
from keyguide.faces.discord.admin.access import may_manage
from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.notice_cards import (
    CardPart,
    TextField,
    build_button,
    build_panel,
    build_row,
    build_text_modal,
    make_action_id,
    make_modal_id,
    read_chosen_values,
    read_modal_values,
)
from keyguide.faces.discord.cards.quote_form import build_quotes
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver, respond_once, send_file
from keyguide.faces.discord.servers.saved_answers import (
    MAX_ANSWERS,
    drop_own_answer,
    load_own_answers,
    save_own_answer,
)
from keyguide.faces.discord.servers.server_settings import ServerSettings

_TITLE, _ASKS, _TEXT = "title", "asks", "text"
_FILE = "own-answers.json"


async def show_own_answers(interaction: Interaction, _server: ServerSettings) -> None:
    """List the answers of a server, if the person may manage it."""
    if await may_manage(interaction):
        await deliver(interaction, [await _draw_list(interaction)], private=True)


async def _draw_list(interaction: Interaction, result: str = "") -> Card:
    answers = await load_own_answers(interaction.client, interaction.guild_id or 0)
    return build_panel([*_build_list(answers, _get_words(interaction)), result])


def _build_list(answers: Sequence[OwnAnswer], words: OwnAnswerPhrases) -> Iterator[CardPart]:
    yield f"## {words.title}\n{words.body}"
    if answers:
        select: ui.Select[Any] = ui.Select(custom_id=make_action_id("own", "show"), placeholder=words.choose)
        for answer in answers[:MAX_ANSWERS]:
            select.add_option(label=answer.title[:100], value=answer.id)
        yield build_row(select)
    add = [build_button(words.add, "own", "add", Style.primary)] if len(answers) < MAX_ANSWERS else []
    export = [build_button(words.export, "own", "export")] if answers else []
    if add or export:
        yield build_row(*add, *export)


async def handle_own_press(interaction: Interaction, _server: ServerSettings, argument: str) -> None:
    """Show, add, change or delete an answer, or export all of them, if the person may manage the server."""
    if not await may_manage(interaction):
        return
    action, _, name = argument.partition("/")
    bot, guild = interaction.client, interaction.guild_id or 0
    answers = await load_own_answers(bot, guild)
    chosen = next(iter(read_chosen_values(interaction)), name)
    answer = next((answer for answer in answers if answer.id == chosen), OwnAnswer("", "", "", ()))
    match action:
        case "add" | "edit":
            await _open_form(interaction, answer)
        case "export":
            await _export(interaction, answers)
        case "delete":
            await drop_own_answer(bot, guild, name)
            card = await _draw_list(interaction, _get_words(interaction).deleted)
            await deliver(interaction, [card], private=True, update=True)
        case "show" if answer.id:
            await deliver(
                interaction, [_draw_one(answer, _get_words(interaction))], private=True, update=True
            )
        case _:
            await deliver(interaction, [await _draw_list(interaction)], private=True, update=True)


def _draw_one(answer: OwnAnswer, words: OwnAnswerPhrases) -> Card:
    asks = "\n".join(f"- {discord.utils.escape_markdown(ask)}" for ask in answer.asks)
    buttons = build_row(
        build_button(words.edit, "own", f"edit/{answer.id}"),
        build_button(words.delete, "own", f"delete/{answer.id}", Style.danger),
        build_button(words.back, "own", "list"),
    )
    return build_panel([f"## {answer.title}\n{answer.text}", f"**{words.asks}**\n{asks}", buttons])


async def _open_form(interaction: Interaction, answer: OwnAnswer) -> None:
    words, asks = _get_words(interaction), "\n".join(answer.asks)
    length = MAX_ASKS * (MAX_ASK + 1)
    fields = [
        TextField(_TITLE, words.form_title, "", answer.title, MAX_LABEL, required=True),
        TextField(_ASKS, words.form_asks, words.form_asks_hint, asks, length, required=True, is_long=True),
        TextField(
            _TEXT, words.form_text, words.form_text_hint, answer.text, MAX_TEXT, required=True, is_long=True
        ),
    ]
    modal = build_text_modal(words.title, make_modal_id("own", answer.id), fields)
    await respond_once(lambda: interaction.response.send_modal(modal))


async def save_form(interaction: Interaction, _server: ServerSettings, name: str) -> None:
    """Check what somebody wrote, and save it or say what is wrong with it."""
    if not await may_manage(interaction):
        return
    bot, guild, words = interaction.client, interaction.guild_id or 0, _get_words(interaction)
    values = read_modal_values(interaction)
    title, text = (" ".join(values.get(field, [])).strip() for field in (_TITLE, _TEXT))
    asks = (" ".join(line.split()) for line in "\n".join(values.get(_ASKS, [])).splitlines())
    answer = OwnAnswer(name, title, text, tuple(dict.fromkeys(ask for ask in asks if ask)))
    others = [other for other in await load_own_answers(bot, guild) if other.id != name]
    problems = [*check_own_answer(bot.assistant.knowledge, answer, others)]
    if len(others) >= MAX_ANSWERS:
        problems.append("wrong_full")
    quotes = build_quotes(interaction) if problems else []
    if problems:
        lines = "\n".join(f"- {getattr(words, problem)}" for problem in problems)
        result = f"**{words.not_saved}**\n{lines}"
    else:
        await save_own_answer(bot, guild, answer)
        result = words.saved.format(title=discord.utils.escape_markdown(title))
    cards = [await _draw_list(interaction, result), *quotes]
    await deliver(interaction, cards, private=True, update=True)


async def _export(interaction: Interaction, answers: Sequence[OwnAnswer]) -> None:
    content = json.dumps([asdict(answer) for answer in answers], ensure_ascii=False, indent=2)
    file = discord.File(io.BytesIO(content.encode("utf-8", "replace")), _FILE)
    words = _get_words(interaction)
    await send_file(interaction, words.exported, file, private=True)


def _get_words(interaction: Interaction) -> OwnAnswerPhrases:
    return interaction.client.get_phrases(str(interaction.locale)).server.own_answer
