"""Examples: what is refused, and where it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LINKING, EXAMPLES, TOPICS = "articles/linking.yaml", "asks/choices.yaml", "asks/linking.yaml"
PARTS = "flows/changed-parts.yaml"
LONG = "x" * 201
TOO_LONG = "this is 201 characters long, an example has at most 200"
TWICE = "is also an example of another one, so it tells nothing"
PLACE = "example questions are in asks/, so that the file of an answer stays short"


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        pytest.param(
            EXAMPLES,
            "choices: {}",
            "choices:\n  moon: ▸{part: {board: [the big board]}}",
            "there is no flow `moon`",
            id="examples of no flow",
        ),
        pytest.param(
            EXAMPLES,
            "choices: {}",
            "choices:\n  changed-parts: {moon: ▸{board: [the big board]}}",
            "the flow `changed-parts` has no step `moon`",
            id="examples of no step",
        ),
        pytest.param(
            EXAMPLES,
            "choices: {}",
            "choices:\n  changed-parts: {part: {moon: ▸[the big board]}}",
            "the step `changed-parts/part` has no choice `moon`",
            id="examples of no choice",
        ),
        pytest.param(
            EXAMPLES,
            "choices: {}",
            "choices:\n  changed-parts: {part: {board: [the big one], drive: [small, ▸The Big One]}}",
            f'"The Big One" {TWICE}',
            id="one example of two choices",
        ),
        pytest.param(
            EXAMPLES,
            "choices: {}",
            'choices:\n  changed-parts: {part: {board: [▸"  "]}}',
            "this text is empty",
            id="an empty example of a choice",
        ),
        pytest.param(
            EXAMPLES,
            "choices: {}",
            f"choices:\n  changed-parts: {{part: {{board: [▸{LONG}]}}}}",
            TOO_LONG,
            id="an over-long example of a choice",
        ),
        pytest.param(
            TOPICS,
            "  link-check:",
            "  moon: ▸[how far is it]\n  link-check:",
            "there is no article or flow `moon`",
            id="examples of no page",
        ),
        pytest.param(
            TOPICS,
            "- how can i see whether it is linked",
            f"- ▸{'how ' * 101}",
            "this example has 403 characters, at most 400 are allowed",
            id="an over-long question",
        ),
        pytest.param(
            LINKING,
            "    see: [is-it-linked, link-menu]",
            "    asks: ▸[link it please]\n    see: [is-it-linked, link-menu]",
            PLACE,
            id="questions in the file of a reviewed article",
        ),
        pytest.param(
            PARTS, "steps:", "asks: ▸[new parts]\nsteps:", PLACE, id="questions in the file of a flow"
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(
    refused: Callable[..., None], file: str, old: str, new: str, text: str
) -> None:
    refused(file, old, new, text)


def test_a_draft_may_hold_its_own_questions(folder: Any) -> None:
    folder.change(
        LINKING,
        "  - id: link-check",
        "  - {id: link-new, title: New, answer: New., asks: [what is new], status: draft,\n"
        "     sources: [ms-linking], verified: 2026-11-20, certainty: official}\n  - id: link-check",
    )

    assert folder.list_problems() == []


def test_examples_of_choices_are_allowed(folder: Any) -> None:
    folder.change(EXAMPLES, "choices: {}", "choices: {changed-parts: {part: {board: [the big board]}}}")

    assert folder.list_problems() == []


def test_examples_of_two_steps_may_be_the_same(folder: Any) -> None:
    folder.change(
        EXAMPLES, "choices: {}", "choices: {changed-parts: {part: {board: [this]}, who: {me: [this]}}}"
    )

    assert folder.list_problems() == []


def test_examples_of_a_broken_flow_are_not_another_mistake(folder: Any) -> None:
    folder.change(EXAMPLES, "choices: {}", "choices: {changed-parts: {part: {board: [the big board]}}}")
    folder.change(PARTS, "title: I changed parts", "tittle: I changed parts")

    assert [problem for problem in folder.list_problems() if problem.startswith(EXAMPLES)] == []
