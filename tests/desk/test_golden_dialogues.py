"""Dialogues are held line by line, and a failure says where, what was expected and what came."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.golden_tests import Dialogue, DialogueLine
from keyguide.desk.scoring.golden_dialogues import (
    count_choices,
    format_report,
    format_scoreboard,
    list_unvisited,
    run_dialogue,
    run_dialogues,
)
from keyguide.desk.scoring.question_scores import list_golden_questions, make_engine_answerer, score_questions
from keyguide.load.folder import read_folder
from keyguide.load.knowledge import open_knowledge

OPEN = DialogueLine(press="Is my licence linked?", kind="step", subject="is-it-linked")


def dialogue(*lines: DialogueLine) -> Dialogue:
    return Dialogue("A trial", lines)


def write_tests(folder: Any, key: str) -> list[Any]:
    """Write one dialogue that passes and one that fails under this key, and run all of the folder."""
    folder.write(
        "tests/more.yaml",
        f"{key}:\n"
        "  - {name: Good, lines: [{say: menu, kind: menu}]}\n"
        "  - {name: Bad, lines: [{say: menu, kind: article}]}\n",
    )
    contents = read_folder(folder.path)
    assert contents.mistakes == ()
    return list(run_dialogues(open_knowledge(folder.path), folder.path, contents))


def test_a_dialogue_that_does_not_pass_yet_fails_nothing(folder: Any, knowledge: Knowledge) -> None:
    results = [result for result in write_tests(folder, "not_yet") if not result.must_pass]

    assert [result.is_failed for result in results] == [False, False]
    assert results[1].failure is not None
    assert results[1].failure.place.endswith("tests/more.yaml:3")
    report = format_report(knowledge, results)
    assert "0 dialogues, 0 failed" in report
    assert "1 of 2 dialogues in `not_yet` pass:\n  Good: move it to `dialogues`" in report


def test_a_dialogue_that_must_pass_fails_as_ever(folder: Any) -> None:
    results = write_tests(folder, "dialogues")

    assert [result.name for result in results if result.is_failed] == ["Bad"]


MENU = DialogueLine(say="menu", kind="menu")


def test_a_dialogue_that_comes_as_expected_has_no_failure(knowledge: Knowledge) -> None:
    held = run_dialogue(
        knowledge,
        dialogue(
            MENU,
            OPEN,
            DialogueLine(press="Digital licence only", shows="signed in"),
            DialogueLine(say="no", kind="article", subject="link-classic", offers=("link-menu",)),
        ),
    )

    assert held.failure is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (DialogueLine(say="menu", kind="article"), "kind article"),
        (DialogueLine(say="menu", subject="link-how"), "subject link-how"),
        (DialogueLine(say="menu", shows="Nobody says this"), "'Nobody says this' in the text"),
        (DialogueLine(say="menu", offers=("link-how", "is-it-linked")), "an offer of link-how"),
        (DialogueLine(say="menu", kind="step", subject="x"), "kind step; subject x"),
    ],
    ids=["kind", "subject", "shows", "offers", "several"],
)
def test_a_failure_says_what_was_expected_and_what_came(
    knowledge: Knowledge, line: DialogueLine, expected: str
) -> None:
    failure = run_dialogue(knowledge, dialogue(MENU, line)).failure

    assert failure
    assert (failure.number, failure.expected) == (1, expected)
    assert failure.actual.startswith("menu")
    assert "'Is my licence linked?' -> is-it-linked" in failure.actual


def test_an_option_that_is_not_there_cannot_be_pressed(knowledge: Knowledge) -> None:
    failure = run_dialogue(knowledge, dialogue(MENU, DialogueLine(press="Fly to the moon"))).failure

    assert failure
    assert failure.expected == "the option 'Fly to the moon'"
    assert "'Is my licence linked?'" in failure.actual


def test_a_dialogue_cannot_begin_by_pressing(knowledge: Knowledge) -> None:
    failure = run_dialogue(knowledge, dialogue(OPEN)).failure

    assert failure
    assert "must use say" in failure.actual


def test_choices_count_as_visited_whether_pressed_or_said(knowledge: Knowledge) -> None:
    held = run_dialogue(
        knowledge,
        dialogue(
            MENU, OPEN, DialogueLine(say="not linked to anything"), DialogueLine(press="No, a local account")
        ),
    )

    assert held.visits == {("is-it-linked/page-says", "digital"), ("is-it-linked/signed-in", "no")}
    assert held.steps == {"is-it-linked/page-says", "is-it-linked/signed-in"}


def test_what_no_dialogue_visits_is_told_step_by_step(knowledge: Knowledge) -> None:
    held = [run_dialogue(knowledge, dialogue(MENU, OPEN, DialogueLine(press="Digital licence, linked")))]

    left = list(list_unvisited(knowledge, held))
    assert "is-it-linked/page-says: no dialogue takes 'An error code' (code)" in left
    assert "is-it-linked/signed-in: no dialogue reaches this step" in left
    assert not any("'Digital licence, linked'" in line for line in left)
    assert count_choices(knowledge, held)[0] == 1


def test_a_failure_in_a_file_is_told_with_its_line(folder: Any, small_knowledge: Knowledge) -> None:
    where = folder.change("tests/small.yaml", "      - {press:", "      - ▸{press:")
    folder.change("tests/small.yaml", "offers: [link-how]}", "offers: [error-0xc004f211]}")
    draught = read_folder(folder.path)

    held = list(run_dialogues(small_knowledge, folder.path, draught))

    told = format_report(small_knowledge, held)
    assert f"{folder.path / where.rpartition(':')[0]}: Already linked, line 2" in told
    assert "1 dialogues, 1 failed" in told


def test_where_everything_is_visited_nothing_is_listed(knowledge: Knowledge) -> None:
    bare = replace(knowledge, flows={})

    assert format_report(bare, []) == "0 dialogues, 0 failed\n0 of 0 choices visited."


def test_the_scoreboard_tells_topics_and_wrong_answers(small_knowledge: Knowledge, folder: Any) -> None:
    folder.change("tests/small.yaml", "topics: [link-how]", "topics: [link-check]")
    questions = list_golden_questions(read_folder(folder.path).files.golden)

    told = format_scoreboard(score_questions(make_engine_answerer(small_knowledge), questions))

    assert "golden questions" in told
    assert "link-check" in told
    assert "'how do i link my licence' got link-how" in told


def test_a_scoreboard_without_faults_is_one_table(small_knowledge: Knowledge, folder: Any) -> None:
    questions = list_golden_questions(read_folder(folder.path).files.golden)

    assert (
        len(
            format_scoreboard(score_questions(make_engine_answerer(small_knowledge), questions))
            .strip()
            .splitlines()
        )
        == 2
    )
