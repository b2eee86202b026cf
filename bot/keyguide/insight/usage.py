"""Summarise the ledger for keepers: how conversations ended, which answers help, where people leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from keyguide.core.model.turn import Kind

_SESSION_GAP = timedelta(hours=1)  # after which a new conversation begins


class UsageRecord(Protocol):
    """A line of the ledger, as every store returns it."""

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
    ABANDONED = "left"
    MISSED = "missed"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"


_ENDING_BY_KIND = {
    Kind.ARTICLE.value: Ending.ANSWERED,
    Kind.STEP.value: Ending.ABANDONED,
    Kind.SUGGEST.value: Ending.ABANDONED,
    Kind.MISS.value: Ending.MISSED,
    Kind.ELSEWHERE.value: Ending.ELSEWHERE,
    Kind.REFUSAL.value: Ending.REFUSED,
}

Session = Sequence[UsageRecord]


def split_sessions(lines: Iterable[UsageRecord]) -> list[Session]:
    """Split the lines into conversations, each of one person and without a long pause."""
    conversations: list[list[UsageRecord]] = []
    latest: dict[str, list[UsageRecord]] = {}
    for line in lines:
        conversation = latest.get(line.who)
        if conversation is None or line.when - conversation[-1].when > _SESSION_GAP:
            conversation = latest[line.who] = []
            conversations.append(conversation)
        conversation.append(line)
    return [*conversations]


def find_ending(conversation: Session) -> Ending | None:
    """Find how a conversation ended, or return None if somebody only looked around."""
    for line in reversed(conversation):
        if line.verdict:
            return Ending.FIXED if line.verdict == "good" else Ending.STUCK
        if line.kind in _ENDING_BY_KIND:
            return _ENDING_BY_KIND[line.kind]
    return None


def count_endings(conversations: Iterable[Session]) -> dict[Ending, int]:
    """Count the conversations for each ending, 0 if none ended that way."""
    counts = Counter(find_ending(conversation) for conversation in conversations)
    return {ending: counts[ending] for ending in Ending}


def count_endings_by_day(
    conversations: Iterable[Session], since: date, until: date
) -> dict[date, dict[Ending, int]]:
    """Count the endings for each day of a period, by the day on which a conversation began."""
    days: dict[date, list[Session]] = {}
    for conversation in conversations:
        days.setdefault(conversation[0].when.date(), []).append(conversation)
    length = (until - since).days + 1
    return {
        day: count_endings(days.get(day, ()))
        for day in (since + timedelta(number) for number in range(length))
    }


@dataclass(frozen=True, slots=True)
class AnswerStats:
    """How often an answer was shown, and how people rated it."""

    subject: str
    shown: int
    good: int
    bad: int

    @property
    def bad_share(self) -> float:
        """The share of bad verdicts, smoothed so that a few verdicts count little."""
        return (self.bad + 1) / (self.bad + self.good + 2)


def rank_answers(lines: Iterable[UsageRecord]) -> list[AnswerStats]:
    """Rank the answers by how much they help, the least helpful first."""
    shown: Counter[str] = Counter()
    verdicts: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if line.subject and line.kind in {Kind.ARTICLE, Kind.REFUSAL}:
            shown[line.subject] += 1
        if line.judged:
            verdicts[line.judged, line.verdict] += 1
    subjects = {*shown, *(subject for subject, _ in verdicts)}
    answers = [
        AnswerStats(subject, shown[subject], verdicts[subject, "good"], verdicts[subject, "bad"])
        for subject in subjects
    ]
    return sorted(answers, key=lambda answer: (-answer.bad_share, -answer.bad, -answer.shown, answer.subject))


@dataclass(frozen=True, slots=True)
class StepStats:
    """How many conversations came to a step, and how many ended there."""

    asked: int = 0
    left: int = 0

    @property
    def left_share(self) -> float:
        """The share of conversations that ended there, 0 if none came."""
        return self.left / self.asked if self.asked else 0.0


def count_steps(conversations: Iterable[Session]) -> Mapping[str, StepStats]:
    """Count for each "flow/step" how many conversations came there and how many ended there."""
    asked: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for conversation in conversations:
        asked.update({f"{line.subject}/{line.step}" for line in conversation if line.step})
        last = conversation[-1]
        if last.step:
            left[f"{last.subject}/{last.step}"] += 1
    return {place: StepStats(count, left[place]) for place, count in asked.items()}
