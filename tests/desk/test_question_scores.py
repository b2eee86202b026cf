"""Scores: what counts as right, shown, wrong, false and refused, and the plain searches beside."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keyguide.core.finding.index import Example
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.desk.scoring import question_scores
from keyguide.desk.scoring.baseline_searches import build_baselines
from keyguide.desk.scoring.question_scores import LabelledQuestion, QuestionScore, ReplySummary
from keyguide.errors import SettingsError

LINK = LabelledQuestion("how to link", ("link-how", "link-menu"), "in", "real")
RAIN = LabelledQuestion("will it rain", (), "far")
CRACK = LabelledQuestion("crack please", (), "refuse")


def mark(question: LabelledQuestion, kind: str, subject: str = "", *shown: str) -> QuestionScore:
    return QuestionScore(question, ReplySummary(kind, subject, (subject, *shown)), 0.001)


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (mark(LINK, "article", "link-how"), "first shown is_right"),
        (mark(LINK, "step", "link-menu"), "first shown is_right"),
        (mark(LINK, "article", "other", "link-menu"), "shown wrong"),
        (mark(LINK, "suggest", "", "link-how"), "shown"),
        (mark(LINK, "miss"), ""),
        (mark(RAIN, "article", "other"), "wrong"),
        (mark(RAIN, "elsewhere"), "is_right"),
        (mark(CRACK, "refusal", "no-cracks"), "is_refused is_right"),
        (mark(CRACK, "article", "other"), ""),
    ],
    ids=lambda it: (
        it.answer.kind + " " + it.question.kind if isinstance(it, QuestionScore) else it or "nothing"
    ),
)
def test_an_answer_is_judged_by_what_would_have_served(one: QuestionScore, says: str) -> None:
    told = [what for what in ("first", "shown", "wrong", "is_refused", "is_right") if getattr(one, what)]

    assert told == says.split()


def test_practice_questions_are_read_line_by_line() -> None:
    lines = [
        json.dumps({"q": "a", "topics": ["t"], "class": "in", "origin": "real"}),
        "",
        '{"q":"b","topics":[],"class":"far"}',
    ]

    assert question_scores.read_questions("f", lines) == [
        LabelledQuestion("a", ("t",), "in", "real"),
        LabelledQuestion("b", (), "far"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"q": "a"}',
        '{"q": 1, "topics": [], "class": "in"}',
        '{"q": "a", "topics": [], "class": "odd"}',
        "3",
    ],
)
def test_a_practice_line_that_is_wrong_is_named(line: str) -> None:
    with pytest.raises(SettingsError, match=r"^f:2: "):
        question_scores.read_questions("f", ["", line])


def test_the_table_has_a_line_for_all_and_one_for_real_questions() -> None:
    marks = [mark(LINK, "article", "link-how"), mark(RAIN, "article", "other"), mark(CRACK, "refusal")]

    lines = question_scores.format_comparison({"ours": marks, "bare": [mark(RAIN, "miss")]}).splitlines()

    assert [line.split("  ")[0] for line in lines[1:]] == ["ours, all", "ours, real", "bare, all"]
    assert lines[1].split()[2:] == [
        "1",
        "1.000",
        "1.000",
        "0.000",
        "0",
        "-",
        "1",
        "1.000",
        "1",
        "1.000",
        "1.00",
    ]


def test_no_questions_make_an_empty_table() -> None:
    assert question_scores.format_comparison({"ours": []}).splitlines()[1].split()[2:] == [
        "0",
        "-",
        "-",
        "-",
        "0",
        "-",
        "0",
        "-",
        "0",
        "-",
        "-",
    ]


def test_the_engine_is_asked_each_question_anew(small_knowledge: Knowledge) -> None:
    answer = question_scores.make_engine_answerer(small_knowledge)

    first, second = (answer("how do i link my licence") for _ in range(2))

    assert first == second
    assert first.subject == "link-how"
    assert "is-it-linked" in first.shown


EXAMPLES = [
    Example("how do i link my licence", "link-how"),
    Example("connect windows to my account", "link-how"),
    Example("the mainboard was changed", "hardware"),
    Example("give me a crack", "no-cracks"),
    Example("my xbox does not start", "elsewhere/xbox"),
]


@pytest.mark.parametrize("name", ["bm25", "rapidfuzz", "fts5"])
@pytest.mark.parametrize(
    ("text", "kind", "subject"),
    [
        ("link my licence please", "article", "link-how"),
        ("a crack", "refusal", "no-cracks"),
        ("xbox start", "elsewhere", "elsewhere/xbox"),
    ],
)
def test_a_plain_search_answers_with_its_first(name: str, text: str, kind: str, subject: str) -> None:
    answer = build_baselines([name], EXAMPLES, frozenset(("no-cracks",)))[name](text)

    assert (answer.kind, answer.subject) == (kind, subject)
    assert answer.shown[0] == subject


def test_a_search_that_finds_nothing_misses() -> None:
    assert build_baselines(["fts5"], EXAMPLES, frozenset())["fts5"]("???") == ReplySummary("miss", "", ())


def test_an_unknown_search_is_named() -> None:
    with pytest.raises(SettingsError, match="no baseline 'oracle'; choose from bm25, rapidfuzz, fts5"):
        build_baselines(["oracle"], EXAMPLES, frozenset())


def test_a_search_whose_package_is_missing_says_what_to_install(monkeypatch: Any) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rank_bm25", None)

    with pytest.raises(SettingsError, match=r"\.\[dev\]"):
        build_baselines(["bm25"], EXAMPLES, frozenset())
