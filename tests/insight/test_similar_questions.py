"""Questions that mean much the same end up in one group, and the rest apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyguide.core.finding.normalise import build_vocabulary
from keyguide.insight import similar_questions
from keyguide.insight.similar_questions import group_questions

WORDS = build_vocabulary({"licence": ("license",)})
FILLERS = frozenset(("how", "do", "i", "my", "the", "please"))


@dataclass(frozen=True)
class Said:
    """A question."""

    text: str


def groups(*texts: str) -> list[list[str]]:
    found = group_questions([Said(text) for text in texts], WORDS, FILLERS)
    return [[one.text for one in group.questions] for group in found]


def test_the_same_question_in_other_words_is_one_group() -> None:
    found = groups(
        "how do i activate windows on a raspberry pi",
        "will it rain tomorrow",
        "windows activation on raspberry pi please",
        "raspberry pi: activate windows?",
    )

    assert [len(group) for group in found] == [3, 1]


def test_the_largest_group_comes_first_and_is_headed_by_what_was_asked_most() -> None:
    found = group_questions(
        [Said("one odd thing"), Said("transfer licence of a server"), Said("server license transfer")] * 1
        + [Said("server license transfer")],
        WORDS,
        FILLERS,
    )

    assert found[0].heading == "server license transfer"
    assert len(found[0].questions) == 3


@pytest.mark.parametrize("text", ["", "???", "how do i", "\x00", "🔑"])
def test_a_question_without_telling_words_harms_nobody(text: str) -> None:
    found = groups(text, "activate windows server", text)

    assert sum(map(len, found)) == 3


def test_nothing_asked_makes_no_groups() -> None:
    assert groups() == []


def test_only_the_latest_of_very_many_are_compared() -> None:
    found = groups(*(f"question number {number} about thing{number}" for number in range(5_100)))

    assert sum(map(len, found)) == 5_000


def test_a_question_is_compared_with_few_groups_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lookups = 0

    class CountedLookups(Counter[Any]):
        def __getitem__(self, key: Any) -> int:
            nonlocal lookups
            lookups += 1
            return super().__getitem__(key)

    monkeypatch.setattr(similar_questions, "Counter", CountedLookups)
    texts = [
        f"why does {number % 700} fail with part {number % 90} and {number % 31}" for number in range(1_250)
    ]

    assert len(groups(*texts)) > 600
    assert lookups < 1_000 * len(texts)  # without a bound on the groups of a word it is more than 5,000


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12))
def test_no_question_is_lost_or_told_twice(texts: list[str]) -> None:
    found = [text for group in groups(*texts) for text in group]

    assert sorted(found) == sorted(texts)
