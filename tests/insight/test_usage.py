"""The ledger read as keepers need it: endings, days, answers, and where a flow is left."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from keyguide.insight import usage
from keyguide.insight.usage import AnswerStats, Ending, StepStats
from keyguide.store.protocols import LedgerEntry

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def line(kind: str, who: str = "ann", at: float = 0, **more: str) -> LedgerEntry:
    return LedgerEntry(NOON + timedelta(minutes=at), who, "guild:1", kind, **more)


def test_the_lines_of_one_person_are_one_conversation() -> None:
    lines = [line("menu"), line("menu", "ben", 1), line("step", at=2)]

    assert usage.split_sessions(lines) == [[lines[0], lines[2]], [lines[1]]]


def test_after_a_long_pause_a_new_conversation_begins() -> None:
    lines = [line("menu"), line("step", at=60), line("article", at=121)]

    assert usage.split_sessions(lines) == [lines[:2], lines[2:]]


@pytest.mark.parametrize(
    ("lines", "how"),
    [
        ([line("article")], Ending.ANSWERED),
        ([line("article"), line("menu")], Ending.ANSWERED),
        ([line("miss"), line("menu", verdict="good")], Ending.FIXED),
        ([line("article"), line("article", verdict="bad")], Ending.STUCK),
        ([line("article", verdict="bad"), line("article")], Ending.ANSWERED),
        ([line("article"), line("step")], Ending.ABANDONED),
        ([line("suggest")], Ending.ABANDONED),
        ([line("miss")], Ending.MISSED),
        ([line("elsewhere")], Ending.ELSEWHERE),
        ([line("refusal")], Ending.REFUSED),
        ([line("menu")], None),
    ],
    ids=str,
)
def test_a_conversation_ends_as_its_last_telling_line_says(
    lines: list[LedgerEntry], how: Ending | None
) -> None:
    assert usage.find_ending(lines) == how


def test_every_ending_is_counted_also_those_that_did_not_happen() -> None:
    counts = usage.count_endings([[line("article")], [line("article")], [line("menu")]])

    assert counts == {**dict.fromkeys(Ending, 0), Ending.ANSWERED: 2}


def test_every_day_of_a_period_is_told() -> None:
    days = usage.count_endings_by_day([[line("miss")]], date(2026, 11, 19), date(2026, 11, 21))

    assert [day.day for day in days] == [19, 20, 21]
    assert [one[Ending.MISSED] for one in days.values()] == [0, 1, 0]


def test_answers_that_help_least_come_first_and_few_verdicts_count_little() -> None:
    lines = [
        *(line("article", subject="fine") for _ in range(3)),
        line("menu", judged="fine", verdict="good"),
        *(line("article", judged="poor", verdict="bad", subject="next") for _ in range(5)),
        line("article", judged="unlucky", verdict="bad"),
        line("step", subject="flow"),
    ]

    found = usage.rank_answers(lines)

    assert [worth.subject for worth in found] == ["poor", "unlucky", "next", "fine"]
    assert found[0] == AnswerStats("poor", 0, 0, 5)
    assert found[-1] == AnswerStats("fine", 3, 1, 0)


def test_a_step_counts_who_came_and_who_went_no_further() -> None:
    talks = [
        [
            line("step", subject="f", step="one"),
            line("step", subject="f", step="two"),
            line("step", subject="f", step="one"),
        ],
        [line("step", subject="f", step="one"), line("article")],
    ]

    found = usage.count_steps(talks)

    assert found == {"f/one": StepStats(2, 1), "f/two": StepStats(1, 0)}
    assert found["f/one"].left_share == 0.5
    assert StepStats().left_share == 0.0
