"""Find the answers that somebody should check against their sources again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.knowledge.stale_answers import count_days_since, find_doubt
from keyguide.core.model.content.article import Article


@dataclass(frozen=True, slots=True)
class OverdueAnswer:
    """An answer that somebody should review, most often because it was verified too long ago."""

    id: str
    title: str
    verified: str
    days: int  # since then


def find_overdue(knowledge: Knowledge, today: date) -> list[OverdueAnswer]:
    """Find the articles and error codes that are due for review, the oldest first."""
    return sorted(_scan_answers(knowledge, today), key=lambda answer: (-answer.days, answer.id))


def _scan_answers(knowledge: Knowledge, today: date) -> Iterator[OverdueAnswer]:
    for answer in knowledge.list_answers():
        if find_doubt(knowledge, answer, today):
            title = answer.title if isinstance(answer, Article) else answer.name
            yield OverdueAnswer(answer.id, title, answer.verified, count_days_since(answer, today))
