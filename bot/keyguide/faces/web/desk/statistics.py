"""What the desk shows, counted from the ledger for one server and one period."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from keyguide.assistant import MISSES_KEPT, Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.insight import usage
from keyguide.insight.grouping import QuestionGroup, TextItem, group_questions
from keyguide.insight.overdue import OverdueAnswer, find_overdue
from keyguide.insight.usage import AnswerStats, Ending, StepStats

PERIODS = (7, 30, 90)  # days
_DEFAULT_DAYS = 30
_MAX_ROWS = 15  # answers that help least, and groups of questions
_MAX_RESULTS = 60
_MAX_NEAREST = 3


@dataclass(frozen=True, slots=True)
class DeskQuery:
    """What a keeper asked to see: of which server (none is all of them), and of how many days."""

    place: str = ""
    days: int = _DEFAULT_DAYS

    def find_start(self, moment: datetime) -> datetime:
        """Return the beginning of the period: of its first day."""
        start = moment - timedelta(days=self.days - 1)
        return start.replace(hour=0, minute=0, second=0, microsecond=0)


def parse_query(query: Mapping[str, str]) -> DeskQuery:
    """Read what a keeper asked for; what makes no sense is the usual."""
    days = query.get("days", "")
    known = {str(period): period for period in PERIODS}
    return DeskQuery(query.get("place", "")[:200], known.get(days, _DEFAULT_DAYS))


@dataclass(frozen=True, slots=True)
class UnansweredGroup:
    """Questions without an answer that mean the same, and what is nearest to them."""

    heading: str
    times: int
    ways: tuple[str, ...]
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskStatistics:
    """One period of one server, counted."""

    places: tuple[str, ...]
    endings: Mapping[Ending, int]
    days: Mapping[date, Mapping[Ending, int]]
    answer_stats: tuple[AnswerStats, ...]
    step_stats: Mapping[str, StepStats]
    unanswered: tuple[UnansweredGroup, ...]
    overdue: tuple[OverdueAnswer, ...]


async def compute_statistics(assistant: Assistant, want: DeskQuery) -> DeskStatistics:
    """Count what the ledger and the kept questions say; the counting itself keeps nobody waiting."""
    moment = assistant.read_clock()
    since = want.find_start(moment)
    everywhere = await assistant.ledger.list_entries(since)
    misses = await assistant.ledger.list_misses(max(since, moment - MISSES_KEPT), want.place or None)
    knowledge = assistant.knowledge
    lines = [line for line in everywhere if want.place in {"", line.place}]
    places = tuple(sorted({line.place for line in everywhere if line.place}))
    days = (since.date(), moment.date())
    return await asyncio.to_thread(_summarise, knowledge, places, lines, misses, days)


def _summarise(
    knowledge: Knowledge,
    places: tuple[str, ...],
    lines: Sequence[usage.UsageRecord],
    misses: Sequence[TextItem],
    days: tuple[date, date],
) -> DeskStatistics:
    talks = usage.split_sessions(lines)
    worths = [worth for worth in usage.rank_answers(lines) if knowledge.find_title(worth.subject)]
    return DeskStatistics(
        places=places,
        endings=usage.count_endings(talks),
        days=usage.count_endings_by_day(talks, *days),
        answer_stats=tuple(worths),
        step_stats=usage.count_steps(talks),
        unanswered=tuple(
            _group_unanswered(knowledge, group_questions(misses, knowledge.words, knowledge.fillers))
        ),
        overdue=tuple(find_overdue(knowledge, days[1])),
    )


def _group_unanswered(
    knowledge: Knowledge, groups: Iterable[QuestionGroup[TextItem]]
) -> Iterable[UnansweredGroup]:
    for group in groups:
        near = knowledge.finder.find(group.heading).labels[:_MAX_NEAREST]
        ways = tuple(dict.fromkeys(one.text for one in group.questions))
        yield UnansweredGroup(
            group.heading, len(group.questions), ways, tuple(id for id in near if knowledge.find_title(id))
        )


def find_least_helpful(worths: Iterable[AnswerStats]) -> list[AnswerStats]:
    """Return the answers that help least, of those that somebody judged."""
    return [worth for worth in worths if worth.bad][:_MAX_ROWS]


def search_answers(knowledge: Knowledge, text: str) -> list[str]:
    """Return the ids of the answers that a text may mean; all of them for an empty one."""
    if not text.strip():
        return [*knowledge.articles, *(error.id for error in knowledge.errors.values())]
    wanted = set(knowledge.words.normalise_words(text))
    likely = [id for id in knowledge.finder.find(text).labels if id in knowledge.articles]
    holding = [
        id for id, said in _list_pages(knowledge) if wanted <= set(knowledge.words.normalise_words(said))
    ]
    holding.sort(
        key=lambda id: not wanted <= set(knowledge.words.normalise_words(knowledge.find_title(id) or ""))
    )
    return list(dict.fromkeys((*holding, *likely)))[:_MAX_RESULTS]


def _list_pages(knowledge: Knowledge) -> Iterable[tuple[str, str]]:
    for id, article in knowledge.articles.items():
        parts = (id, article.title, article.body, article.win10, article.win11, article.fails, article.avoid)
        yield id, " ".join((*parts, *article.asks))
    for error in knowledge.errors.values():
        yield error.id, f"{error.code} {error.title} {error.message} {error.means} {error.fix}"
