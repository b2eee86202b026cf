"""What the ledger tells keepers: how conversations ended, which answers help, where people leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from keyguide.core.model.turn import Kind

_SESSION_GAP = timedelta(hours=1)  # after which somebody begins anew


class UsageRecord(Protocol):
    """A line of the ledger, as every memory hands it out."""

    @property
    def when(self) -> datetime: ...
    @property
    def who(self) -> str: ...
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
    """How a conversation ended."""

    FIXED = "fixed"
    ANSWERED = "answered"
    STUCK = "stuck"
    LEFT = "left"
    MISSED = "missed"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"


_ENDING_BY_KIND = {
    Kind.ARTICLE.value: Ending.ANSWERED,
    Kind.STEP.value: Ending.LEFT,
    Kind.SUGGEST.value: Ending.LEFT,
    Kind.MISS.value: Ending.MISSED,
    Kind.ELSEWHERE.value: Ending.ELSEWHERE,
    Kind.REFUSAL.value: Ending.REFUSED,
}

Session = Sequence[UsageRecord]


def split_sessions(lines: Iterable[UsageRecord]) -> list[Session]:
    """Return the lines as conversations: of one person, and without a long pause."""
    found: list[list[UsageRecord]] = []
    last: dict[str, list[UsageRecord]] = {}
    for line in lines:
        talk = last.get(line.who)
        if talk is None or line.when - talk[-1].when > _SESSION_GAP:
            talk = last[line.who] = []
            found.append(talk)
        talk.append(line)
    return [*found]


def find_ending(talk: Session) -> Ending | None:
    """Return how a conversation ended, None where somebody only looked around."""
    for line in reversed(talk):
        if line.verdict:
            return Ending.FIXED if line.verdict == "good" else Ending.STUCK
        if line.kind in _ENDING_BY_KIND:
            return _ENDING_BY_KIND[line.kind]
    return None


def count_endings(found: Iterable[Session]) -> dict[Ending, int]:
    """Return how many conversations ended how, every ending named."""
    counts = Counter(find_ending(talk) for talk in found)
    return {how: counts[how] for how in Ending}


def count_endings_by_day(found: Iterable[Session], since: date, until: date) -> dict[date, dict[Ending, int]]:
    """Return for each day of a period how the conversations that began on it ended."""
    days: dict[date, list[Session]] = {}
    for talk in found:
        days.setdefault(talk[0].when.date(), []).append(talk)
    length = (until - since).days + 1
    return {
        day: count_endings(days.get(day, ()))
        for day in (since + timedelta(number) for number in range(length))
    }


@dataclass(frozen=True, slots=True)
class AnswerStats:
    """How often an answer was shown, and what people said of it."""

    subject: str
    shown: int
    good: int
    bad: int

    @property
    def bad_share(self) -> float:
        """How little it helps, with few verdicts counting little."""
        return (self.bad + 1) / (self.bad + self.good + 2)


def rank_answers(lines: Iterable[UsageRecord]) -> list[AnswerStats]:
    """Return what each answer is worth, those first that help least."""
    shown: Counter[str] = Counter()
    said: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if line.subject and line.kind in {Kind.ARTICLE, Kind.REFUSAL}:
            shown[line.subject] += 1
        if line.judged:
            said[line.judged, line.verdict] += 1
    subjects = {*shown, *(subject for subject, _ in said)}
    found = [AnswerStats(one, shown[one], said[one, "good"], said[one, "bad"]) for one in subjects]
    return sorted(found, key=lambda worth: (-worth.bad_share, -worth.bad, -worth.shown, worth.subject))


@dataclass(frozen=True, slots=True)
class StepStats:
    """How many conversations came to a step, and how many ended there."""

    asked: int = 0
    left: int = 0

    @property
    def left_share(self) -> float:
        """The share that ended there."""
        return self.left / self.asked if self.asked else 0.0


def count_steps(found: Iterable[Session]) -> Mapping[str, StepStats]:
    """Return for each "flow/step" how many came and how many left there."""
    asked: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for talk in found:
        asked.update({f"{line.subject}/{line.step}" for line in talk if line.step})
        if talk[-1].step:
            left[f"{talk[-1].subject}/{talk[-1].step}"] += 1
    return {place: StepStats(count, left[place]) for place, count in asked.items()}
