"""Lines counted one by one into sums: how sessions ended, which answers help, where a flow is left."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguide.core.model.daily_counts import EVERYWHERE, DailyCount, Session
from keyguide.insight import usage
from keyguide.insight.daily_sums import count_lines
from keyguide.insight.usage import AnswerStats, Ending, StepStats
from keyguide.store.protocols import LedgerEntry

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def line(kind: str, who: str = "ann", at: float = 0, place: str = "guild:1", **more: str) -> LedgerEntry:
    return LedgerEntry(NOON + timedelta(minutes=at), who, place, kind, **more)


def count(*lines: LedgerEntry, place: str = EVERYWHERE, together: int = 1000) -> list[DailyCount]:
    """Count lines, some together, as the store would: it adds up what is counted, and keeps the sessions."""
    sums: Counter[tuple[str, ...]] = Counter()
    sessions: dict[tuple[str, str], Session] = {}
    for start in range(0, len(lines), together):
        counts, changed = count_lines(lines[start : start + together], sessions.values())
        sessions |= {(session.who, session.place): session for session in changed}
        for one in counts:
            sums[one.day, one.place, one.measure, one.subject, one.step, one.value] += one.total
    return [DailyCount(*key, total) for key, total in sums.items() if total and key[1] == place]


def test_the_lines_of_one_person_at_one_place_are_one_session() -> None:
    lines = [line("menu"), line("menu", "ben", 1), line("step", at=2), line("menu", at=3, place="guild:2")]

    assert usage.count_sessions(count(*lines)) == 3
    assert usage.count_sessions(count(*lines, place="guild:1")) == 2


def test_after_a_long_pause_a_new_session_begins() -> None:
    lines = [line("menu"), line("step", at=60), line("article", at=121)]

    assert usage.count_sessions(count(*lines)) == 2


def test_a_clock_that_jumps_back_begins_a_new_session_and_breaks_nothing() -> None:
    lines = [line("menu"), line("article", at=-600), line("article", at=-599)]

    assert usage.count_sessions(count(*lines, together=1)) == 2


@pytest.mark.parametrize(
    ("lines", "how"),
    [
        ([line("article")], Ending.ASSUMED),
        ([line("article"), line("menu")], Ending.ASSUMED),
        ([line("miss"), line("menu", verdict="good")], Ending.CONFIRMED),
        ([line("article"), line("article", verdict="bad")], Ending.STUCK),
        ([line("article", verdict="bad"), line("article")], Ending.ASSUMED),
        ([line("article"), line("step")], Ending.ABANDONED),
        ([line("suggest")], Ending.ABANDONED),
        ([line("miss")], Ending.MISSED),
        ([line("elsewhere")], Ending.ELSEWHERE),
        ([line("refusal")], Ending.REFUSED),
        ([line("article"), line("suggest", verdict="again")], Ending.STUCK),
        ([line("article"), line("human", verdict="bad")], Ending.HANDED_OVER),
        ([line("human"), line("menu", verdict="good")], Ending.CONFIRMED),
        ([line("menu")], None),
    ],
    ids=str,
)
def test_a_session_ends_as_its_last_telling_line_says(lines: list[LedgerEntry], how: Ending | None) -> None:
    endings = usage.count_endings(count(*lines))

    assert [ending for ending, number in endings.items() if number] == ([how] if how else [])


def test_every_ending_is_counted_also_those_that_did_not_happen() -> None:
    counts = usage.count_endings(count(line("article"), line("article", "ben"), line("menu", "eve")))

    assert counts == {**dict.fromkeys(Ending, 0), Ending.ASSUMED: 2}


def test_every_day_of_a_period_is_listed_and_a_session_belongs_to_the_day_it_began() -> None:
    late = [line("miss", at=11 * 60 + 50), line("miss", at=12 * 60 + 10)]
    days = usage.count_endings_by_day(count(*late), date(2026, 11, 19), date(2026, 11, 21))

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

    found = usage.rank_answers(count(*lines))

    assert [worth.subject for worth in found] == ["poor", "unlucky", "next", "fine"]
    assert found[0] == AnswerStats("poor", 0, 0, 5)
    assert found[-1] == AnswerStats("fine", 3, 1, 0)


def test_who_asks_again_and_gets_the_same_page_was_not_helped_by_it() -> None:
    lines = [line("article", subject="a"), line("suggest", subject="a", judged="a", verdict="again")]

    assert usage.rank_answers(count(*lines)) == [AnswerStats("a", 1, 0, 1)]


def test_a_step_counts_who_came_and_who_went_no_further() -> None:
    lines = [
        line("step", subject="f", step="one"),
        line("step", subject="f", step="two"),
        line("step", subject="f", step="one"),
        line("step", "ben", subject="f", step="one"),
        line("article", "ben"),
    ]

    found = usage.count_steps(count(*lines))

    assert found == {"f/one": StepStats(2, 1), "f/two": StepStats(1, 0)}
    assert found["f/one"].left_share == 0.5
    assert StepStats().left_share == 0.0


LINES = st.lists(
    st.builds(
        LedgerEntry,
        st.integers(-3000, 3000).map(lambda minutes: NOON + timedelta(minutes=minutes)),
        st.sampled_from(["ann", "ben"]),
        st.sampled_from(["guild:1", "guild:2", ""]),
        st.sampled_from(["article", "step", "menu", "miss"]),
        st.sampled_from(["f", "g"]),
        st.sampled_from(["", "one", "two"]),
        st.sampled_from(["", "f"]),
        st.sampled_from(["", "good", "bad"]),
    ),
    max_size=12,
)


@given(LINES, st.integers(1, 12))
def test_lines_add_up_to_the_same_sums_however_they_are_cut(lines: list[LedgerEntry], together: int) -> None:
    at_once, cut = count(*lines), count(*lines, together=together)

    assert sorted(map(repr, cut)) == sorted(map(repr, at_once))
    assert all(one.total > 0 for one in at_once)
    assert sum(one.total for one in at_once if one.measure == "shown") == sum(
        one.kind == "article" for one in lines
    )
