"""YAML as it was typed: every scalar is text, no key twice, every value knows its line and column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguide.load.strict_yaml import Document, read_yaml


@pytest.mark.parametrize(
    "typed",
    [
        "0xC004F211",
        "no",
        "yes",
        "off",
        "null",
        "~",
        "12:30",
        "2026-11-20",
        "1e3",
        "007",
        "1_000",
        ".inf",
        "0o17",
        "true",
    ],
)
def test_a_value_stays_as_it_was_typed(typed: str) -> None:
    assert read_yaml(f"key: {typed}").data == {"key": typed}


def test_a_key_stays_as_it_was_typed() -> None:
    assert read_yaml("no: a\n0x10: b\n12:30: c").data == {"no": "a", "0x10": "b", "12:30": "c"}


def test_lists_and_mappings_are_read_whole() -> None:
    assert read_yaml("a: [b, {c: d}]\ne:\n  - f\n").data == {"a": ["b", {"c": "d"}], "e": ["f"]}


def test_an_empty_value_is_an_empty_text() -> None:
    assert read_yaml("a:\nb: ''").data == {"a": "", "b": ""}


def test_every_value_and_key_knows_where_it_stands() -> None:
    document = read_yaml("a: b\nlist:\n  - one\n  - {two: three}\n")

    assert document.find_position(("a",)) == (1, 4)
    assert document.find_position(("list", 1, "two")) == (4, 11)
    assert document.find_key_position(("list", 1, "two")) == (4, 6)
    assert document.find_key_position(("list",)) == (2, 1)


@pytest.mark.parametrize(
    ("path", "place"),
    [(("list", 0, "gone", "deeper"), (3, 5)), (("gone",), (1, 1)), ((), (1, 1))],
    ids=["inside a value", "inside the file", "the file"],
)
def test_what_is_not_there_is_told_at_what_is_around_it(
    path: tuple[str | int, ...], place: tuple[int, int]
) -> None:
    document = read_yaml("a: b\nlist:\n  - one\n")

    assert (document.find_position(path), document.find_key_position(path)) == (place, place)


def test_a_file_that_says_nothing_begins_at_its_beginning() -> None:
    assert Document().find_position(("a",)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("a: 1\nb: 2\na: 3", (3, 1), "the key `a` is written twice"),
        ("x:\n  a: 1\n  'a': 2", (3, 3), "the key `a` is written twice"),
        ("a: &x [1]\nb: *x", (2, 4), "an alias (*) is not allowed: write the value out"),
        ("a: &a [*a]", (1, 8), "an alias (*) is not allowed: write the value out"),
        ("[a]: 1", (1, 1), "a key must be plain text"),
        ("? {a: b}\n: 1", (1, 3), "a key must be plain text"),
        ("", (1, 1), "the file is empty"),
        ("# only a comment\n", (1, 1), "the file is empty"),
        ("[" * 30 + "]" * 30, (1, 22), "nested too deeply"),
        ("a: *b", (1, 4), "an alias (*) is not allowed: write the value out"),
        ("a: b\n--- \nc: d", (2, 1), "a file holds one document: --- cannot begin another"),
    ],
    ids=[
        "a key twice",
        "a key twice, quoted",
        "an alias",
        "an alias to itself",
        "a list as key",
        "a mapping as key",
        "an empty file",
        "only a comment",
        "too deep",
        "an alias to nothing",
        "two documents",
    ],
)
def test_what_yaml_allows_and_we_do_not_is_told(text: str, place: tuple[int, int], told: str) -> None:
    assert read_yaml(text).problems == [(place, told)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [b", (2, 1)),
        ("a: b: c", (1, 5)),
        ("\ta: b", (1, 1)),
        ("a: 'b", (1, 6)),
        ("a: @b", (1, 4)),
        ("a: \x07", (1, 1)),
        ("%YAML 9.9\n---\na: b", (1, 1)),
    ],
    ids=["open list", "two colons", "a tab", "open quote", "reserved", "a bell", "another YAML"],
)
def test_what_is_no_yaml_is_told_where_it_breaks(text: str, place: tuple[int, int]) -> None:
    ((told_at, told),) = read_yaml(text).problems

    assert told.startswith("this is not valid YAML: ")
    assert (told_at, "\n" in told) == (place, False)


def test_what_follows_a_refused_key_is_read_all_the_same() -> None:
    document = read_yaml("a: 1\na: [x, {y: [z]}]\n{b: [c]}: {d: [e]}\nf: g\n")

    assert document.data == {"a": "1", "f": "g"}
    assert len(document.problems) == 2


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? ", "? [", "a: ["])
def test_a_hundred_thousand_levels_are_one_line_with_its_place(opening: str) -> None:
    """PyYAML notices some of them before we can, and where it looked first depends on its version."""
    (line, column), text = read_yaml(opening * 100_000).problems[-1]

    assert text == "nested too deeply"
    assert line == 1
    assert 20 < column < 5_000


@given(st.text())
def test_any_text_is_read_or_told(text: str) -> None:
    document = read_yaml(text)

    assert document.problems or document.data is not None


@given(st.text("ab:-[]{}&*?!|>'\"#%@ \n\t,", max_size=60))
def test_any_text_of_yaml_s_own_signs_is_read_or_told(text: str) -> None:
    document = read_yaml(text)

    assert document.problems or document.data is not None
