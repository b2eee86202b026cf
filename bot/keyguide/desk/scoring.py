"""Scores: how many practice questions the engine (or a plain search, for comparison) answers rightly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.golden_tests import GoldenTests
from keyguide.core.model.turn import Kind, Turn
from keyguide.errors import SettingsError

CLASSES = ("in", "near", "far", "refuse")


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with everything that would answer it; `kind` is in, near, far or refuse."""

    text: str
    topics: tuple[str, ...]
    kind: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ReplySummary:
    """What came: the kind of reply, what it is about, and everything that it shows or offers."""

    kind: str
    subject: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """One question, what came, and how long that took."""

    asked: LabelledQuestion
    answer: ReplySummary
    seconds: float

    @property
    def first(self) -> bool:
        """Whether a question of ours got an acceptable answer at once."""
        return self.asked.kind == "in" and self._has_answer and self.answer.subject in self.asked.topics

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
    def is_refused(self) -> bool:
        """Whether what must be refused was."""
        return self.asked.kind == "refuse" and self.answer.kind == Kind.REFUSAL

    @property
    def is_right(self) -> bool:
        """Whether nothing could be better: answered at once, refused, or left alone."""
        return self.first or self.is_refused or (self.asked.kind in {"near", "far"} and not self.wrong)

    @property
    def _has_answer(self) -> bool:
        return self.answer.kind in {Kind.ARTICLE, Kind.STEP}

    @property
    def _topics(self) -> frozenset[str]:
        return frozenset(self.asked.topics)


Answerer = Callable[[str], ReplySummary]


def make_engine_answerer(knowledge: Knowledge) -> Answerer:
    """Return what answers as the program does, each question in a conversation of its own."""

    def answer(text: str) -> ReplySummary:
        _, reply = respond(knowledge, Conversation("score"), Turn("score", text=text))
        subject = reply.subject or ""
        return ReplySummary(reply.kind.value, subject, (subject, *reply.offers))

    return answer


def score_questions(answer: Answerer, questions: Iterable[LabelledQuestion]) -> list[QuestionScore]:
    """Ask every question, one after the other."""
    marks = []
    for asked in questions:
        begun = perf_counter()
        got = answer(asked.text)
        marks.append(QuestionScore(asked, got, perf_counter() - begun))
    return marks


def read_questions(name: str, lines: Iterable[str]) -> list[LabelledQuestion]:
    """Read practice questions: JSON lines with `q`, `topics`, `class` and `origin`."""
    return [_parse_question(f"{name}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]


def list_golden_questions(golden: Mapping[str, GoldenTests]) -> list[LabelledQuestion]:
    """Return the golden questions of all files."""
    files = golden.values()
    return [LabelledQuestion(one.say, one.topics, one.kind) for file in files for one in file.questions]


def _parse_question(where: str, line: str) -> LabelledQuestion:
    try:
        found = json.loads(line)
        asked = LabelledQuestion(found["q"], tuple(found["topics"]), found["class"], found.get("origin", ""))
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise SettingsError(f"{where}: write an object with q, topics, class and origin") from None
    if not isinstance(asked.text, str) or asked.kind not in CLASSES:
        raise SettingsError(f"{where}: q is a text, and class one of {', '.join(CLASSES)}")
    return asked


HEADER = (
    *("", "of ours", "first", "shown", "wrong"),
    *("near", "false", "far", "false", "refuse", "refused", "ms p50"),
)


def format_comparison(ways: Mapping[str, Sequence[QuestionScore]]) -> str:
    """Return the table of several ways to answer: over all questions, and over the real ones alone."""
    rows: list[tuple[str, ...]] = [HEADER]
    for name, marks in ways.items():
        rows.append(format_row(f"{name}, all", marks))
        if real := [mark for mark in marks if mark.asked.origin == "real"]:
            rows.append(format_row(f"{name}, real", real))
    return format_table(rows)


def format_row(name: str, marks: Sequence[QuestionScore]) -> tuple[str, ...]:
    """Return one line of the table: how well a set of questions was answered."""
    ours, near, far, refuse = ([mark for mark in marks if mark.asked.kind == kind] for kind in CLASSES)
    return (
        name,
        str(len(ours)),
        *(format_share(sum(getattr(mark, what) for mark in ours), len(ours)) for what in HEADER[2:5]),
        str(len(near)),
        format_share(sum(mark.wrong for mark in near), len(near)),
        str(len(far)),
        format_share(sum(mark.wrong for mark in far), len(far)),
        str(len(refuse)),
        format_share(sum(mark.is_refused for mark in refuse), len(refuse)),
        f"{1000 * median(mark.seconds for mark in marks):.2f}" if marks else "-",
    )


def format_share(part: int, whole: int) -> str:
    """Return a share of 1 as people write it, a dash where there is nothing to share."""
    return f"{part / whole:.3f}" if whole else "-"


def format_table(rows: Iterable[Sequence[str]]) -> str:
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


def count_by_topic(marks: Iterable[QuestionScore]) -> Iterator[tuple[str, ...]]:
    """Yield for each first topic that is not always answered at once: how many, first, shown, wrong."""
    topics: dict[str, list[QuestionScore]] = {}
    for mark in marks:
        if mark.asked.kind == "in" and mark.asked.topics:
            topics.setdefault(mark.asked.topics[0], []).append(mark)
    for topic, ones in sorted(topics.items()):
        counts = [sum(getattr(mark, what) for mark in ones) for what in ("first", "shown", "wrong")]
        if counts[0] < len(ones):
            yield (topic, str(len(ones)), *map(str, counts))
