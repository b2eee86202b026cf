"""Facts that are mentioned in passing: what is stated is learnt, what is asked or denied is not."""

from __future__ import annotations

import pytest

from keyguide.core.evidence.mentioned_facts import find_facts, index_mentions
from keyguide.core.model.content.acts_and_facts import Fact, FactValue

WINDOWS = Fact(
    "windows",
    "Windows version",
    (
        FactValue("10", "Windows 10", ("on windows 10", "i have windows 10")),
        FactValue("11", "Windows 11", ("on windows 11", "i have windows 11")),
    ),
    only_one=True,
)
ORIGIN = Fact(
    "origin",
    "Where it came from",
    (
        FactValue("with-pc", "With the PC", ("came with the pc", "it's oem")),
        FactValue("used", "Used", ("bought it used", "used")),
    ),
)
LINKED = Fact(
    "linked",
    "Linked",
    (FactValue("yes", "It is linked", ("linked it",)), FactValue("no", "It is not", ("local account",))),
)
INDEX = index_mentions((WINDOWS, ORIGIN, LINKED))


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("it came with the pc", {"origin": "with-pc"}),
        ("IT CAME WITH THE PC!!", {"origin": "with-pc"}),
        ("yeah, i have windows 10 and it came with the pc", {"windows": "10", "origin": "with-pc"}),
        ("its oem", {"origin": "with-pc"}),
        ("it’s oem", {"origin": "with-pc"}),
        ("it came with a pc", {}),
        ("came", {}),
        ("it misused me", {}),
        ("", {}),
        ("?!", {}),
    ],
)
def test_what_a_text_states_is_found(text: str, facts: dict[str, str]) -> None:
    assert find_facts(text, INDEX) == facts


@pytest.mark.parametrize(
    "text",
    [
        "came it with the pc, or what if it came with the pc?",
        "is it that it came with the pc",
        "how do i know whether it came with the pc",
        "does it matter that i bought it used",
        "I bought it used?",
    ],
)
def test_what_a_text_asks_is_no_fact(text: str) -> None:
    assert find_facts(text, INDEX) == {}


def test_a_statement_beside_a_question_is_a_fact() -> None:
    assert find_facts("i bought it used. what now?", INDEX) == {"origin": "used"}
    assert find_facts("what now? i bought it used", INDEX) == {"origin": "used"}


def test_a_version_is_learnt_even_from_a_question() -> None:
    assert find_facts("how do i link it on windows 10?", INDEX) == {"windows": "10"}


def test_several_versions_in_one_text_teach_nothing() -> None:
    assert find_facts("do i link it on windows 10 or on windows 11?", INDEX) == {}
    assert find_facts("i have windows 10 here. there i have windows 11", INDEX) == {}


def test_one_version_mentioned_twice_is_still_one() -> None:
    assert find_facts("i have windows 10, so how on windows 10?", INDEX) == {"windows": "10"}


def test_of_several_values_the_first_of_the_list_counts() -> None:
    assert find_facts("i bought it used and windows came with the pc", INDEX) == {"origin": "with-pc"}


@pytest.mark.parametrize(
    "text",
    [
        "it didn't come, not that it came with the pc",
        "it never came with the pc",
        "no, i haven't bought it used",
    ],
)
def test_what_a_text_denies_is_no_fact(text: str) -> None:
    assert find_facts(text, INDEX) == {}


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("i linked it", "yes"),
        ("i never linked it", "no"),
        ("i have not ever linked it", "no"),
        ("i haven’t linked it", "no"),
        ("it is a local account", "no"),
        ("it is no local account", "yes"),
    ],
)
def test_a_denied_yes_is_a_no(text: str, linked: str) -> None:
    assert find_facts(text, INDEX) == {"linked": linked}


@pytest.mark.parametrize(
    "text", ["not the laptop, i linked it", "it does not work but i linked it", "No. I linked it"]
)
def test_a_negation_reaches_no_further_than_its_clause(text: str) -> None:
    assert find_facts(text, INDEX) == {"linked": "yes"}


def test_a_negation_reaches_only_three_words() -> None:
    assert find_facts("it did not take long until i linked it", INDEX) == {"linked": "yes"}


def test_the_longest_phrase_is_taken_and_its_words_are_used_up() -> None:
    short = FactValue("short", "Short", ("new board",))
    long = FactValue("long", "Long", ("new board from the maker", "board from the maker"))
    index = index_mentions((Fact("part", "Part", (short, long)),))

    assert find_facts("a new board from the maker", index) == {"part": "long"}
    assert find_facts("a new board", index) == {"part": "short"}


def test_a_phrase_without_words_stands_for_nothing() -> None:
    index = index_mentions((Fact("part", "Part", (FactValue("none", "None", ("", "?!")),)),))

    assert index == {}
    assert find_facts("?!", index) == {}
