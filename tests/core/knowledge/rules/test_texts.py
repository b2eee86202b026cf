"""One text: what every face can show, and what no answer may contain."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguide.core.knowledge.rules.answers.single_text import (
    check_date,
    check_id,
    check_label,
    check_length,
    check_text,
)

LINKS = frozenset(("https://example.com/a",))
KEY = "N2434-X9D7W-8PF6X-8DV9T-8TYMD"
PUBLIC = {"VK7JGNPHTMC97JM9MPGT3V66T": "Pro"}


def first_words(problems: Iterator[str]) -> list[str]:
    return [" ".join(problem.split()[:3]) for problem in problems]


@pytest.mark.parametrize("id", ["a", "link-how", "0x80", "a-1-b"])
def test_an_id_travels_in_a_button(id: str) -> None:
    assert not [*check_id(id)]


@pytest.mark.parametrize("id", ["", "A", "a_b", "-a", "a-", "a--b", "a b", "ä", "a/b", "a\n"])
def test_other_ids_do_not(id: str) -> None:
    (told,) = check_id(id)

    assert "is not a valid id" in told


@pytest.mark.parametrize(("size", "told"), [(40, []), (41, ["41 characters, at most 40 are allowed"])])
def test_an_id_is_short(size: int, told: list[str]) -> None:
    assert [problem.split(" has ")[1] for problem in check_id("a" * size)] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Still stuck", []),
        ("x" * 80, []),
        ("x" * 81, ["this is 81"]),
        (" ", ["this text is"]),
        ("one\ntwo", ["this must be"]),
        ("one\n", []),
    ],
)
def test_a_label_fits_on_a_button(text: str, told: list[str]) -> None:
    assert first_words(check_label(text)) == told


@pytest.mark.parametrize(
    "text",
    [
        "Plain words. 2 < 3, and a > b.",
        "**Bold** and `code`",
        "[a page](https://example.com/a)",
        "`<b>` and `https://example.com` and `**` stand in code",
        "1. one\n2. two\n- three",
        "VK7JG-NPHTM-C97JM-9MPGT-3V66T is public",
        "#hashtag and 50 | 50",
    ],
)
def test_what_every_face_can_show_is_welcome(text: str) -> None:
    assert not [*check_text(text, LINKS, PUBLIC)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# Heading", "this contains a heading, which not every face can show"),
        ("x\n### Heading", "this contains a heading, which not every face can show"),
        ("| a | b |", "this contains a table, which not every face can show"),
        ("![x](https://example.com/a)", "this contains a picture, which not every face can show"),
        ("a <br> b", "this contains HTML, which not every face can show"),
        ("</div>", "this contains HTML, which not every face can show"),
        (
            "see https://x.example",
            "this contains a bare web address (write [text](address)), which not every face can show",
        ),
        ("**open", "a ** is opened and never closed"),
        ("`open", "a ` is opened and never closed on its line"),
        (
            "[x [y] z](https://moon.example)",
            "this links to https://moon.example, which is not in sources.yaml",
        ),
        ("[x](<https://moon.example>)", "this links to <https://moon.example>, which is not in sources.yaml"),
        ("[x](https://moon.example)", "this links to https://moon.example, which is not in sources.yaml"),
        (f"use {KEY}", "this contains what looks like somebody's product key or another secret"),
        (f"use `{KEY}`", "this contains what looks like somebody's product key or another secret"),
    ],
)
def test_what_some_face_cannot_show_is_told(text: str, told: str) -> None:
    assert told in [*check_text(text, LINKS, PUBLIC)]


def test_an_answer_fits_on_one_card() -> None:
    assert not [*check_length(3_000)]
    assert [*check_length(3_001)]


@pytest.mark.parametrize("text", ["2026-11-20", "2024-02-29"])
def test_a_date_is_a_day_of_the_calendar(text: str) -> None:
    assert not [*check_date(text)]


@pytest.mark.parametrize(
    "text", ["", "today", "2025-02-29", "20.11.2026", "2026-11", "2026-1-2", "20261120", "2026-W47-5"]
)
def test_another_date_is_none(text: str) -> None:
    assert [*check_date(text)] == [f"`{text}` is not a date: write it as 2026-11-20"]


@given(st.text(st.characters()))
def test_any_text_can_be_judged(text: str) -> None:
    for rule in (check_id, check_label, check_date):
        assert all(isinstance(problem, str) for problem in rule(text))
    assert all(isinstance(problem, str) for problem in check_text(text, LINKS, PUBLIC))


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["<a", "[", "[](", "![", "`", "**", "| ", "|\n", "# ", "http://", "<", "\n"]
)
def test_a_long_hostile_text_has_no_more_problems_than_a_short_one(piece: str) -> None:
    short, long = ([*check_text(piece * times, LINKS, PUBLIC)] for times in (4, 100_000 // len(piece) & ~1))

    assert len(long) == len(short)
