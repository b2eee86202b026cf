"""What is kept of a question without an answer tells nothing about who asked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyguide.core.evidence.secrets import MAX_TEXT_LENGTH
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.evidence import Evidence, Licence
from keyguide.core.model.turn import Kind, Reply
from keyguide.insight.unanswered_question import MAX_QUESTION_LENGTH, anonymise_question, may_keep_question

KEY = "RV7BK-4WQ9M-HX2TN-6PGDC-J38FY"


@pytest.mark.parametrize(
    ("kind", "evidence", "missed"),
    [
        (Kind.MISS, Evidence(), True),
        (Kind.MISS, Evidence(codes=("0xC004EE13",)), True),
        (Kind.MISS, Evidence(secret=True), False),
        (Kind.MISS, Evidence(public_key="Pro"), False),
        (Kind.ELSEWHERE, Evidence(windows="11"), True),
        (Kind.ELSEWHERE, Evidence(codes=("0x80070643",)), False),
        (Kind.ELSEWHERE, Evidence(state="A"), False),
        (Kind.ELSEWHERE, Evidence(licence=Licence()), False),
        (Kind.ARTICLE, Evidence(), False),
        (Kind.SUGGEST, Evidence(), False),
    ],
)
def test_only_questions_without_an_answer_are_missed(kind: Kind, evidence: Evidence, missed: bool) -> None:  # noqa: FBT001
    assert may_keep_question(Reply(kind, "title", evidence=evidence)) is missed


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (f"my key {KEY} is refused", KEY),
        ("write to ann.smith+x@mail.example.com please", "ann.smith"),
        ("ask <@123456789012345678> about it", "123456789012345678"),
        ("perhaps @ann_smith knows", "ann_smith"),
        ("see https://example.com/ann?id=7", "example.com"),
        ("call +49 (30) 1234-5678 now", "1234"),
    ],
    ids=["key", "e-mail", "mention", "name", "address", "telephone"],
)
def test_what_tells_of_a_person_is_masked(knowledge: Knowledge, text: str, gone: str) -> None:
    kept = anonymise_question(knowledge, text)

    assert gone not in kept
    assert kept.split()[0] in text


def test_ordinary_words_stay_as_they_were_written(knowledge: Knowledge) -> None:
    assert anonymise_question(knowledge, "  why is\nmy 0xC004F211 purple ") == "why is my 0xC004F211 purple"


def test_a_story_is_kept_only_in_part(knowledge: Knowledge) -> None:
    kept = anonymise_question(knowledge, "word " * 1_000)

    assert len(kept) == MAX_QUESTION_LENGTH
    assert kept.endswith("…")


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_whatever_is_kept_can_be_written_to_any_memory(knowledge: Knowledge, text: str) -> None:
    kept = anonymise_question(knowledge, text)

    assert len(kept) <= MAX_QUESTION_LENGTH
    assert "\0" not in kept
    kept.encode()


@pytest.mark.parametrize("unit", ["a@", "@", "1 ", "<@", "https://", "-", "a.", "+1("])
def test_no_more_of_a_long_text_is_looked_at_than_the_engine_reads(knowledge: Knowledge, unit: str) -> None:
    text = unit * (100_000 // len(unit))
    kept = anonymise_question(knowledge, text)

    assert kept == anonymise_question(knowledge, text[:MAX_TEXT_LENGTH])
    assert len(kept) <= MAX_QUESTION_LENGTH
