"""Which examples resemble one another, and how varied the examples of a label are."""

from __future__ import annotations

import pytest

from keyguide.core.finding.compare_examples import find_likenesses, find_uniform_labels
from keyguide.core.finding.index import Example
from keyguide.core.finding.normalise import build_vocabulary

MIDDLE = "how do I link my licence to an account"
FAR = ["what does a new mainboard change", "my licence came with the laptop", "is a second hand key legal"]


def find(*examples: tuple[str, str]) -> list[tuple[int, int, bool]]:
    all_examples = [Example(text, label) for text, label in examples]
    found = find_likenesses(all_examples, build_vocabulary({}))
    return [(each.example, each.nearest, each.is_copy) for each in found]


def test_two_examples_that_hardly_differ_are_told_once_at_the_later_one() -> None:
    assert find(("where is my key", "key"), ("where is my key?", "key")) == [(1, 0, True)]


def test_an_example_that_is_most_like_one_of_another_label_is_told() -> None:
    others = [(text, "key") for text in FAR]

    found = find(*others, ("link my account to windows now", "key"), ("link my account to windows", "link"))

    assert [each[:2] for each in found] == [(3, 4), (4, 3)]


def test_examples_that_differ_are_not_told() -> None:
    assert find(*((text, text) for text in FAR)) == []


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ([], {"link": 1}),
        ([MIDDLE, f"{MIDDLE}?", MIDDLE.lower(), "Link it?", f"{MIDDLE} " * 3], {}),
    ],
    ids=["alike", "varied"],
)
def test_a_label_whose_examples_are_all_written_alike_is_told(more: list[str], found: dict[str, int]) -> None:
    short = [f"link number {number}" for number in range(20)]

    assert find_uniform_labels([Example(text, "link") for text in (*short, *more)]) == found


def test_few_examples_need_not_be_varied() -> None:
    assert find_uniform_labels([Example("link it", "link")]) == {}
