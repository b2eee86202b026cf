"""/insights: show how many questions a server asked in the last 30 days, and how they ended."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import discord
from discord import ui

from keyguide.assistant import Assistant
from keyguide.core.model.daily_counts import DailyCount, Measure
from keyguide.core.phrases.server import InsightsPhrases
from keyguide.faces.discord.admin.access import may_manage
from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.cards.markdown import make_small
from keyguide.faces.discord.cards.panels import build_panel
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.note_keys import make_server_place
from keyguide.faces.discord.connection.sending import deliver, respond_once
from keyguide.faces.discord.connection.server_settings import ServerSettings
from keyguide.insight.usage import (
    AnswerStats,
    Ending,
    count_endings,
    count_endings_by_day,
    count_sessions,
    rank_answers,
)
from keyguide.pictures.bar_chart import DayCounts, draw_bar_chart

_DAYS = 30
_MAX_ANSWERS = 5
_FILE = "insights.png"
_ANSWERED_ENDINGS = (Ending.ASSUMED, Ending.CONFIRMED, Ending.STUCK, Ending.REFUSED, Ending.HANDED_OVER)
_MISSED_ENDINGS = (Ending.MISSED, Ending.ELSEWHERE)


async def show_insights(interaction: Interaction, _server: ServerSettings) -> None:
    """Show the numbers and the chart of a server, if the person may manage it."""
    if not await may_manage(interaction) or not interaction.guild_id:
        return
    assistant = interaction.client.assistant
    words = interaction.client.get_phrases(str(interaction.locale)).server.insights
    moment = assistant.read_clock()
    await assistant.count_ledger()
    start = moment.date() - timedelta(days=_DAYS - 1)
    counts = await assistant.counts.sum_counts(start, make_server_place(interaction.guild_id))
    if not count_sessions(counts):
        await deliver(interaction, [draw_note(words.none)], private=True)
        return
    days = count_by_day(counts, moment.date())
    texts = [
        f"## {words.title}\n{_write_counts(counts, words)}",
        *_write_top_answers(assistant, rank_answers(counts), words),
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


def count_by_day(counts: Sequence[DailyCount], today: date) -> list[DayCounts]:
    """Count for each of the last days all sessions, and those in which no answer was found."""
    totals: dict[str, int] = {}
    for count in counts:
        if count.measure == Measure.ENDED:
            totals[count.day] = totals.get(count.day, 0) + count.total
    days = count_endings_by_day(counts, today - timedelta(days=_DAYS - 1), today)
    return [
        (totals.get(day.isoformat(), 0), _add_up(endings, _MISSED_ENDINGS)) for day, endings in days.items()
    ]


def _add_up(endings: Mapping[Ending, int], wanted: tuple[Ending, ...]) -> int:
    return sum(endings[ending] for ending in wanted)


def _write_counts(counts: Sequence[DailyCount], words: InsightsPhrases) -> str:
    endings = count_endings(counts)
    return words.counts.format(
        asked=count_sessions(counts),
        answered=_add_up(endings, _ANSWERED_ENDINGS),
        missed=_add_up(endings, _MISSED_ENDINGS),
        fixed=endings[Ending.CONFIRMED],
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
