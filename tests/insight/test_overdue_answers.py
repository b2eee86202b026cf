"""Answers that were verified too long ago are told, the oldest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.knowledge.stale_answers import count_days_since
from keyguide.core.model.content.article import BrokenLink
from keyguide.insight.overdue_answers import find_overdue

DAY = date(2026, 11, 20)


@pytest.fixture
def aged(knowledge: Knowledge) -> Knowledge:
    """A knowledge of which all was verified on DAY, but one article a day and one code a year before."""
    articles = {id: replace(article, verified=DAY.isoformat()) for id, article in knowledge.articles.items()}
    errors = {code: replace(error, verified=DAY.isoformat()) for code, error in knowledge.errors.items()}
    code = next(iter(errors))
    articles["link-how"] = replace(articles["link-how"], verified="2026-11-19")
    errors[code] = replace(errors[code], verified="2025-11-20")
    return replace(knowledge, articles=articles, errors=errors)


def test_an_answer_is_due_after_its_own_number_of_days(aged: Knowledge) -> None:
    patient = replace(aged.articles["link-how"], review_days=360)
    later = replace(aged, articles={**aged.articles, "link-how": patient})

    due = find_overdue(later, DAY + timedelta(days=90))
    due_a_day_later = find_overdue(later, DAY + timedelta(days=91))

    assert [answer.days for answer in due] == [455]  # the old code; codes are due after 180 days
    assert {answer.id for answer in due_a_day_later[1:]} == later.articles.keys() - {"link-how"}


def test_the_oldest_is_told_first_with_its_title_and_its_age(aged: Knowledge) -> None:
    due = find_overdue(aged, DAY + timedelta(days=400))

    assert due[0].id.startswith("error-0x")
    assert due[0].title
    assert (due[0].verified, due[0].days) == ("2025-11-20", 765)
    assert len(due) == len(aged.articles) + len(aged.errors)


def test_an_answer_that_is_out_of_date_or_has_lost_its_sources_is_due_on_any_day(aged: Knowledge) -> None:
    stale = replace(aged.articles["link-how"], status="stale", sources=("ms-help",))
    lost = BrokenLink("ms-linking", "2026-11-01", "2026-11-20", "status 404")
    changed = replace(
        aged, articles={**aged.articles, "link-how": stale}, broken_links={"ms-linking": lost}, errors={}
    )

    due = {answer.id for answer in find_overdue(changed, DAY)}

    assert due == {"link-how", "link-menu", "link-classic", "link-check"}


def test_days_are_counted_from_the_day_of_verifying(aged: Knowledge) -> None:
    assert count_days_since(aged.articles["link-how"], DAY) == 1
