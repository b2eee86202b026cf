"""/insights: tell how the conversations of a server ended in the last 30 days, and what was missed most."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from discord.utils import escape_markdown

from keyguide.assistant import MISSES_KEPT_FOR, Assistant
from keyguide.core.model.shorten import shorten
from keyguide.core.phrases.discord_servers import InsightsPhrases
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.discord.admin.access import may_manage
from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.cards.markdown import make_small
from keyguide.faces.discord.cards.notice_cards import build_panel
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver
from keyguide.faces.discord.servers.note_names import make_server_place
from keyguide.faces.discord.servers.saved_answers import load_own_answers
from keyguide.faces.discord.servers.server_settings import ServerSettings
from keyguide.insight.period_comparison import Totals, compare_periods
from keyguide.insight.unanswered_groups import find_gaps
from keyguide.insight.usage import AnswerStats, rank_answers

_DAYS = 30
_MAX_ANSWERS = 5
_MAX_GAPS = 5
_MAX_QUESTION = 100  # characters of a question that was missed


@dataclass(frozen=True, slots=True)
class _Insights:
    """The figures of one server."""

    totals: Totals
    answers: list[AnswerStats]
    missed: list[tuple[str, int]]  # what was asked without an answer, and how often


async def show_insights(interaction: Interaction, _server: ServerSettings) -> None:
    """Tell the figures of a server, if the person may manage it."""
    if not await may_manage(interaction) or not interaction.guild_id:
        return
    assistant = interaction.client.assistant
    phrases = interaction.client.get_phrases(str(interaction.locale))
    insights = await _compute(assistant, make_server_place(interaction.guild_id))
    own, words = await load_own_answers(interaction.client, interaction.guild_id), phrases.server.insights
    titles = {answer.subject: words.own.format(title=escape_markdown(answer.title)) for answer in own}
    if not insights.totals.asked + insights.totals.looked_around:
        await deliver(interaction, [draw_note(words.none)], private=True)
        return
    texts = [
        _write_totals(insights.totals, phrases),
        *_write_top_answers(assistant, insights.answers, titles, words),
        _write_missed(insights.missed, words) or make_small(_explain_nothing_missed(assistant, words)),
    ]
    await deliver(interaction, [build_panel(texts)], private=True)


async def _compute(assistant: Assistant, place: str) -> _Insights:
    moment = assistant.read_clock()
    since = moment.date() - timedelta(days=_DAYS - 1)
    await assistant.count_ledger()
    counts = await assistant.counts.sum_counts(since, place)
    longer = await assistant.counts.sum_counts(since - timedelta(days=_DAYS), place)
    misses = await assistant.ledger.list_misses(moment - MISSES_KEPT_FOR, place)
    gaps = await asyncio.to_thread(find_gaps, assistant.knowledge, misses)
    missed = [(gap.group.heading, gap.times) for gap in gaps[:_MAX_GAPS]]
    return _Insights(compare_periods(longer, since), rank_answers(counts), missed)


def _write_totals(totals: Totals, phrases: Phrases) -> str:
    words, desk = phrases.server.insights, phrases.desk
    lines = [f"## {words.title}", words.asked.format(count=totals.asked, before=totals.asked_before)]
    for ending, share in totals.shares.items():
        if share.count or share.count_before:
            line = words.ending.format(
                ending=getattr(desk, ending),
                means=getattr(desk, f"{ending}_means"),
                count=share.count,
                percent=share.percent,
            )
            change = "" if share.change is None else words.change.format(before=share.percent_before)
            lines.append(f"- {line}{change}")
    return "\n".join(lines)


def _write_top_answers(
    assistant: Assistant, answers: list[AnswerStats], own: Mapping[str, str], words: InsightsPhrases
) -> Iterator[str]:
    """Write what was shown most, of the knowledge and of the server's own; what is gone is left out."""
    top = sorted(answers, key=lambda answer: -answer.shown)
    titles = [assistant.knowledge.find_title(answer.subject) or own.get(answer.subject) for answer in top]
    known = [(answer, title) for answer, title in zip(top, titles, strict=True) if title]
    lines = [
        "- "
        + words.most_line.format(
            title=title,
            shown=answer.shown,
            good=answer.good,
            bad=answer.bad,
        )
        for answer, title in known[:_MAX_ANSWERS]
        if answer.shown
    ]
    if lines:
        yield "\n".join([f"**{words.most}**", *lines])


def _write_missed(missed: list[tuple[str, int]], words: InsightsPhrases) -> str:
    """Write what was asked most without an answer, in the words in which it was kept; empty if nothing is."""
    lines = [
        words.missed_line.format(question=escape_markdown(shorten(text, _MAX_QUESTION)), times=times)
        for text, times in missed
    ]
    return "\n".join((f"**{words.missed}**", *(f"- {line}" for line in lines))) if lines else ""


def _explain_nothing_missed(assistant: Assistant, words: InsightsPhrases) -> str:
    return words.missed_none if assistant.keeps_misses else words.missed_off
