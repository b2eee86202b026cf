"""Find what speaks against an answer by now: nobody has checked it for too long, or its sources are gone."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import Article, ErrorCode


class Doubt(StrEnum):
    """Why an answer counts less than its certainty says; the values are part of `keyguide review --json`."""

    STALE = "stale"  # a writer has marked it as out of date
    UNSOURCED = "unsourced"  # none of its sources was found when the links were last checked
    OVERDUE = "overdue"  # it was verified too long ago


def find_doubt(knowledge: Knowledge, answer: Article | ErrorCode, today: date | None) -> Doubt | None:
    """Find the weightiest doubt about an answer, or return None; without a date nothing is overdue."""
    if isinstance(answer, Article) and answer.status == "stale":
        return Doubt.STALE
    lost = find_lost_sources(knowledge, answer)
    if lost and len(lost) == len(answer.sources):
        return Doubt.UNSOURCED
    is_overdue = today is not None and count_days_since(answer, today) > answer.review_days
    return Doubt.OVERDUE if is_overdue else None


def find_lost_sources(knowledge: Knowledge, answer: Article | ErrorCode) -> tuple[str, ...]:
    """Find the sources of an answer that were not found for more than a day."""
    broken = (knowledge.broken_links.get(source) for source in answer.sources)
    return tuple(link.source for link in broken if link and link.has_lasted)


def count_days_since(answer: Article | ErrorCode, today: date) -> int:
    """Count the days since an answer was verified."""
    return (today - date.fromisoformat(answer.verified)).days
