"""/insights: what was asked in a server in the last 30 days, and how it ended."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import discord
from discord import ui

from bot.assistant import Assistant
from bot.core.bars import Day, bars
from bot.core.ledger import Ending, Talk, endings, talks, worths
from bot.core.phrases_server import Insights
from bot.faces.discord.base import Asked
from bot.faces.discord.draw import note
from bot.faces.discord.pressing import panel
from bot.faces.discord.sending import deliver, persistent
from bot.faces.discord.servers import place_of
from bot.faces.discord.setting_up import may_manage
from bot.faces.discord.write import small

_DAYS = 30
_MOST = 5
_FILE = "insights.png"
_ANSWERED = (Ending.ANSWERED, Ending.FIXED, Ending.STUCK, Ending.REFUSED)
_MISSED = (Ending.MISSED, Ending.ELSEWHERE)


async def insights(asked: Asked) -> None:
    """Tell those who run a server what was asked in it."""
    if not await may_manage(asked) or not asked.guild_id:
        return
    assistant, words = asked.client.assistant, asked.client.phrases(str(asked.locale)).server.insights
    moment = assistant.moment()
    lines = await assistant.entries(_start(moment), place_of(asked.guild_id))
    found = talks(lines)
    if not found:
        await deliver(asked, [note(words.none)], private=True)
        return
    days = by_days(found, moment.date())
    texts = [f"## {words.title}\n{_counts(found, words)}", *_most(assistant, worths(lines), words)]
    gallery: ui.MediaGallery[Any] = ui.MediaGallery()
    gallery.add_item(media=f"attachment://{_FILE}", description=_told(days, moment.date(), words))
    card = panel([*texts, gallery, small(words.legend)])
    drawn = bars(days)
    await persistent(
        lambda: asked.response.send_message(
            view=card, ephemeral=True, file=discord.File(io.BytesIO(drawn), _FILE)
        )
    )


def _start(moment: datetime) -> datetime:
    first = moment - timedelta(days=_DAYS - 1)
    return first.replace(hour=0, minute=0, second=0, microsecond=0)


def by_days(found: list[Talk], today: date) -> list[Day]:
    """Return for each of the last days how many conversations began, and how many found no answer."""
    days: dict[date, list[Talk]] = {today - timedelta(days=ago): [] for ago in reversed(range(_DAYS))}
    for talk in found:
        if talk[0].when.date() in days:
            days[talk[0].when.date()].append(talk)
    return [(len(there), _sum(there, _MISSED)) for there in days.values()]


def _sum(found: list[Talk], which: tuple[Ending, ...]) -> int:
    ended = endings(found)
    return sum(ended[how] for how in which)


def _counts(found: list[Talk], words: Insights) -> str:
    return words.counts.format(
        asked=len(found),
        answered=_sum(found, _ANSWERED),
        missed=_sum(found, _MISSED),
        fixed=_sum(found, (Ending.FIXED,)),
    )


def _most(assistant: Assistant, found: list[Any], words: Insights) -> Iterator[str]:
    shown = sorted(found, key=lambda worth: -worth.shown)[:_MOST]
    lines = [
        "- "
        + words.most_line.format(
            title=assistant.knowledge.title(worth.subject) or worth.subject,
            shown=worth.shown,
            good=worth.good,
            bad=worth.bad,
        )
        for worth in shown
        if worth.shown
    ]
    if lines:
        yield "\n".join([f"**{words.most}**", *lines])


def _told(days: list[Day], today: date, words: Insights) -> str:
    """Return the picture in words, for those who do not see it."""
    busiest = max(range(len(days)), key=lambda number: days[number][0])
    day = today - timedelta(days=len(days) - 1 - busiest)
    return words.picture.format(
        asked=sum(whole for whole, _ in days),
        missed=sum(part for _, part in days),
        day=day.isoformat(),
        most=days[busiest][0],
    )
