"""The flow proof: what is refused of a flow, and where it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LINKED, PARTS = "flows/is-it-linked.yaml", "flows/changed-parts.yaml"
NO_ID = "is not a valid id: use lower-case letters, digits and single hyphens"


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        pytest.param(
            LINKED,
            "label: Digital licence only",
            f"label: ▸{'x' * 81}",
            "this is 81 characters long, a button shows at most 80",
            id="an over-long label",
        ),
        pytest.param(
            LINKED, "label: An error code", 'label: ▸" "', "this text is empty", id="an empty label"
        ),
        pytest.param(
            LINKED,
            "title: Is my licence linked?",
            f"title: ▸{'x' * 81}",
            "this is 81 characters long, a button shows at most 80",
            id="an over-long title",
        ),
        pytest.param(PARTS, "go: who", "go: ▸woh", "`woh` does not exist", id="a dangling go"),
        pytest.param(
            PARTS,
            "      - {id: me, label: I did, go: link-how}\n"
            "      - {id: shop, label: A shop, go: human}\n"
            "      - {id: other,",
            "      ▸- {id: me, label: I did, go: link-how}\n"
            "      - {id: shop, label: A shop, go: human}\n"
            "      - {id: part,",
            "no choice for people whom none of these fits: add one with the id `other` or `unknown`",
            id="nothing for everybody else",
        ),
        pytest.param(PARTS, "id: me,", "id: ▸Me,", f"`Me` {NO_ID}", id="the id of a choice"),
        pytest.param(
            PARTS,
            "id: me,",
            f"id: ▸{'m' * 25},",
            f"`{'m' * 25}` has 25 characters, at most 24 are allowed",
            id="an id that fits in no button",
        ),
        pytest.param(
            LINKED,
            "id: signed-in\n    ask",
            "id: ▸signed_in\n    ask",
            f"`signed_in` {NO_ID}",
            id="the id of a step",
        ),
        pytest.param(
            LINKED,
            "ask: Are you signed in with a Microsoft account?",
            'ask: ▸""',
            "this text is empty",
            id="a step that asks nothing",
        ),
        pytest.param(
            LINKED,
            "ask: Are you signed in",
            "ask: ▸Are you **signed in",
            "a ** is opened and never closed",
            id="the text of a question",
        ),
        pytest.param(
            LINKED,
            "how: Press **Win + R** and type",
            "how: ▸Press ![here](x) and type",
            "this contains a picture, which not every face can show",
            id="the text of a how",
        ),
        pytest.param(
            LINKED,
            "ask: What does the Activation page say?",
            f"ask: ▸{'what now ' * 334}",
            "all parts together are 3057 characters long, at most 3000 fit on one card",
            id="a question that fits no card",
        ),
        pytest.param(
            LINKED,
            "shows: [A]",
            "shows: [▸Z]",
            "`Z` is neither a state or reading of evidence.yaml nor a code of errors.yaml",
            id="unknown evidence",
        ),
        pytest.param(
            LINKED,
            "id: signed-in\n    ask",
            "id: ▸link-how\n    ask",
            "`link-how` is also the id of an article or a flow, so `go` would be ambiguous",
            id="a step called like an article",
        ),
        pytest.param(
            PARTS,
            "steps:\n  - id: part",
            "steps:\n  - id: ▸human",
            "`human` is also the id of an article or a flow, so `go` would be ambiguous",
            id="a step called human",
        ),
        pytest.param(
            PARTS,
            "id: shop,",
            "id: ▸me,",
            "`me` is already used by another choice of this step",
            id="two choices of one id",
        ),
        pytest.param(
            PARTS,
            "label: A shop",
            "label: ▸i DID",
            "`i did` is already used by another choice of this step",
            id="two choices of one label",
        ),
        pytest.param(
            LINKED,
            "says: [not linked to anything]",
            "says: ▸[Linked to my account]",
            "`linked to my account` is already used by another choice of this step",
            id="two choices of one saying",
        ),
        pytest.param(
            LINKED,
            "shows: [B, retail]",
            "shows: ▸[B, A]",
            "`A` is already used by another choice of this step",
            id="two choices of one message",
        ),
        pytest.param(
            PARTS,
            "choices:\n      - {id: board, label: The mainboard, go: who}\n"
            "      - {id: drive, label: The drive, go: is-it-linked}\n"
            "      - {id: other, label: Another part, go: human}",
            "choices:\n      ▸- {id: other, label: Another part, go: who}",
            "1 choices; a step needs 2 to 20",
            id="a step with one choice",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(folder: Any, file: str, old: str, new: str, text: str) -> None:
    place = folder.change(file, old, new)

    assert f"{place}: {text}" in folder.list_problems()


def test_more_choices_than_a_face_can_show_are_refused(refused: Callable[..., None]) -> None:
    more = "\n".join(
        f"      - {{id: c{number}, label: Choice {number}, go: link-how}}" for number in range(18)
    )

    refused(
        PARTS,
        "    choices:\n      - {id: me,",
        f"    choices:\n▸{more}\n      - {{id: me,".replace("▸      -", "      ▸-"),
        "21 choices; a step needs 2 to 20",
    )


def test_a_step_that_no_path_leads_to_is_told(refused: Callable[..., None]) -> None:
    others = (
        "      - {id: drive, label: The drive, go: is-it-linked}\n"
        "      - {id: other, label: Another part, go: human}\n"
    )
    refused(
        PARTS,
        f"go: who}}\n{others}  - id: who",
        f"go: human}}\n{others}  - id: ▸who",
        "no path leads to this step",
    )


CHOICES = "[{{id: a, label: A, go: {a}}}, {{id: other, label: B, go: {b}}}]"
STEP = "  - {{id: {id}, ask: What?, choices: " + CHOICES + "}}\n"


def flow(id: str, *steps: tuple[str, str, str]) -> str:
    return f"id: {id}\ntitle: {id}\nsteps:\n" + "".join(STEP.format(id=id, a=a, b=b) for id, a, b in steps)


def test_a_trap_is_told_at_each_step_that_has_no_way_out(folder: Any) -> None:
    folder.write(
        "flows/trap.yaml",
        flow("trap", ("in", "ring", "human"), ("ring", "round", "ring"), ("round", "ring", "round")),
    )

    assert folder.list_problems() == [
        "flows/trap.yaml:5:37: no path from here ends at an article or a human",
        "flows/trap.yaml:6:38: no path from here ends at an article or a human",
    ]


def test_flows_that_only_lead_to_one_another_are_told(folder: Any) -> None:
    folder.write("flows/one.yaml", flow("one", ("first", "two", "one")))
    folder.write("flows/two.yaml", flow("two", ("second", "one", "two")))

    assert folder.list_problems() == [
        "flows/one.yaml:1:5: this flow never ends at an article or a human",
        "flows/two.yaml:1:5: this flow never ends at an article or a human",
    ]


@pytest.mark.parametrize(
    ("deep", "told"),
    [(10, []), (11, ["flows/deep.yaml:4:3: the longest path asks 11 questions, at most 10 are allowed"])],
)
def test_a_flow_that_asks_too_much_is_told(folder: Any, deep: int, told: list[str]) -> None:
    steps = [(f"s{at}", f"s{at + 1}", "human") for at in range(1, deep)] + [(f"s{deep}", "human", "link-how")]
    folder.write("flows/deep.yaml", flow("deep", *steps))

    assert folder.list_problems() == told


def test_a_flow_without_a_step_is_told(folder: Any) -> None:
    folder.write("flows/empty.yaml", "id: empty\ntitle: Empty\nsteps: []\n")

    assert "flows/empty.yaml:3:8: a flow needs a step" in folder.list_problems()


def test_a_step_that_is_there_twice_is_told(folder: Any) -> None:
    folder.write("flows/twice.yaml", flow("twice", ("same", "same", "human"), ("same", "human", "link-how")))

    assert folder.list_problems() == ["flows/twice.yaml:5:10: the step id `same` is used twice"]


def test_an_id_that_fits_in_no_button_is_told(folder: Any) -> None:
    long = "a" * 39
    folder.write(
        f"flows/{long}.yaml",
        flow(long, ("b" * 24, "human", "link-how")).replace("id: a,", f"id: {'c' * 24},"),
    )

    told = folder.list_problems()

    assert any("characters, the id of a button can hold 90" in line for line in told)
