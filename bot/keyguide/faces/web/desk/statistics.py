"""Compute the statistics of the desk from the sums of the ledger, for one server and one period."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from keyguide.assistant import MISSES_KEPT_FOR, Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.daily_counts import EVERYWHERE, DailyCount
from keyguide.core.model.flow import Flow, Step
from keyguide.insight import usage
from keyguide.insight.grouping import QuestionGroup, TextItem, group_questions
from keyguide.insight.overdue import OverdueAnswer, find_overdue
from keyguide.insight.usage import AnswerStats, Ending, StepStats

PERIODS = (7, 30, 90)  # days
_DEFAULT_DAYS = 30
_MAX_ROWS = 15  # of the answers that help least
_MAX_RESULTS = 60
_MAX_PLACES = 200  # that can be chosen: those with the most sessions
_MAX_NEAREST = 3


@dataclass(frozen=True, slots=True)
class DeskQuery:
    """The server and the number of days that a keeper wants to see; without a place, all servers."""

    place: str = ""
    days: int = _DEFAULT_DAYS

    def find_start(self, moment: datetime) -> datetime:
        """Find the start of the period: the beginning of its first day."""
        start = moment - timedelta(days=self.days - 1)
        return start.replace(hour=0, minute=0, second=0, microsecond=0)


def parse_query(query: Mapping[str, str]) -> DeskQuery:
    """Parse the query of a keeper; use the default for the days if they are not one of the periods."""
    days = query.get("days", "")
    known = {str(period): period for period in PERIODS}
    return DeskQuery(query.get("place", "")[:200], known.get(days, _DEFAULT_DAYS))


@dataclass(frozen=True, slots=True)
class UnansweredGroup:
    """Unanswered questions with the same meaning, and the ids of the nearest answers."""

    heading: str
    times: int
    wordings: tuple[str, ...]
    nearest: tuple[str, ...]


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
    endings: Mapping[Ending, int]
    days: Mapping[date, Mapping[Ending, int]]
    answer_stats: tuple[AnswerStats, ...]
    step_stats: Mapping[str, StepStats]
    unanswered: tuple[UnansweredGroup, ...]
    overdue: tuple[OverdueAnswer, ...]

    def count_by_day(self) -> dict[date, int]:
        """Count the conversations of each day, however they ended."""
        return {day: sum(endings.values()) for day, endings in self.days.items()}


async def compute_statistics(assistant: Assistant, query: DeskQuery) -> DeskStatistics:
    """Compute the statistics from the sums and the kept questions, in a thread so that turns can go on."""
    moment = assistant.read_clock()
    since = query.find_start(moment)
    await assistant.count_ledger()
    counts = await assistant.counts.sum_counts(since.date(), query.place or EVERYWHERE)
    places = tuple(sorted(await assistant.counts.list_places(since.date(), _MAX_PLACES)))
    misses = await assistant.ledger.list_misses(max(since, moment - MISSES_KEPT_FOR), query.place or None)
    days = (since.date(), moment.date())
    return await asyncio.to_thread(_summarise, assistant.knowledge, places, counts, misses, days)


def _summarise(
    knowledge: Knowledge,
    places: tuple[str, ...],
    counts: Sequence[DailyCount],
    misses: Sequence[TextItem],
    days: tuple[date, date],
) -> DeskStatistics:
    answer_stats = [stats for stats in usage.rank_answers(counts) if knowledge.find_title(stats.subject)]
    return DeskStatistics(
        places=places,
        endings=usage.count_endings(counts),
        days=usage.count_endings_by_day(counts, *days),
        answer_stats=tuple(answer_stats),
        step_stats=usage.count_steps(counts),
        unanswered=tuple(
            _group_unanswered(knowledge, group_questions(misses, knowledge.words, knowledge.fillers))
        ),
        overdue=tuple(find_overdue(knowledge, days[1])),
    )


def _group_unanswered(
    knowledge: Knowledge, groups: Iterable[QuestionGroup[TextItem]]
) -> Iterable[UnansweredGroup]:
    for group in groups:
        labels = knowledge.finder.find(group.heading).labels[:_MAX_NEAREST]
        nearest = tuple(label for label in labels if knowledge.find_title(label))
        wordings = tuple(dict.fromkeys(question.text for question in group.questions))
        yield UnansweredGroup(group.heading, len(group.questions), wordings, nearest)


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


def search_answers(knowledge: Knowledge, text: str) -> list[str]:
    """Search the answers for a text and return their ids; return all if the text is empty."""
    if not text.strip():
        return [*knowledge.articles, *(error.id for error in knowledge.errors.values())]
    words = set(knowledge.words.normalise_words(text))
    similar = [label for label in knowledge.finder.find(text).labels if label in knowledge.articles]
    matches = [
        answer_id
        for answer_id, page in _list_pages(knowledge)
        if words <= set(knowledge.words.normalise_words(page))
    ]
    matches.sort(  # those with all words in the title first
        key=lambda match: not words <= set(knowledge.words.normalise_words(knowledge.find_title(match) or ""))
    )
    return list(dict.fromkeys((*matches, *similar)))[:_MAX_RESULTS]


def _list_pages(knowledge: Knowledge) -> Iterable[tuple[str, str]]:
    for article in knowledge.articles.values():
        yield article.id, " ".join((article.id, *article.list_texts(), *article.asks))
    for error in knowledge.errors.values():
        yield error.id, f"{error.code} {error.title} {error.message} {error.means} {error.fix}"
