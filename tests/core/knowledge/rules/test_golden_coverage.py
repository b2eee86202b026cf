"""A folder may demand golden tests for each article, and then every article has them."""

from __future__ import annotations

from typing import Any

import pytest

MORE = "tests/more.yaml"
PAGES = (
    "contact-support",
    "leaked-key",
    "generic-keys",
    "no-cracks",
    "link-how",
    "link-menu",
    "link-classic",
)
TURNS = "[{say: help}, {say: and the cost, ok: [contact-support]}]"
GOES_ON = "[{say: help, subject: no-cracks}, {say: and the cost, subject: contact-support}]"


def list_missing(folder: Any) -> dict[str, str]:
    """Map each article that lacks golden tests to what is said about it."""
    texts = [problem.split(": ", 1)[1] for problem in folder.list_problems()]
    return {text.split("`")[1]: text for text in texts}


def test_without_a_demand_no_article_needs_golden_tests(folder: Any) -> None:
    assert folder.list_problems() == []


def test_every_article_with_too_few_golden_questions_is_reported(folder: Any) -> None:
    folder.write(MORE, "least: {questions: 1}\n")

    missing = list_missing(folder)

    assert "link-how" not in missing
    assert set(missing) == {*PAGES, "link-check"} - {"link-how"}
    assert missing["no-cracks"] == "`no-cracks` has 0 golden questions in tests/, at least 1 are needed"


def test_a_dialogue_that_goes_on_is_a_second_turn(folder: Any) -> None:
    folder.write(MORE, f"least: {{second_turns: 1}}\ndialogues:\n  - {{name: One, lines: {GOES_ON}}}\n")

    missing = list_missing(folder)

    assert "contact-support" not in missing
    assert "no-cracks" in missing


@pytest.mark.parametrize(
    "golden",
    [
        f"not_yet:\n  - {{name: One, lines: {GOES_ON}}}",
        f"conversations:\n  - {{name: One, kind: follow-up, turns: {TURNS}}}",
    ],
)
def test_a_second_turn_that_need_not_pass_is_none(folder: Any, golden: str) -> None:
    folder.write(MORE, f"least: {{second_turns: 1}}\n{golden}\n")

    assert "contact-support" in list_missing(folder)


def test_what_nobody_is_shown_needs_none(folder: Any) -> None:
    folder.change("articles/help.yaml", "refuses: true", "status: draft")
    folder.write(MORE, "least: {questions: 1, second_turns: 1}\n")

    assert "no-cracks" not in list_missing(folder)
