"""What speaks against an answer: its own date, its status, or that its sources are gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from keyguide.core.engine.respond import respond
from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.knowledge.stale_answers import Doubt, find_doubt
from keyguide.core.model.content.article import Article, BrokenLink
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Kind, Turn

DAY = date(2026, 11, 20)
LOST = BrokenLink("ms-linking", "2026-11-01", "2026-11-20", "status 404")


def change(knowledge: Knowledge, page: str, **fields: Any) -> Knowledge:
    article = replace(knowledge.articles[page], **fields)
    return replace(knowledge, articles={**knowledge.articles, page: article})


def read_footing(knowledge: Knowledge, page: str, today: date | None = None) -> str:
    return respond(knowledge, Conversation("ann"), Turn("ann", pick=f"go/{page}", today=today))[1].footing


def find(knowledge: Knowledge, page: str, today: date | None = DAY) -> Doubt | None:
    return find_doubt(knowledge, knowledge.articles[page], today)


def test_an_answer_is_overdue_the_day_after_its_review_date(knowledge: Knowledge) -> None:
    article: Article = knowledge.articles["link-how"]
    last = date.fromisoformat(article.verified) + timedelta(days=article.review_days)

    assert find(knowledge, "link-how", last) is None
    assert find(knowledge, "link-how", last + timedelta(days=1)) is Doubt.OVERDUE


def test_without_a_date_nothing_is_overdue(knowledge: Knowledge) -> None:
    assert find(knowledge, "link-check", None) is None


def test_an_answer_that_a_writer_marked_is_stale_on_any_day(knowledge: Knowledge) -> None:
    assert find(change(knowledge, "link-how", status="stale"), "link-how", None) is Doubt.STALE


def test_an_answer_is_unsourced_once_all_its_sources_are_lost(knowledge: Knowledge) -> None:
    lost = replace(knowledge, broken_links={"ms-linking": LOST})

    assert find(lost, "link-how") is Doubt.UNSOURCED
    assert find(change(lost, "link-how", sources=("ms-linking", "ms-help")), "link-how") is None


def test_a_page_that_was_missing_on_one_day_only_is_not_lost(knowledge: Knowledge) -> None:
    once = replace(LOST, since="2026-11-20")

    assert find(replace(knowledge, broken_links={"ms-linking": once}), "link-how") is None


def test_the_reader_is_told_in_place_of_a_good_certainty(knowledge: Knowledge) -> None:
    old = DAY + timedelta(days=400)

    assert read_footing(knowledge, "link-how").startswith("From Microsoft.")
    assert read_footing(knowledge, "link-how", old) == (
        "Not checked for a while: labels and prices may have changed. Checked: 20 November 2026."
    )
    assert "being rewritten" in read_footing(change(knowledge, "link-how", status="stale"), "link-how")
    lost = replace(knowledge, broken_links={"ms-linking": LOST})
    assert "no longer be found" in read_footing(lost, "link-how")


def test_a_weak_certainty_is_told_besides(knowledge: Knowledge) -> None:
    footing = read_footing(knowledge, "link-check", DAY + timedelta(days=400))

    assert footing.startswith("Not checked for a while")
    assert "Not all of it has an official source" in footing


def test_the_page_of_a_code_is_marked_too(knowledge: Knowledge) -> None:
    code = next(iter(knowledge.errors.values()))

    assert "Not checked" in read_footing(knowledge, code.id, DAY + timedelta(days=400))


@pytest.mark.parametrize(
    ("confidence", "kind", "first"),
    [(0.95, Kind.ARTICLE, "link-how"), (0.6, Kind.SUGGEST, "link-menu")],
    ids=["surely meant", "perhaps meant"],
)
def test_a_stale_answer_stays_behind_a_fresh_one_unless_it_is_surely_meant(
    finding: Any, confidence: float, kind: Kind, first: str
) -> None:
    result = SearchResult(Decision.ANSWER, ("link-how", "link-menu"), confidence=confidence)
    knowledge = change(finding(link_it_somehow_please=result), "link-how", status="stale")

    reply = respond(knowledge, Conversation("ann"), Turn("ann", "link it somehow please"))[1]

    assert reply.kind is kind
    assert (reply.subject or reply.offers[0]) == first


def test_if_all_are_overdue_their_order_stays(finding: Any) -> None:
    result = SearchResult(Decision.ANSWER, ("link-how", "link-menu"), confidence=0.6)
    turn = Turn("ann", "link it somehow please", today=DAY + timedelta(days=400))

    reply = respond(finding(link_it_somehow_please=result), Conversation("ann"), turn)[1]

    assert reply.subject == "link-how"
