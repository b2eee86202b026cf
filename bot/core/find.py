"""From a text to the articles that may answer it, with a confidence that was earned on held-out examples."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bot.core.features import Floats, Ints, Row, raw, weighed
from bot.core.words import Vocabulary

ELSEWHERE = "elsewhere/"

SIGNS = 7  # how many signs of confidence the gates look at
_OFFERED = 8  # labels; nobody reads on further
_PERHAPS = 0.2  # of the bar for "ours": below that, a guess would only be noise
_CODE = re.compile(r"(?:[0o]x)?(?=[a-f]*\d)[0-9a-f]{6,}")  # says nothing about a topic by its letters
Embed = Callable[[str], Floats]


@dataclass(frozen=True, slots=True)
class Example:
    """Something that people write, and the article, flow or `elsewhere/<group>` that it belongs to."""

    text: str
    label: str


class Verdict(StrEnum):
    """What the confidence allows: answer outright, offer a few, point elsewhere, or admit a miss."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    ELSEWHERE = "elsewhere"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class Found:
    """What a text is probably about, best first, and how far that can be trusted."""

    verdict: Verdict
    labels: tuple[str, ...] = ()
    elsewhere: str = ""
    sure: float = 0.0
    perhaps: tuple[str, ...] = ()  # what it may be about all the same, where it is sent on or missed

    @property
    def top(self) -> str:
        """The best label, empty where there is none."""
        return self.labels[0] if self.labels else ""


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """The rows that a text is compared with, and how each pulls towards the labels.

    `starts`, `rows` and `values` hold the rows turned round: for each bucket, the rows that have it.
    `known` marks the buckets of words that stand in a row of ours, `border` how each row pulls to "ours".
    Without a `pull`, each row stands for the label of the same number.
    """

    starts: Ints
    rows: Ints
    values: Floats
    known: Floats
    vectors: Floats
    pull: Floats
    border: Floats

    def familiar(self, row: Row) -> float:
        """Return the share of a text's words, by how telling they are, that questions of ours have used."""
        telling = row.values[: row.words] ** 2
        return float(telling @ self.known[row.buckets[: row.words]] / (telling.sum() or 1))

    def likeness(self, row: Row, vector: Floats | None = None) -> Floats:
        """Return how alike a weighed row (and its sentence vector) is to each row of the support."""
        buckets, values = row.buckets, row.values
        begins = self.starts[buckets]
        lengths = self.starts[buckets + 1] - begins
        skipped = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        places = np.repeat(begins - skipped, lengths) + np.arange(lengths.sum())
        weights = self.values[places] * np.repeat(values, lengths)
        like = np.bincount(self.rows[places], weights, minlength=self.size).astype(np.float32)
        return like if vector is None or not len(self.vectors) else like + self.vectors @ vector

    def scores(self, like: Floats) -> Floats:
        """Return what a likeness says of each label."""
        return like @ self.pull if len(self.pull) else like

    @property
    def size(self) -> int:
        """How many rows there are to be compared with."""
        return len(self.border)


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Everything that was learnt, as plain arrays that can be written to a file and read back.

    `mine` and `right` are the weights of the two gates (see `confidence`), `bars` their thresholds.
    """

    labels: tuple[str, ...]
    idf: Floats
    support: Support
    mine: Floats
    right: Floats
    bars: Floats

    @property
    def ours(self) -> Floats:
        """1 for every label that is an answer of ours, 0 for the groups that belong elsewhere."""
        return np.array([not label.startswith(ELSEWHERE) for label in self.labels], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What an index says of one text: a score for each label, and the signs of how far to trust them."""

    scores: Floats
    seen: Floats
    closest: float


def shares(scores: Floats) -> Floats:
    """Return scores as shares of 1 along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return result


def judged(support: Support, ours: Floats, row: Row, like: Floats) -> Judged:
    """Return what the support says of one weighed text and its likeness to each row."""
    scores, closest = support.scores(like), float(like.max())
    border = float(like @ support.border)
    return Judged(scores, _signs(scores, ours, (closest, support.familiar(row), border)), closest)


def _signs(scores: Floats, ours: Floats, others: tuple[float, ...]) -> Floats:
    """Return what the gates look at: signs of how far the scores of one text can be trusted."""
    share = shares(scores / 2)  # two learners pulled
    mine = np.sort(share * ours)
    theirs = float((share * (1 - ours)).sum())
    first, second, all = float(mine[-1]), float(mine[-2:].min()), float(mine.sum())
    return np.array(
        (
            1.0,
            np.log(first + 1e-4),
            np.log((first + 1e-3) / (second + 1e-3)),
            np.log((all + 1e-3) / (theirs + 1e-3)),
            *others,
        ),
        np.float32,
    )


def confidence(weights: Floats, seen: Floats) -> Floats:
    """Return the probability that a gate gives to the signs it sees."""
    result: Floats = 1 / (1 + np.exp(-np.clip(seen @ weights, -30, 30)))
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """An index with the vocabulary that its texts were normalised by."""

    index: Index
    words: Vocabulary
    embed: Embed | None = None

    def find(self, text: str) -> Found:
        """Return what the text is probably about."""
        said = self.judge(text)
        if said is None:
            return Found(Verdict.MISS)
        index = self.index
        mine, right = float(confidence(index.mine, said.seen)), float(confidence(index.right, said.seen))
        order = [index.labels[at] for at in np.argsort(-said.scores, kind="stable")]
        ours = tuple(label for label in order if not label.startswith(ELSEWHERE))[:_OFFERED]
        theirs = next((label for label in order if label.startswith(ELSEWHERE)), "").removeprefix(ELSEWHERE)
        perhaps = ours[:2] if mine >= float(index.bars[0]) * _PERHAPS else ()
        return Found(_verdict(index.bars, mine, right, said.closest), ours, theirs, right, perhaps)

    def judge(self, text: str) -> Judged | None:
        """Return what the index says of a text, None where the text or the index is empty."""
        words = written(self.words, text)
        index = self.index
        if not words or not index.labels:
            return None
        row = weighed(raw(words), index.idf)
        like = index.support.likeness(row, self.embed(text) if self.embed else None)
        return judged(index.support, index.ours, row, like)


def written(words: Vocabulary, text: str) -> list[str]:
    """Return the words that a text is found by: in normal spelling, without codes and keys."""
    return [word for word in words.normal(text) if not _CODE.fullmatch(word)]


def _verdict(bars: Floats, mine: float, right: float, closest: float) -> Verdict:
    mine_bar, right_bar, strange_bar = (float(bar) for bar in bars)
    if mine >= mine_bar:
        return Verdict.ANSWER if right >= right_bar else Verdict.SUGGEST
    return Verdict.ELSEWHERE if closest >= strange_bar else Verdict.MISS
