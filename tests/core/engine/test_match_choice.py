"""Which choice of a step a text picks."""

from __future__ import annotations

import pytest

from keyguide.core.engine.match_choice import choose_by_evidence, choose_by_text
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.flow import Choice, Step

STEP = Step(
    "activated",
    "What does the page say?",
    (
        Choice("active", "Yes, it is active", "a", says=("windows is activated", "all green")),
        Choice(
            "off",
            "No, not active",
            "b",
            says=("it wants a key", "red cross on the page"),
            shows=("0xC004F034",),
        ),
        Choice("else", "The mainboard is new", "c", shows=("A", "retail")),
    ),
)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("1", "active"),
        ("3", "else"),
        ("0", None),
        ("4", None),
        ("99999999999999999999", None),
        ("²", "off"),
        ("Yes, it is active!", "active"),
        ("off", "off"),
        ("ALL GREEN", "active"),
        ("yes", "active"),
        ("yep", "active"),
        ("nope", "off"),
        ("i think windows is activated", "active"),
        ("the motherboard is new", "else"),
        ("mobo new", "else"),
        ("well there is a red cross on the page since this morning", "off"),
        ("i wanted to tell you that it is all green since this morning", None),
        ("the cross is red", "off"),
        ("active", "active"),
        ("it is", None),
        ("page", "off"),
        ("is windows activated?", None),
        ("why does it want a key?", None),
        ("all green?", "active"),
        ("what does red cross mean", None),
        ("", None),
        ("!!", None),
        ("what is the meaning of life", None),
        ("new green", None),
    ],
)
def test_words_pick_one_choice_or_none(knowledge: Knowledge, text: str, id: str | None) -> None:
    choice = choose_by_text(knowledge, STEP, text)

    assert (choice.id if choice else None) == id


def test_words_that_fit_two_choices_pick_none(knowledge: Knowledge) -> None:
    step = Step(
        "s", "?", (Choice("a", "One drive", "a"), Choice("b", "Two drives", "b", says=("one drive more",)))
    )

    assert choose_by_text(knowledge, step, "my one drive") is not None
    assert choose_by_text(knowledge, step, "one") is None


def test_yes_picks_nothing_where_no_label_begins_so(knowledge: Knowledge) -> None:
    step = Step("s", "?", (Choice("a", "Red", "a"), Choice("b", "Blue", "b")))

    assert choose_by_text(knowledge, step, "yes") is None


@pytest.mark.parametrize(
    ("shown", "id"),
    [
        ([], None),
        (["0xC004F034"], "off"),
        (["retail", "x"], "else"),
        (["A", "0xC004F034"], "off"),
        (["B"], None),
    ],
    ids=["nothing", "a code", "a reading", "two: the first choice", "something else"],
)
def test_what_a_text_shows_answers_a_step(shown: list[str], id: str | None) -> None:
    choice = choose_by_evidence(STEP, shown)

    assert (choice.id if choice else None) == id
