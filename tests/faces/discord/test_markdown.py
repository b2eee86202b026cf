"""Text as Discord shows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguide.faces.discord.cards.markdown import (
    MAX_LENGTH,
    join_broken_lines,
    make_link,
    make_small,
    split_into_pages,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("one\ntwo", "one two", id="a paragraph flows"),
        pytest.param("one\n\ntwo", "one\n\ntwo", id="paragraphs stay apart"),
        pytest.param(
            "1. one\n   goes on\n2. two", "1. one goes on\n2. two", id="list items flow, each on its line"
        ),
        pytest.param("Look:\n- one\n- two", "Look:\n- one\n- two", id="a list begins on a line of its own"),
        pytest.param("**What to do**\nThis.", "**What to do**\nThis.", id="a heading stands alone"),
        pytest.param("**Press** this\nnow", "**Press** this now", id="bold words are no heading"),
        pytest.param("one   \n\n", "one", id="no space at the ends"),
    ],
)
def test_line_breaks_inside_a_paragraph_are_taken_out(text: str, shown: str) -> None:
    assert join_broken_lines(text) == shown


@given(st.text(alphabet="ab \n-1.*", max_size=300))
def test_no_word_is_lost_on_the_way(text: str) -> None:
    assert join_broken_lines(text).split() == text.split()


@given(st.lists(st.text(alphabet="ab \n", max_size=200), max_size=6), st.integers(4, 80))
def test_pages_hold_everything_and_no_page_is_too_full(blocks: list[str], room: int) -> None:
    told = split_into_pages(blocks, room)

    assert "".join("".join(page) for page in told).replace(" ", "").replace("\n", "") == "".join(
        blocks
    ).replace(" ", "").replace("\n", "")
    assert all(sum(map(len, page)) <= room for page in told)


@pytest.mark.parametrize(
    "text", ["**" * 50_000, "1. " * 33_000, "\n" * 100_000, "- \n" * 33_000, "x" * 100_000]
)
def test_a_hostile_text_takes_no_more_pages_than_another(text: str) -> None:
    pages = split_into_pages([join_broken_lines(text)])

    assert len(pages) <= len(text) // MAX_LENGTH + 2


def test_a_title_cannot_end_its_link_early() -> None:
    assert make_link("a [b] c", "https://x.example") == "[a (b) c](https://x.example)"


def test_small_print_of_nothing_is_nothing() -> None:
    assert make_small("") == ""
    assert make_small("a") == "-# a"
