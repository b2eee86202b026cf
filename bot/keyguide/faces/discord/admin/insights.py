"""/insights: what was interaction in a server in the last 30 days, and how it ended."""

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
from keyguide.faces.discord.connection.notes import make_server_place
from keyguide.faces.discord.connection.sending import deliver, retry
from keyguide.faces.discord.connection.server_settings import ServerSettings
from keyguide.insight.usage import Ending, Session, count_endings, rank_answers, split_sessions
from keyguide.pictures.bar_chart import DayCounts, draw_bar_chart

_DAYS = 30
_MAX_ANSWERS = 5
_FILE = "insights.png"
_ANSWERED_ENDINGS = (Ending.ANSWERED, Ending.FIXED, Ending.STUCK, Ending.REFUSED)
_MISSED_ENDINGS = (Ending.MISSED, Ending.ELSEWHERE)


async def show_insights(interaction: Interaction, _server: ServerSettings) -> None:
    """Tell those who run a server what was interaction in it."""
    if not await may_manage(interaction) or not interaction.guild_id:
        return
    assistant, words = (
        interaction.client.assistant,
        interaction.client.get_phrases(str(interaction.locale)).server.insights,
    )
    moment = assistant.read_clock()
    lines = await assistant.ledger.list_entries(_find_start(moment), make_server_place(interaction.guild_id))
    found = split_sessions(lines)
    if not found:
        await deliver(interaction, [draw_note(words.none)], private=True)
        return
    days = count_by_day(found, moment.date())
    texts = [
        f"## {words.title}\n{_write_counts(found, words)}",
        *_write_top_answers(assistant, rank_answers(lines), words),
    ]
    gallery: ui.MediaGallery[Any] = ui.MediaGallery()
    gallery.add_item(media=f"attachment://{_FILE}", description=_describe_picture(days, moment.date(), words))
    card = build_panel([*texts, gallery, make_small(words.legend)])
    drawn = draw_bar_chart(days)
    await retry(
        lambda: interaction.response.send_message(
            view=card, ephemeral=True, file=discord.File(io.BytesIO(drawn), _FILE)
        )
    )


def _find_start(moment: datetime) -> datetime:
    first = moment - timedelta(days=_DAYS - 1)
    return first.replace(hour=0, minute=0, second=0, microsecond=0)


def count_by_day(found: list[Session], today: date) -> list[DayCounts]:
    """Return for each of the last days how many conversations began, and how many found no answer."""
    days: dict[date, list[Session]] = {today - timedelta(days=ago): [] for ago in reversed(range(_DAYS))}
    for talk in found:
        if talk[0].when.date() in days:
            days[talk[0].when.date()].append(talk)
    return [(len(there), _count_endings(there, _MISSED_ENDINGS)) for there in days.values()]


def _count_endings(found: list[Session], which: tuple[Ending, ...]) -> int:
    ended = count_endings(found)
    return sum(ended[how] for how in which)


def _write_counts(found: list[Session], words: InsightsPhrases) -> str:
    return words.counts.format(
        asked=len(found),
        answered=_count_endings(found, _ANSWERED_ENDINGS),
        missed=_count_endings(found, _MISSED_ENDINGS),
        fixed=_count_endings(found, (Ending.FIXED,)),
    )


def _write_top_answers(assistant: Assistant, found: list[Any], words: InsightsPhrases) -> Iterator[str]:
    shown = sorted(found, key=lambda worth: -worth.shown)[:_MAX_ANSWERS]
    lines = [
        "- "
        + words.most_line.format(
            title=assistant.knowledge.find_title(worth.subject) or worth.subject,
            shown=worth.shown,
            good=worth.good,
            bad=worth.bad,
        )
        for worth in shown
        if worth.shown
    ]
    if lines:
        yield "\n".join([f"**{words.most}**", *lines])


def _describe_picture(days: list[DayCounts], today: date, words: InsightsPhrases) -> str:
    """Return the picture in words, for those who do not see it."""
    busiest = max(range(len(days)), key=lambda number: days[number][0])
    day = today - timedelta(days=len(days) - 1 - busiest)
    return words.picture.format(
        asked=sum(whole for whole, _ in days),
        missed=sum(part for _, part in days),
        day=day.isoformat(),
        most=days[busiest][0],
    )
