"""Summarise the sums of the ledger: how sessions ended, which answers help, where people leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from keyguide.core.model.daily_counts import DailyCount, Measure
from keyguide.core.model.turn import Kind


class UsageRecord(Protocol):
    """A line of the ledger, as every store returns it."""

    @property
    def when(self) -> datetime: ...
    @property
    def who(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def judged(self) -> str: ...
    @property
    def verdict(self) -> str: ...


class Ending(StrEnum):
    """How a session ended: the lines of one person at one place, without a long pause."""

    CONFIRMED = "fixed"  # the person said so
    ASSUMED = "answered"  # they read an answer and said nothing
    HANDED_OVER = "handed"  # to a human
    STUCK = "stuck"  # they said so, or asked again and got the same page
    ABANDONED = "left"
    MISSED = "missed"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"


HUMAN = "human"  # in the ledger, the kind of a reply that hands over to a human
_ENDING_BY_KIND = {
    HUMAN: Ending.HANDED_OVER,
    Kind.ARTICLE.value: Ending.ASSUMED,
    Kind.STEP.value: Ending.ABANDONED,
    Kind.SUGGEST.value: Ending.ABANDONED,
    Kind.MISS.value: Ending.MISSED,
    Kind.ELSEWHERE.value: Ending.ELSEWHERE,
    Kind.REFUSAL.value: Ending.REFUSED,
}


PAGE_KINDS = frozenset((Kind.ARTICLE, Kind.REFUSAL, HUMAN))


def find_ending(line: UsageRecord) -> Ending | None:
    """Find how a session ends with this line, or return None if the line does not say."""
    if line.verdict and line.kind != HUMAN:  # who was stuck and then handed over was handed over
        return Ending.CONFIRMED if line.verdict == "good" else Ending.STUCK
    return _ENDING_BY_KIND.get(line.kind)


def count_sessions(counts: Iterable[DailyCount]) -> int:
    """Count the sessions, also those in which somebody only looked around."""
    return sum(count.total for count in counts if count.measure == Measure.ENDED)


def count_endings(counts: Iterable[DailyCount]) -> dict[Ending, int]:
    """Count the sessions for each ending, 0 if none ended that way."""
    sums: Counter[str] = Counter()
    for count in counts:
        if count.measure == Measure.ENDED:
            sums[count.value] += count.total
    return {ending: sums[ending] for ending in Ending}


def count_endings_by_day(
    counts: Iterable[DailyCount], since: date, until: date
) -> dict[date, dict[Ending, int]]:
    """Count the endings for each day of a period, by the day on which a session began."""
    days: dict[str, list[DailyCount]] = {}
    for count in counts:
        if count.measure == Measure.ENDED:
            days.setdefault(count.day, []).append(count)
    period = (since + timedelta(number) for number in range((until - since).days + 1))
    return {day: count_endings(days.get(day.isoformat(), ())) for day in period}


@dataclass(frozen=True, slots=True)
class AnswerStats:
    """How often an answer was shown, and how people rated it."""

    subject: str
    shown: int
    good: int
    bad: int  # including those who asked again and got the same page

    @property
    def bad_share(self) -> float:
        """The share of bad verdicts, smoothed so that a few verdicts count little."""
        return (self.bad + 1) / (self.bad + self.good + 2)


def rank_answers(counts: Iterable[DailyCount]) -> list[AnswerStats]:
    """Rank the answers by how much they help, the least helpful first."""
    shown: Counter[str] = Counter()
    verdicts: Counter[tuple[str, str]] = Counter()
    for count in counts:
        if count.measure == Measure.SHOWN:
            shown[count.subject] += count.total
        if count.measure == Measure.JUDGED:
            verdicts[count.subject, "good" if count.value == "good" else "bad"] += count.total
    subjects = {*shown, *(subject for subject, _ in verdicts)}
    answers = [
        AnswerStats(subject, shown[subject], verdicts[subject, "good"], verdicts[subject, "bad"])
        for subject in subjects
    ]
    return sorted(answers, key=lambda answer: (-answer.bad_share, -answer.bad, -answer.shown, answer.subject))


@dataclass(frozen=True, slots=True)
class StepStats:
    """How many sessions came to a step, and how many ended there."""

    asked: int = 0
    left: int = 0

    @property
    def left_share(self) -> float:
        """The share of sessions that ended there, 0 if none came."""
        return self.left / self.asked if self.asked else 0.0


def count_steps(counts: Iterable[DailyCount]) -> Mapping[str, StepStats]:
    """Count for each "flow/step" how many sessions came there and how many ended there."""
    sums: dict[str, Counter[str]] = {Measure.ASKED: Counter(), Measure.LEFT: Counter()}
    for count in counts:
        if count.measure in sums:
            sums[count.measure][f"{count.subject}/{count.step}"] += count.total
    asked, left = sums[Measure.ASKED], sums[Measure.LEFT]
    return {place: StepStats(number, left[place]) for place, number in asked.items()}
