"""List the answers that somebody should review, those that most people ask for first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.knowledge.stale_answers import count_days_since, find_doubt, find_lost_sources
from keyguide.core.model.content.article import Article, ErrorCode
from keyguide.core.model.daily_counts import DailyCount
from keyguide.insight.usage import AnswerStats, rank_answers

USAGE_DAYS = 90  # for so many days it is counted how often an answer was shown


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """An answer as its reviewer needs it: why it is due, how old it is, and how it does."""

    answer: Article | ErrorCode
    why: str  # stale, unsourced, overdue, or "source lost" if it still has others; empty if it is not due
    days: int  # since it was verified
    lost: tuple[str, ...]  # sources that are not found any more
    usage: AnswerStats

    @property
    def title(self) -> str:
        """The title of the answer's page."""
        return self.answer.title if isinstance(self.answer, Article) else self.answer.name


def find_due(knowledge: Knowledge, counts: Iterable[DailyCount], today: date) -> list[ReviewItem]:
    """Find the answers that are due for review: the most shown first, then the oldest."""
    usage = {stats.subject: stats for stats in rank_answers(counts)}
    items = (make_item(knowledge, answer, usage, today) for answer in knowledge.list_answers())
    due = [item for item in items if item.why]
    return sorted(due, key=lambda item: (-item.usage.shown, -item.days, item.answer.id))


def make_item(
    knowledge: Knowledge, answer: Article | ErrorCode, usage: Mapping[str, AnswerStats], today: date
) -> ReviewItem:
    """Gather what a reviewer needs to know about one answer, due or not."""
    doubt, lost = find_doubt(knowledge, answer, today), find_lost_sources(knowledge, answer)
    why = doubt.value if doubt else "source lost" if lost else ""
    stats = usage.get(answer.id) or AnswerStats(answer.id, 0, 0, 0)
    return ReviewItem(answer, why, count_days_since(answer, today), lost, stats)
