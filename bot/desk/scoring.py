"""Scores: how many practice questions the engine (or a plain search, for comparison) answers rightly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from bot.core.conversation import Conversation
from bot.core.golden import Golden
from bot.core.knowledge import Knowledge
from bot.core.respond import respond
from bot.core.turn import Kind, Turn
from bot.errors import SettingsError

CLASSES = ("in", "near", "far", "refuse")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with everything that would answer it; `kind` is in, near, far or refuse."""

    text: str
    topics: tuple[str, ...]
    kind: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: the kind of reply, what it is about, and everything that it shows or offers."""

    kind: str
    subject: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """One question, what came, and how long that took."""

    asked: Asked
    answer: Answer
    seconds: float

    @property
    def first(self) -> bool:
        """Whether a question of ours got an acceptable answer at once."""
        return self.asked.kind == "in" and self._answered and self.answer.subject in self.asked.topics

    @property
    def shown(self) -> bool:
        """Whether a question of ours was shown or offered an acceptable answer."""
        return self.asked.kind == "in" and not self._topics.isdisjoint(self.answer.shown)

    @property
    def wrong(self) -> bool:
        """Whether an article was shown that answers another question."""
        ours = self.asked.kind == "in" and self.answer.subject not in self.asked.topics
        return self.answer.kind == Kind.ARTICLE and (ours or self.asked.kind in {"near", "far"})

    @property
    def refused(self) -> bool:
        """Whether what must be refused was."""
        return self.asked.kind == "refuse" and self.answer.kind == Kind.REFUSAL

    @property
    def right(self) -> bool:
        """Whether nothing could be better: answered at once, refused, or left alone."""
        return self.first or self.refused or (self.asked.kind in {"near", "far"} and not self.wrong)

    @property
    def _answered(self) -> bool:
        return self.answer.kind in {Kind.ARTICLE, Kind.STEP}

    @property
    def _topics(self) -> frozenset[str]:
        return frozenset(self.asked.topics)


Answerer = Callable[[str], Answer]


def engine(knowledge: Knowledge) -> Answerer:
    """Return what answers as the program does, each question in a conversation of its own."""

    def answer(text: str) -> Answer:
        _, reply = respond(knowledge, Conversation("score"), Turn("score", text=text))
        subject = reply.subject or ""
        return Answer(reply.kind.value, subject, (subject, *reply.offers))

    return answer


def marked(answer: Answerer, questions: Iterable[Asked]) -> list[Mark]:
    """Ask every question, one after the other."""
    marks = []
    for asked in questions:
        begun = perf_counter()
        got = answer(asked.text)
        marks.append(Mark(asked, got, perf_counter() - begun))
    return marks


def practice(name: str, lines: Iterable[str]) -> list[Asked]:
    """Read practice questions: JSON lines with `q`, `topics`, `class` and `origin`."""
    return [_asked(f"{name}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]


def golden_questions(golden: Mapping[str, Golden]) -> list[Asked]:
    """Return the golden questions of all files."""
    files = golden.values()
    return [Asked(one.say, one.topics, one.kind) for file in files for one in file.questions]


def _asked(where: str, line: str) -> Asked:
    try:
        found = json.loads(line)
        asked = Asked(found["q"], tuple(found["topics"]), found["class"], found.get("origin", ""))
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise SettingsError(f"{where}: write an object with q, topics, class and origin") from None
    if not isinstance(asked.text, str) or asked.kind not in CLASSES:
        raise SettingsError(f"{where}: q is a text, and class one of {', '.join(CLASSES)}")
    return asked


HEAD = (
    *("", "of ours", "first", "shown", "wrong"),
    *("near", "false", "far", "false", "refuse", "refused", "ms p50"),
)


def compared(ways: Mapping[str, Sequence[Mark]]) -> str:
    """Return the table of several ways to answer: over all questions, and over the real ones alone."""
    rows: list[tuple[str, ...]] = [HEAD]
    for name, marks in ways.items():
        rows.append(row(f"{name}, all", marks))
        if real := [mark for mark in marks if mark.asked.origin == "real"]:
            rows.append(row(f"{name}, real", real))
    return table(rows)


def row(name: str, marks: Sequence[Mark]) -> tuple[str, ...]:
    """Return one line of the table: how well a set of questions was answered."""
    ours, near, far, refuse = ([mark for mark in marks if mark.asked.kind == kind] for kind in CLASSES)
    return (
        name,
        str(len(ours)),
        *(share(sum(getattr(mark, what) for mark in ours), len(ours)) for what in HEAD[2:5]),
        str(len(near)),
        share(sum(mark.wrong for mark in near), len(near)),
        str(len(far)),
        share(sum(mark.wrong for mark in far), len(far)),
        str(len(refuse)),
        share(sum(mark.refused for mark in refuse), len(refuse)),
        f"{1000 * median(mark.seconds for mark in marks):.2f}" if marks else "-",
    )


def share(part: int, whole: int) -> str:
    """Return a share of 1 as people write it, a dash where there is nothing to share."""
    return f"{part / whole:.3f}" if whole else "-"


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows in columns, the first to the left and the others to the right."""
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def by_topic(marks: Iterable[Mark]) -> Iterator[tuple[str, ...]]:
    """Yield for each first topic that is not always answered at once: how many, first, shown, wrong."""
    topics: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.asked.kind == "in" and mark.asked.topics:
            topics.setdefault(mark.asked.topics[0], []).append(mark)
    for topic, ones in sorted(topics.items()):
        counts = [sum(getattr(mark, what) for mark in ones) for what in ("first", "shown", "wrong")]
        if counts[0] < len(ones):
            yield (topic, str(len(ones)), *map(str, counts))
