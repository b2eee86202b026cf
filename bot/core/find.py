"""From a text to the articles that may answer it, with a confidence that was earned on held-out examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bot.core.features import Floats, Ints, Row, raw, weighed
from bot.core.words import Vocabulary

ELSEWHERE = "elsewhere/"
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

    @property
    def top(self) -> str:
        """The best label, empty where there is none."""
        return self.labels[0] if self.labels else ""


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """The rows that a text is compared with, and how each pulls towards the labels.

    `starts`, `rows` and `values` hold the rows turned round: for each bucket, the rows that have it.
    Without a `pull`, each row stands for the label of the same number.
    """

    starts: Ints
    rows: Ints
    values: Floats
    vectors: Floats
    pull: Floats

    def likeness(self, row: Row, vector: Floats | None = None) -> Floats:
        """Return how alike a weighed row (and its sentence vector) is to each row of the support."""
        buckets, values = row
        begins, lengths = self.starts[buckets], np.diff(self.starts)[buckets]
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
        return int(self.rows.max()) + 1 if len(self.rows) else 0


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


def shares(scores: Floats) -> Floats:
    """Return scores as shares of 1 along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return result


def signs(scores: Floats, closest: Floats, ours: Floats) -> Floats:
    """Return what the gates look at: a row of signs of confidence for each row of scores."""
    share = shares(scores)
    mine = np.sort(share * ours, axis=-1)
    theirs = (share * (1 - ours)).sum(axis=-1)
    columns = (
        np.ones_like(theirs),
        np.log(mine[..., -1] + 1e-4),
        np.log((mine[..., -1] + 1e-3) / (mine[..., -2] + 1e-3)),
        np.log((mine.sum(axis=-1) + 1e-3) / (theirs + 1e-3)),
        closest,
    )
    return np.stack(columns, axis=-1).astype(np.float32)


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
        words = self.words.normal(text)
        index = self.index
        if not words or not index.labels:
            return Found(Verdict.MISS)
        vector = self.embed(text) if self.embed else None
        like = index.support.likeness(weighed(raw(words), index.idf), vector)
        scores = index.support.scores(like)
        seen = signs(scores, like.max(), index.ours)
        mine, right = float(confidence(index.mine, seen)), float(confidence(index.right, seen))
        order = [index.labels[at] for at in np.argsort(-scores, kind="stable")]
        ours = tuple(label for label in order if not label.startswith(ELSEWHERE))[:8]
        theirs = next((label for label in order if label.startswith(ELSEWHERE)), "").removeprefix(ELSEWHERE)
        return Found(_verdict(index.bars, mine, right, float(like.max())), ours, theirs, right)


def _verdict(bars: Floats, mine: float, right: float, closest: float) -> Verdict:
    mine_bar, right_bar, strange_bar = (float(bar) for bar in bars)
    if mine >= mine_bar:
        return Verdict.ANSWER if right >= right_bar else Verdict.SUGGEST
    return Verdict.ELSEWHERE if closest >= strange_bar else Verdict.MISS
