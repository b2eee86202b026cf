"""What the ledger tells keepers: how conversations ended, which answers help, where people leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.core.turn import Kind

_PAUSE = timedelta(hours=1)  # after which somebody begins anew


class Line(Protocol):
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


_BY_KIND = {
    Kind.ARTICLE.value: Ending.ANSWERED,
    Kind.STEP.value: Ending.LEFT,
    Kind.SUGGEST.value: Ending.LEFT,
    Kind.MISS.value: Ending.MISSED,
    Kind.ELSEWHERE.value: Ending.ELSEWHERE,
    Kind.REFUSAL.value: Ending.REFUSED,
}

Talk = Sequence[Line]


def talks(lines: Iterable[Line]) -> list[Talk]:
    """Return the lines as conversations: of one person, and without a long pause."""
    found: list[list[Line]] = []
    last: dict[str, list[Line]] = {}
    for line in lines:
        talk = last.get(line.who)
        if talk is None or line.when - talk[-1].when > _PAUSE:
            talk = last[line.who] = []
            found.append(talk)
        talk.append(line)
    return [*found]


def ending(talk: Talk) -> Ending | None:
    """Return how a conversation ended, None where somebody only looked around."""
    for line in reversed(talk):
        if line.verdict:
            return Ending.FIXED if line.verdict == "good" else Ending.STUCK
        if line.kind in _BY_KIND:
            return _BY_KIND[line.kind]
    return None


def endings(found: Iterable[Talk]) -> dict[Ending, int]:
    """Return how many conversations ended how, every ending named."""
    counts = Counter(ending(talk) for talk in found)
    return {how: counts[how] for how in Ending}


def by_day(found: Iterable[Talk], since: date, until: date) -> dict[date, dict[Ending, int]]:
    """Return for each day of a period how the conversations that began on it ended."""
    days: dict[date, list[Talk]] = {}
    for talk in found:
        days.setdefault(talk[0].when.date(), []).append(talk)
    length = (until - since).days + 1
    return {
        day: endings(days.get(day, ())) for day in (since + timedelta(number) for number in range(length))
    }


@dataclass(frozen=True, slots=True)
class Worth:
    """How often an answer was shown, and what people said of it."""

    subject: str
    shown: int
    good: int
    bad: int

    @property
    def doubt(self) -> float:
        """How little it helps, with few verdicts counting little."""
        return (self.bad + 1) / (self.bad + self.good + 2)


def worths(lines: Iterable[Line]) -> list[Worth]:
    """Return what each answer is worth, those first that help least."""
    shown: Counter[str] = Counter()
    said: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if line.subject and line.kind in {Kind.ARTICLE, Kind.REFUSAL}:
            shown[line.subject] += 1
        if line.judged:
            said[line.judged, line.verdict] += 1
    subjects = {*shown, *(subject for subject, _ in said)}
    found = [Worth(one, shown[one], said[one, "good"], said[one, "bad"]) for one in subjects]
    return sorted(found, key=lambda worth: (-worth.doubt, -worth.bad, -worth.shown, worth.subject))


@dataclass(frozen=True, slots=True)
class Passed:
    """How many conversations came to a step, and how many ended there."""

    asked: int = 0
    left: int = 0

    @property
    def share(self) -> float:
        """The share that ended there."""
        return self.left / self.asked if self.asked else 0.0


def passed(found: Iterable[Talk]) -> Mapping[str, Passed]:
    """Return for each "flow/step" how many came and how many left there."""
    asked: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for talk in found:
        asked.update({f"{line.subject}/{line.step}" for line in talk if line.step})
        if talk[-1].step:
            left[f"{talk[-1].subject}/{talk[-1].step}"] += 1
    return {place: Passed(count, left[place]) for place, count in asked.items()}
