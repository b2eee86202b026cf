"""A title that a reader is sent to is the title of a page."""

from __future__ import annotations

from typing import Any

import pytest

LINKING, OLD = "articles/linking.yaml", "fails: Try again tomorrow."


@pytest.mark.parametrize(
    "text",
    [
        "See “Check that it is linked”.",
        'Read "Reach a person" or "Check that it is linked".',
        'For more, go to "Is my licence linked".',
        'It says "nothing".',
    ],
    ids=["an article", "two", "a flow, without its question mark", "no mention"],
)
def test_a_page_that_exists_may_be_mentioned(folder: Any, text: str) -> None:
    folder.change(LINKING, OLD, f"fails: |\n      {text}")

    assert folder.list_problems() == []


@pytest.mark.parametrize("text", ["See “Chekc it”.", 'Read "Reach a person", "Chekc\n      it".'])
def test_a_title_that_no_page_has_is_reported(folder: Any, text: str) -> None:
    place = folder.change(LINKING, OLD, f"fails: ▸|\n      {text}")

    assert folder.list_problems() == [f'{place}: no page has the title "Chekc it"']


def test_beside_a_broken_file_no_title_is_reported(folder: Any) -> None:
    folder.change("articles/help.yaml", "id: help\n", "iid: help\n")
    folder.change(LINKING, OLD, "fails: See “Reach a person”.")

    assert not any("no page has" in problem for problem in folder.list_problems())
