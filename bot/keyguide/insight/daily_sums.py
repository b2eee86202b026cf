"""Count lines of the ledger one by one into sums by day and place, without reading the lines before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from keyguide.core.model.daily_counts import EVERYWHERE, DailyCount, Measure, Session
from keyguide.insight.sessions import SESSION_GAP
from keyguide.insight.usage import PAGE_KINDS, UsageRecord, find_ending

_Sum = tuple[str, str, Measure, str, str, str]  # the fields of a DailyCount without its total


def count_lines(
    lines: Iterable[UsageRecord], sessions: Iterable[Session]
) -> tuple[list[DailyCount], list[Session]]:
    """Count lines, oldest first; return what to add to the sums, and the sessions as they are now.

    A session is counted as if it ended with its last line. If it goes on, that is taken back, so that an
    addition may be below zero.
    """
    open_sessions = {(session.who, session.place): session for session in sessions}
    changed: dict[tuple[str, str], Session] = {}
    sums: Counter[_Sum] = Counter()
    for line in lines:
        key = line.who, line.place
        before = open_sessions.get(key)
        if before is not None and abs(line.when - before.last) > SESSION_GAP:  # also if the clock jumped
            before = None
        after = _continue_session(before, line)
        for counted, number in (*_list_session_sums(before, -1), *_list_session_sums(after, 1)):
            sums[counted] += number
        sums.update(_list_line_sums(line))
        open_sessions[key] = changed[key] = after
    counts = [DailyCount(*counted, number) for counted, number in sums.items() if number]
    return [*counts, *_add_up_places(counts)], [*changed.values()]


def _continue_session(session: Session | None, line: UsageRecord) -> Session:
    if session is None:
        session = Session(line.who, line.place, line.when.date().isoformat(), line.when)
    step = f"{line.subject}/{line.step}" if line.step else ""
    return replace(
        session,
        last=max(session.last, line.when),
        ending=find_ending(line) or session.ending,
        step=step,
        steps=session.steps if step in {"", *session.steps} else (*session.steps, step),
    )


def _list_session_sums(session: Session | None, number: int) -> Iterator[tuple[_Sum, int]]:
    """List where a session is counted."""
    if session is None:
        return
    yield (session.day, session.place, Measure.ENDED, "", "", session.ending), number
    for step in session.steps:
        yield (session.day, session.place, Measure.ASKED, *_split_step(step), ""), number
    if session.step:
        yield (session.day, session.place, Measure.LEFT, *_split_step(session.step), ""), number


def _list_line_sums(line: UsageRecord) -> Iterator[_Sum]:
    """List where a line itself is counted."""
    day = line.when.date().isoformat()
    if line.subject and line.kind in PAGE_KINDS:
        yield day, line.place, Measure.SHOWN, line.subject, "", line.kind
    if line.judged:
        yield day, line.place, Measure.JUDGED, line.judged, "", line.verdict


def _split_step(step: str) -> tuple[str, str]:
    flow, _, name = step.partition("/")
    return flow, name


def _add_up_places(counts: Iterable[DailyCount]) -> list[DailyCount]:
    """Add up the counts of all places; what was asked nowhere in particular is counted there already."""
    sums: Counter[_Sum] = Counter()
    for one in counts:
        if one.place != EVERYWHERE:
            sums[one.day, EVERYWHERE, Measure(one.measure), one.subject, one.step, one.value] += one.total
    return [DailyCount(*counted, number) for counted, number in sums.items() if number]
