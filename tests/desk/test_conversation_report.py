"""The report of golden conversations: the table, the list of what is not as expected, and the floor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.golden_tests import (
    ConversationShares,
    GoldenConversation,
    GoldenTests,
    GoldenTurn,
)
from keyguide.core.model.turn import Kind, Reply
from keyguide.desk.scoring.conversation_report import (
    format_figures,
    format_misses,
    format_report,
    hold_conversations,
    list_drops,
)
from keyguide.desk.scoring.conversation_scores import ConversationScore, score_conversation
from keyguide.load.folder import FolderContents, read_folder

LINK = Reply(Kind.ARTICLE, "Link it", subject="link-how")
STEP = Reply(Kind.STEP, "Is it?", subject="is-it-linked", step="page-says")


def held(kind: Any, *pairs: tuple[GoldenTurn, Reply]) -> ConversationScore:
    conversation = GoldenConversation(f"The {kind} one", kind, tuple(turn for turn, _ in pairs))
    return score_conversation(conversation, [reply for _, reply in pairs], "tests/x.yaml:7")


GOOD = held("switch", (GoldenTurn("how to link", ok=("link-how",)), LINK))
BAD = held(
    "scope",
    (GoldenTurn("hello"), Reply(Kind.MENU, "Menu")),
    (GoldenTurn("link it", ok=("link-how",), not_=("menu",)), LINK),
    (GoldenTurn("and then", "shown", ("link-why", "menu")), STEP),
    (GoldenTurn("why", "kind", ("menu",), ("link-how",)), LINK),
)


def test_the_table_has_a_line_for_all_and_one_for_each_kind() -> None:
    _, *lines = (" ".join(line.split()) for line in format_figures([GOOD, BAD]).splitlines())

    assert lines == [
        "golden conversations 2 4 0.500 0.333 0.500 0.500 1/2 0 0",
        "switch 1 1 1.000 - 1.000 1.000 0/0 0 0",
        "scope 1 3 0.333 0.333 0.000 0.000 1/2 0 0",
    ]


def test_what_is_not_as_expected_is_listed_turn_by_turn() -> None:
    assert format_misses([GOOD, BAD]).splitlines() == [
        "tests/x.yaml:7: The scope one (scope)",
        "        'hello' got menu",
        "  met   'link it' got article link-how",
        "  unmet 'and then' got step is-it-linked/page-says; expected, shown: link-why, menu",
        "  wrong 'why' got article link-how; expected, kind: menu; never: link-how",
    ]


def test_the_misses_are_only_listed_on_demand() -> None:
    assert "The scope one" not in format_report([BAD], [])
    assert "The scope one" in format_report([BAD], [], misses=True)
    assert format_report([BAD], ["met: too low"]).endswith("\n\nmet: too low\n")


def test_without_conversations_there_is_no_table() -> None:
    assert format_report([], []).strip() == ""


MEASURED = ConversationShares(met=0.5, after_first=1 / 3, last=0.5, clean=0.5, wrong=0.5)


@pytest.mark.parametrize(
    ("share", "before", "told"),
    [
        ("met", 0.519, ""),
        ("met", 0.521, "met: 0.500, measured before 0.521"),
        ("after_first", 0.4, "after first: 0.333, measured before 0.400"),
        ("wrong", 0.481, ""),
        ("wrong", 0.479, "wrong: 0.500, measured before 0.479"),
        ("wrong", 1.0, ""),
        ("clean", 0.0, ""),
    ],
    ids=["within the slack", "met", "after first", "wrong, slack", "wrong", "wrong, better", "better"],
)
def test_a_share_that_is_worse_than_measured_is_told(share: str, before: float, told: str) -> None:
    golden = GoldenTests(measured=replace(MEASURED, **{share: before}))

    drops = list(list_drops([GOOD, BAD], {"tests/a.yaml": GoldenTests(), "tests/m.yaml": golden}))

    assert drops == ([f"tests/m.yaml: golden conversations, {told}"] if told else [])


def test_the_conversations_of_a_folder_are_held_with_their_place(
    folder: Any, small_knowledge: Knowledge
) -> None:
    file, line, _ = folder.change("tests/small.yaml", "- name: Linking", "- ▸name: Linking").split(":")

    (score,) = hold_conversations(small_knowledge, folder.path, read_folder(folder.path))

    assert score.place == f"{folder.path / file}:{line}"
    assert score.turns[0].reply.subject == "link-how"
    assert score.turns[0].is_met


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
def test_our_own_conversations_go_as_well_as_when_they_were_last_measured(
    real: Knowledge, real_folder: Path, real_contents: FolderContents
) -> None:
    scores = list(hold_conversations(real, real_folder, real_contents))

    assert len(scores) >= 150
    assert list(list_drops(scores, real_contents.files.golden)) == []
