"""Golden conversations: what they may not name, and where it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SMALL = "tests/small.yaml"
TURN = "- {say: how do i link my licence then, how: first, ok: [link-how, is-it-linked/page-says], "
TURN += "not: [elsewhere]}"
KINDS = "article, step, suggest, menu, miss, elsewhere, refusal"


@pytest.mark.parametrize(
    ("turn", "text"),
    [
        ("- {say: hi, ok: [link-how, ▸moon]}", "`moon` does not exist"),
        ("- {say: hi, ok: [▸is-it-linked/moon]}", "`is-it-linked/moon` does not exist"),
        ("- {say: hi, ok: [▸moon/page-says]}", "`moon/page-says` does not exist"),
        ("- {say: hi, ok: [▸error-0x00000001]}", "`error-0x00000001` does not exist"),
        ("- {say: hi, not: [miss, ▸handoff]}", "`handoff` does not exist"),
        ("- {say: hi, how: kind, ok: [▸link-how]}", f"`link-how` is not a kind of reply: {KINDS}"),
        ("- {say: hi, ok: [menu, ▸miss], not: [miss]}", "`miss` is both `ok` and `not`"),
        ('- {say: ▸" ", ok: [menu]}', "this text is empty"),
    ],
    ids=["article", "step", "flow", "error", "kind in not", "page as kind", "both", "silence"],
)
def test_a_turn_that_names_what_no_reply_can_be_is_told(folder: Any, turn: str, text: str) -> None:
    place = folder.change(SMALL, TURN, turn)

    assert folder.list_problems() == [f"{place}: {text}"]


@pytest.mark.parametrize(
    "name",
    ["link-how", "error-0xc004f211", "is-it-linked", "is-it-linked/signed-in", "suggest"],
    ids=["article", "error", "flow", "step", "kind"],
)
def test_whatever_a_reply_can_be_may_be_named(folder: Any, name: str) -> None:
    folder.change(SMALL, TURN, f"- {{say: hi, ok: [{name}]}}")

    assert folder.list_problems() == []


def test_a_step_of_a_broken_flow_is_not_another_mistake(folder: Any) -> None:
    place = folder.change("flows/is-it-linked.yaml", "title: Is", "▸tittle: Is")

    assert [problem for problem in folder.list_problems() if problem.startswith("tests/")] == []
    assert any(problem.startswith(f"{place}: ") for problem in folder.list_problems())


def test_conversations_of_one_name_are_told_at_each(folder: Any) -> None:
    more = "dialogues:\n"
    again = "  - {name: Linking, kind: scope, turns: [{say: hi}]}\n"

    folder.change(SMALL, more, again + more)

    assert [problem.partition(": ")[2] for problem in folder.list_problems()] == [
        "`Linking` is the name of several",
        "`Linking` is the name of several",
    ]


def test_a_conversation_without_turns_is_told(refused: Callable[..., None]) -> None:
    refused(
        SMALL,
        "dialogues:\n",
        "  - {name: Silence, kind: scope, turns: ▸[]}\ndialogues:\n",
        "a conversation needs turns",
    )


@pytest.mark.parametrize("share", ["1.5", "-0.1", "nan"])
def test_a_measured_share_is_from_0_to_1(refused: Callable[..., None], share: str) -> None:
    refused(
        SMALL,
        "dialogues:\n",
        f"measured: {{met: 0, after_first: 1, last: ▸{share}, clean: 0.5, wrong: 0}}\ndialogues:\n",
        "this is not a share: write a number from 0 to 1",
    )
