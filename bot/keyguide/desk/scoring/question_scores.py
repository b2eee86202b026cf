"""Measure how many practice questions the engine, or a plain search for comparison, answers correctly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.golden_tests import GoldenTests
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Kind, Turn
from keyguide.errors import SettingsError

CLASSES = ("in", "near", "far", "refuse")


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the topics that would answer it; `kind` is in, near, far or refuse."""

    text: str
    topics: tuple[str, ...]
    kind: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ReplySummary:
    """A reply in short: its kind, its subject, and everything that it shows or offers."""

    kind: str
    subject: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """One question with its reply and the time that the reply took."""

    question: LabelledQuestion
    answer: ReplySummary
    seconds: float

    @property
    def first(self) -> bool:
        """Whether a question that belongs to us got an acceptable answer at once."""
        return self.question.kind == "in" and self._has_answer and self.answer.subject in self.question.topics

    @property
    def shown(self) -> bool:
        """Whether a question that belongs to us was shown or offered an acceptable answer."""
        return self.question.kind == "in" and not self._topics.isdisjoint(self.answer.shown)

    @property
    def wrong(self) -> bool:
        """Whether the reply is an article that does not answer the question."""
        is_wrong_topic = self.question.kind == "in" and self.answer.subject not in self.question.topics
        return self.answer.kind == Kind.ARTICLE and (is_wrong_topic or self.question.kind in {"near", "far"})

    @property
    def is_refused(self) -> bool:
        """Whether a question that must be refused was refused."""
        return self.question.kind == "refuse" and self.answer.kind == Kind.REFUSAL

    @property
    def is_right(self) -> bool:
        """Whether the reply is the best possible: answered at once, refused, or left without an article."""
        return self.first or self.is_refused or (self.question.kind in {"near", "far"} and not self.wrong)

    @property
    def _has_answer(self) -> bool:
        return self.answer.kind in {Kind.ARTICLE, Kind.STEP}

    @property
    def _topics(self) -> frozenset[str]:
        return frozenset(self.question.topics)


Answerer = Callable[[str], ReplySummary]


def make_engine_answerer(knowledge: Knowledge) -> Answerer:
    """Build an answerer that uses the engine, with a new conversation for each question."""

    def answer(text: str) -> ReplySummary:
        _, reply = respond(knowledge, Conversation("score"), Turn("score", text=text))
        subject = reply.subject or ""
        return ReplySummary(reply.kind.value, subject, (subject, *reply.offers))

    return answer


def score_questions(answer: Answerer, questions: Iterable[LabelledQuestion]) -> list[QuestionScore]:
    """Ask every question in turn and measure the reply time."""
    scores = []
    for question in questions:
        start = perf_counter()
        summary = answer(question.text)
        scores.append(QuestionScore(question, summary, perf_counter() - start))
    return scores


def read_questions(name: str, lines: Iterable[str]) -> list[LabelledQuestion]:
    """Read practice questions: JSON lines with `q`, `topics`, `class` and `origin`."""
    return [_parse_question(f"{name}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]


def list_golden_questions(golden: Mapping[str, GoldenTests]) -> list[LabelledQuestion]:
    """Collect the golden questions of all files."""
    questions = [question for file in golden.values() for question in file.questions]
    return [LabelledQuestion(question.say, question.topics, question.kind) for question in questions]


def _parse_question(place: str, line: str) -> LabelledQuestion:
    """Parse one line; raise SettingsError with its place if it is not valid."""
    try:
        data = json.loads(line)
        question = LabelledQuestion(data["q"], tuple(data["topics"]), data["class"], data.get("origin", ""))
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise SettingsError(f"{place}: write an object with q, topics, class and origin") from None
    if not isinstance(question.text, str) or question.kind not in CLASSES:
        raise SettingsError(f"{place}: q must be a text, and class one of {', '.join(CLASSES)}")
    return question


HEADER = (
    *("", "of ours", "first", "shown", "wrong"),
    *("near", "false", "far", "false", "refuse", "refused", "ms p50"),
)


def format_comparison(scores_by_name: Mapping[str, Sequence[QuestionScore]]) -> str:
    """Format a table that compares several answerers, over all questions and over the real ones alone."""
    rows: list[tuple[str, ...]] = [HEADER]
    for name, scores in scores_by_name.items():
        rows.append(format_row(f"{name}, all", scores))
        if real := [score for score in scores if score.question.origin == "real"]:
            rows.append(format_row(f"{name}, real", real))
    return format_table(rows)


def format_row(name: str, scores: Sequence[QuestionScore]) -> tuple[str, ...]:
    """Compute one row of the table: how well a set of questions was answered."""
    ours, near, far, refuse = ([score for score in scores if score.question.kind == kind] for kind in CLASSES)
    return (
        name,
        str(len(ours)),
        *(format_share(sum(getattr(score, column) for score in ours), len(ours)) for column in HEADER[2:5]),
        str(len(near)),
        format_share(sum(score.wrong for score in near), len(near)),
        str(len(far)),
        format_share(sum(score.wrong for score in far), len(far)),
        str(len(refuse)),
        format_share(sum(score.is_refused for score in refuse), len(refuse)),
        f"{1000 * median(score.seconds for score in scores):.2f}" if scores else "-",
    )


def format_share(count: int, total: int) -> str:
    """Format a share with three decimals, or a dash if the total is zero."""
    return f"{count / total:.3f}" if total else "-"


def format_table(rows: Iterable[Sequence[str]]) -> str:
    """Align rows in columns, the first column to the left and the others to the right."""
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def count_by_topic(scores: Iterable[QuestionScore]) -> Iterator[tuple[str, ...]]:
    """Count the results by the first topic of each question: topic, total, first, shown and wrong.

    A topic is left out if all its questions are answered at once.
    """
    by_topic: dict[str, list[QuestionScore]] = {}
    for score in scores:
        if score.question.kind == "in" and score.question.topics:
            by_topic.setdefault(score.question.topics[0], []).append(score)
    for topic, group in sorted(by_topic.items()):
        counts = [sum(getattr(score, column) for score in group) for column in ("first", "shown", "wrong")]
        if counts[0] < len(group):
            yield (topic, str(len(group)), *map(str, counts))
