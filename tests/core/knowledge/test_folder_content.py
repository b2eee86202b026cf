"""How files become one Knowledge: what is learnt from, what leads where, and that drafts stay out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from keyguide.core.finding.index import Finder
from keyguide.core.finding.train import EMPTY_INDEX, Trial
from keyguide.core.knowledge.folder_content import (
    Files,
    assemble,
    build_intent_data,
    build_training_data,
    collect_vocabulary,
)
from keyguide.core.model.content.article import Alternatives, Article, CodeFamily, ErrorCatalogue, Group
from keyguide.core.model.content.flow import Choice, Flow, Step
from keyguide.core.model.content.golden_tests import GoldenTests, Question
from keyguide.core.model.content.recognition import ElsewhereGroup

LINK = Article(
    "link", "Link it", "Body", ("ms",), "2026-11-20", "official", asks=("how to link",), see=("check",)
)
DRAFT = replace(LINK, id="draft", asks=("not yet",), status="draft")
TWIN = replace(
    LINK, id="link-win10", title="Link it there", asks=(), see=(), instead=Alternatives(win11="link")
)
FLOW = Flow("walk", "Walk me", (Step("s", "?", (Choice("a", "A", "link"),)),), asks=("walk along",))
FILES = Files(
    groups={"articles/a.yaml": Group("a", "A", (LINK, TWIN, DRAFT))},
    flows={"flows/walk.yaml": FLOW},
    elsewhere=(ElsewhereGroup("office", "Office", "No.", ("word says no",)),),
    errors=ErrorCatalogue((), (CodeFamily("0xC0", "short", ()), CodeFamily("0xC004", "long", ()))),
)


def test_titles_and_examples_are_what_the_finder_learns_from_but_not_those_of_drafts() -> None:
    assert {(example.text, example.label) for example in build_training_data(FILES).examples} == {
        ("Link it", "link"),
        ("how to link", "link"),
        ("Link it there", "link"),
        ("Walk me", "walk"),
        ("walk along", "walk"),
        ("word says no", "elsewhere/office"),
    }


def test_what_an_article_leads_to_serves_the_same_person() -> None:
    assert "check" in build_training_data(FILES).near["link"]


def test_golden_questions_try_what_was_learnt_and_twins_for_two_windows_count_as_one() -> None:
    golden = GoldenTests((Question("link on 10", ("link-win10", "check")),))

    (trial,) = build_training_data(replace(FILES, golden={"tests/a.yaml": golden})).trials

    assert trial == Trial("link on 10", frozenset(("link", "check")))


def test_a_new_question_does_not_exchange_the_texts_that_acts_are_told_from() -> None:
    asks = tuple(f"question {number}" for number in range(60))
    before, after = (
        {example.text for example in build_intent_data(make_files_that_ask(*more, *asks)).examples}
        for more in ((), ("a new one",))
    )

    assert before == after - {"a new one"}
    assert 10 < len(before) < 30  # about every third one


def make_files_that_ask(*asks: str) -> Files:
    group = Group("g", "G", (replace(LINK, asks=asks),))
    return replace(FILES, groups={"articles/g.yaml": group}, flows={}, elsewhere=())


@pytest.fixture
def assembled() -> Any:
    finder = Finder(EMPTY_INDEX, collect_vocabulary(FILES))
    return assemble(FILES, finder, finder, finder)


def test_a_draft_is_known_to_nobody(assembled: Any) -> None:
    assert [*assembled.articles] == ["link", "link-win10"]


def test_the_longest_family_of_codes_comes_first(assembled: Any) -> None:
    assert [family.says for family in assembled.families] == ["long", "short"]
