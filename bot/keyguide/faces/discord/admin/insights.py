"""/insights: show how many questions a server asked in the last 30 days, and how they ended."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import discord
from discord import ui

from keyguide.assistant import Assistant
from keyguide.core.phrases.server import InsightsPhrases
from keyguide.faces.discord.admin.setup import may_manage
from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.cards.markdown import make_small
from keyguide.faces.discord.cards.panels import build_panel
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.note_keys import make_server_place
from keyguide.faces.discord.connection.sending import deliver, respond_once
from keyguide.faces.discord.connection.server_settings import ServerSettings
from keyguide.insight.usage import AnswerStats, Ending, Session, count_endings, rank_answers, split_sessions
from keyguide.pictures.bar_chart import DayCounts, draw_bar_chart

_DAYS = 30
_MAX_ANSWERS = 5
_FILE = "insights.png"
_ANSWERED_ENDINGS = (Ending.ANSWERED, Ending.FIXED, Ending.STUCK, Ending.REFUSED)
_MISSED_ENDINGS = (Ending.MISSED, Ending.ELSEWHERE)


async def show_insights(interaction: Interaction, _server: ServerSettings) -> None:
    """Show the numbers and the chart of a server, if the person may manage it."""
    if not await may_manage(interaction) or not interaction.guild_id:
        return
    assistant = interaction.client.assistant
    words = interaction.client.get_phrases(str(interaction.locale)).server.insights
    moment = assistant.read_clock()
    entries = await assistant.ledger.list_entries(
        _find_start(moment), make_server_place(interaction.guild_id)
    )
    sessions = split_sessions(entries)
    if not sessions:
        await deliver(interaction, [draw_note(words.none)], private=True)
        return
    days = count_by_day(sessions, moment.date())
    texts = [
        f"## {words.title}\n{_write_counts(sessions, words)}",
        *_write_top_answers(assistant, rank_answers(entries), words),
    ]
    gallery: ui.MediaGallery[Any] = ui.MediaGallery()
    gallery.add_item(media=f"attachment://{_FILE}", description=_describe_picture(days, moment.date(), words))
    card = build_panel([*texts, gallery, make_small(words.legend)])
    chart = draw_bar_chart(days)
    await respond_once(
        lambda: interaction.response.send_message(
            view=card, ephemeral=True, file=discord.File(io.BytesIO(chart), _FILE)
        )
    )


def _find_start(moment: datetime) -> datetime:
    first = moment - timedelta(days=_DAYS - 1)
    return first.replace(hour=0, minute=0, second=0, microsecond=0)


def count_by_day(sessions: list[Session], today: date) -> list[DayCounts]:
    """Count for each of the last days all conversations, and those in which no answer was found."""
    days: dict[date, list[Session]] = {today - timedelta(days=ago): [] for ago in reversed(range(_DAYS))}
    for session in sessions:
        day = session[0].when.date()
        if day in days:
            days[day].append(session)
    return [(len(group), _count_endings(group, _MISSED_ENDINGS)) for group in days.values()]


def _count_endings(sessions: list[Session], endings: tuple[Ending, ...]) -> int:
    counts = count_endings(sessions)
    return sum(counts[ending] for ending in endings)


def _write_counts(sessions: list[Session], words: InsightsPhrases) -> str:
    return words.counts.format(
        asked=len(sessions),
        answered=_count_endings(sessions, _ANSWERED_ENDINGS),
        missed=_count_endings(sessions, _MISSED_ENDINGS),
        fixed=_count_endings(sessions, (Ending.FIXED,)),
    )


def _write_top_answers(
    assistant: Assistant, answers: list[AnswerStats], words: InsightsPhrases
) -> Iterator[str]:
    top = sorted(answers, key=lambda answer: -answer.shown)[:_MAX_ANSWERS]
    lines = [
        "- "
        + words.most_line.format(
            title=assistant.knowledge.find_title(answer.subject) or answer.subject,
            shown=answer.shown,
            good=answer.good,
            bad=answer.bad,
        )
        for answer in top
        if answer.shown
    ]
    if lines:
        yield "\n".join([f"**{words.most}**", *lines])


def _describe_picture(days: list[DayCounts], today: date, words: InsightsPhrases) -> str:
    """Describe the chart in words, for people who cannot see it."""
    busiest = max(range(len(days)), key=lambda number: days[number][0])
    day = today - timedelta(days=len(days) - 1 - busiest)
    return words.picture.format(
        asked=sum(total for total, _ in days),
        missed=sum(missed for _, missed in days),
        day=day.isoformat(),
        most=days[busiest][0],
    )
