"""What is due for review: why, in which order, and how the answer does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import BrokenLink
from keyguide.core.model.daily_counts import EVERYWHERE, DailyCount
from keyguide.insight.daily_sums import count_lines
from keyguide.insight.review_order import find_due
from keyguide.insight.usage import AnswerStats
from keyguide.store.protocols import LedgerEntry

DAY = date(2026, 11, 20)


@pytest.fixture
def fresh(knowledge: Knowledge) -> Knowledge:
    """The small knowledge, in which everything was verified on DAY."""
    articles = {id: replace(article, verified=DAY.isoformat()) for id, article in knowledge.articles.items()}
    errors = {code: replace(error, verified=DAY.isoformat()) for code, error in knowledge.errors.items()}
    return replace(knowledge, articles=articles, errors=errors)


def shown(subject: str, **more: str) -> LedgerEntry:
    return LedgerEntry(datetime(2026, 11, 20, 12, tzinfo=UTC), "ann", "web", "article", subject, **more)


def count_everywhere(entries: list[LedgerEntry]) -> list[DailyCount]:
    return [count for count in count_lines(entries, [])[0] if count.place == EVERYWHERE]


def test_nothing_is_due_on_the_day_of_its_review(fresh: Knowledge) -> None:
    assert find_due(fresh, [], DAY) == []


def test_an_answer_is_due_for_its_date_its_status_or_a_lost_source(fresh: Knowledge) -> None:
    old = replace(fresh.articles["link-how"], verified="2026-01-01")
    stale = replace(fresh.articles["link-check"], status="stale", sources=("ms-help",))
    two_sources = replace(fresh.articles["link-menu"], sources=("ms-linking", "ms-help"))
    others = {"link-how": old, "link-check": stale, "link-menu": two_sources}
    lost = BrokenLink("ms-linking", "2026-11-01", "2026-11-20", "status 404")
    changed = replace(fresh, articles={**fresh.articles, **others}, broken_links={"ms-linking": lost})

    due = {item.answer.id: item.why for item in find_due(changed, [], DAY)}

    assert due["link-check"] == "stale"
    assert due["link-classic"] == due["link-how"] == "unsourced"
    assert due["link-menu"] == "source lost"
    back = find_due(replace(changed, broken_links={}), [], DAY)
    assert {item.answer.id: item.why for item in back} == {"link-how": "overdue", "link-check": "stale"}


def test_what_most_people_ask_for_comes_first_and_then_the_oldest(fresh: Knowledge) -> None:
    old = replace(fresh.articles["link-how"], verified="2025-11-20")
    aged = replace(fresh, articles={**fresh.articles, "link-how": old})
    entries = [
        *(shown("link-menu"), shown("link-menu")),
        shown("contact-support", judged="link-menu", verdict="bad"),
    ]

    due = find_due(aged, count_everywhere(entries), date(2027, 12, 31))

    assert [item.answer.id for item in due[:3]] == ["link-menu", "contact-support", "link-how"]
    assert due[0].usage == AnswerStats("link-menu", shown=2, good=0, bad=1)
    assert due[0].title == "The link button on Windows 11"
    assert any(item.title.startswith("0x") for item in due)
