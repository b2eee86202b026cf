"""Compute the statistics of the desk from the sums of the ledger, for one server and one period."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.flow import Flow, Step
from keyguide.core.model.daily_counts import EVERYWHERE, DailyCount
from keyguide.core.model.server_answer import is_own_subject
from keyguide.faces.web.desk.filters import DeskQuery
from keyguide.insight import usage
from keyguide.insight.overdue_answers import OverdueAnswer, find_overdue
from keyguide.insight.period_comparison import Totals, compare_periods
from keyguide.insight.usage import AnswerStats, Ending, StepStats

_MAX_ROWS = 15  # of the answers that help least
_MAX_PLACES = 200  # that can be chosen: those with the most sessions


@dataclass(frozen=True, slots=True)
class FlowUsage:
    """How many people came to a flow, and how many of them left before its end."""

    flow: Flow
    came: int
    left: int


@dataclass(frozen=True, slots=True)
class DeskStatistics:
    """The statistics of one period of one server."""

    places: tuple[str, ...]
    totals: Totals
    days: Mapping[date, Mapping[Ending, int]]
    answer_stats: tuple[AnswerStats, ...]
    own_stats: tuple[AnswerStats, ...]  # of what servers answer themselves
    step_stats: Mapping[str, StepStats]
    overdue: tuple[OverdueAnswer, ...]

    def is_overdue(self, page: str) -> bool:
        """Check whether an answer should be reviewed."""
        return any(answer.id == page for answer in self.overdue)

    def count_by_day(self) -> dict[date, int]:
        """Count the conversations of each day, however they ended."""
        return {day: sum(endings.values()) for day, endings in self.days.items()}

    def find_stats(self, subject: str) -> AnswerStats:
        """Find how often an answer was shown, and how people rated it."""
        found = (stats for stats in self.answer_stats if stats.subject == subject)
        return next(found, AnswerStats(subject, 0, 0, 0))


async def compute_statistics(assistant: Assistant, query: DeskQuery) -> DeskStatistics:
    """Compute the statistics from the sums, in a thread so that turns can go on."""
    moment, place = assistant.read_clock(), query.place or EVERYWHERE
    since = query.find_start(moment).date()
    await assistant.count_ledger()
    counts = await assistant.counts.sum_counts(since, place)
    longer = await assistant.counts.sum_counts(query.find_start_before(moment).date(), place)
    places = tuple(sorted(await assistant.counts.list_places(since, _MAX_PLACES)))
    days = since, moment.date()
    return await asyncio.to_thread(_summarise, assistant.knowledge, places, (counts, longer), days)


def _summarise(
    knowledge: Knowledge,
    places: tuple[str, ...],
    both_counts: tuple[list[DailyCount], list[DailyCount]],
    days: tuple[date, date],
) -> DeskStatistics:
    counts, longer = both_counts
    ranked = usage.rank_answers(counts)
    return DeskStatistics(
        places=places,
        totals=compare_periods(longer, days[0]),
        days=usage.count_endings_by_day(counts, *days),
        answer_stats=tuple(stats for stats in ranked if knowledge.find_title(stats.subject)),
        own_stats=tuple(stats for stats in ranked if is_own_subject(stats.subject)),
        step_stats=usage.count_steps(counts),
        overdue=tuple(find_overdue(knowledge, days[1])),
    )


def count_flows(knowledge: Knowledge, statistics: DeskStatistics) -> list[FlowUsage]:
    """Count how many people came to each flow, and how many left it before its end."""
    usages = []
    for flow in knowledge.flows.values():
        steps = [stats for _, stats in find_step_stats(flow, statistics)]
        came, left = max((stats.asked for stats in steps), default=0), sum(stats.left for stats in steps)
        usages.append(FlowUsage(flow, came, left))
    return usages


def find_step_stats(flow: Flow, statistics: DeskStatistics) -> list[tuple[Step, StepStats]]:
    """Find for each step of a flow how many people came to it, and how many left there."""
    return [(step, statistics.step_stats.get(f"{flow.id}/{step.id}", StepStats())) for step in flow.steps]


def find_least_helpful(answer_stats: Iterable[AnswerStats]) -> list[AnswerStats]:
    """Find the answers that help least: those that were judged badly, in the given order."""
    return [stats for stats in answer_stats if stats.bad][:_MAX_ROWS]
