"""Normalising: what people write becomes the words that we know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguide.core.finding.normalise import build_vocabulary, fold, tokenise

ANYTHING = st.text(st.characters())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Can't", "cant"),
        ("CAN’T", "cant"),
        ("Café", "cafe"),
        ("\uff57\uff49\uff4e", "win"),
        ("Straße", "strasse"),
        ("li\u200bcence", "licence"),
        ("", ""),
    ],
    ids=["apostrophe", "curly apostrophe", "accent", "wide letters", "sharp s", "unseen space", "nothing"],
)
def test_writing_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_text_falls_into_words_and_numbers() -> None:
    assert tokenise("My PC's error: 0xC004F211, on_win-10!") == [
        "my",
        "pcs",
        "error",
        "0xc004f211",
        "on",
        "win",
        "10",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("my mobo died", ["my", "mainboard", "died"]),
        ("w10 key", ["windows", "10", "key"]),
        ("the cd key", ["the", "product", "key"]),
        ("the cd player", ["the", "cd", "player"]),
        ("cd key code", ["code", "word"]),
        ("cd", ["cd"]),
    ],
    ids=["one for one", "one for two", "two for two", "only the beginning", "the longest wins", "cut off"],
)
def test_what_people_write_becomes_the_word_that_it_stands_for(text: str, words: list[str]) -> None:
    same = {
        "mainboard": ["mobo"],
        "windows 10": ["w10"],
        "product key": ["cd key"],
        "code word": ["cd key code", "!"],
    }

    assert build_vocabulary(same).normalise_words(text) == words


def test_two_ways_to_write_the_same_compare_as_equal() -> None:
    words = build_vocabulary({"mainboard": ["mother board"]})

    assert words.normalise("MOTHER-board!") == words.normalise("mainboard")


@given(ANYTHING)
def test_any_text_can_be_folded_and_folding_again_changes_no_word(text: str) -> None:
    assert tokenise(" ".join(tokenise(text))) == tokenise(text)
