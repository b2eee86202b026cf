"""Learning an index from the knowledge's own examples, and earning its confidence on held-out ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.core.features import BUCKETS, Floats, Row, raw, telling, weighed
from bot.core.find import ELSEWHERE, Embed, Example, Index, Support, confidence, shares, signs
from bot.core.words import Vocabulary

Near = Mapping[str, frozenset[str]]
Bools = NDArray[np.bool_]
Numbers = NDArray[np.int64]

_SOLVABLE = 6_000  # examples; above that learning costs minutes, and means do nearly as well
_FOLDS = 3
_ROUNDS = 90
_STIFF = 0.01  # how strongly learning prefers small pulls over fitting every example
_MOST_HELD = 3_000  # examples; the gates have a handful of weights and need no more
_WARMTH = 20.0  # means compare by likeness alone, at most 1; shares need a wider scale

# What an outcome is worth to who asked: the bars are those that are worth most on held-out examples.
_RIGHT, _OFFERED, _WRONG, _SILENT = 1.0, 0.5, -1.0, -0.5  # a question that is ours
_REFERRED, _BOTHERED, _FALSE = 1.0, 0.0, -2.0  # one that is not
_BARS = np.linspace(0.02, 0.98, 49)
_STRANGE = 0.02  # the share of held-out examples that may look stranger than anything we know


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """The examples as numbers."""

    rows: Sequence[Row]
    vectors: Floats
    aims: Numbers
    size: int  # how many labels there are

    def part(self, chosen: Bools) -> Lessons:
        """Return the chosen examples alone."""
        rows = [row for row, take in zip(self.rows, chosen, strict=True) if take]
        return Lessons(rows, self.vectors[chosen] if len(self.vectors) else self.vectors, self.aims[chosen], self.size)

    def vector(self, at: int) -> Floats | None:
        """Return the sentence vector of one example, where there are any."""
        return self.vectors[at] if len(self.vectors) else None


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What was said of examples that had not been seen in learning, beside what they are about."""

    seen: Floats  # the signs of confidence
    ours: Bools  # whether the example is a question of ours
    first: Bools  # whether the best answer serves it
    offered: Bools  # whether one of the best three does


def fit(examples: Sequence[Example], words: Vocabulary, near: Near, embed: Embed | None = None) -> Index:
    """Learn from every example; `near` names for a label the others that serve the same person."""
    labels = tuple(sorted({example.label for example in examples}))
    number = {label: at for at, label in enumerate(labels)}
    unweighed = [raw(words.normal(example.text)) for example in examples]
    idf = telling(unweighed)
    vectors = np.stack([embed(example.text) for example in examples]) if embed else np.zeros((0, 0), np.float32)
    aims = np.array([number[example.label] for example in examples], np.int64)
    lessons = Lessons([weighed(row, idf) for row in unweighed], vectors, aims, len(labels))
    held = _held_out(lessons, labels, near)
    mine = _gate(held.seen, held.ours)
    right = _gate(held.seen[held.ours], held.first[held.ours])
    return Index(labels, idf, _learnt(lessons), mine, right, _bars(held, mine, right))


def _learnt(lessons: Lessons) -> Support:
    return _solved(lessons) if len(lessons.rows) <= _SOLVABLE else _averaged(lessons)


def _turned(rows: Sequence[Row], vectors: Floats, pull: Floats) -> Support:
    """Return rows turned round: for each bucket, which rows have it and with what value."""
    buckets = np.concatenate([row[0] for row in rows])
    values = np.concatenate([row[1] for row in rows])
    numbers = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row[0]) for row in rows])
    order = np.argsort(buckets, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(buckets, minlength=BUCKETS)))).astype(np.int32)
    return Support(starts, numbers[order], values[order].astype(np.float32), vectors, pull)


def _solved(lessons: Lessons) -> Support:
    """Learn by softmax regression on the likeness of every example to every other (a kernel)."""
    support = _turned(lessons.rows, lessons.vectors, np.zeros((0, 0), np.float32))
    like = np.stack([support.likeness(row, lessons.vector(at)) for at, row in enumerate(lessons.rows)])
    truth = np.eye(lessons.size, dtype=np.float32)[lessons.aims]
    pull = ahead = np.zeros_like(truth)
    stride = 1 / (_longest(like) / 2 + _STIFF)
    for round in range(_ROUNDS):  # Nesterov's accelerated descent
        after = ahead - stride * (shares(like @ ahead) - truth + _STIFF * ahead)
        ahead = after + round / (round + 3) * (after - pull)
        pull = after
    return Support(support.starts, support.rows, support.values, support.vectors, pull)


def _longest(like: Floats) -> float:
    """Return the largest eigenvalue of a likeness matrix, near enough."""
    vector = np.ones(len(like), np.float32)
    for _ in range(20):
        vector = like @ vector
        vector /= np.linalg.norm(vector)
    return float(vector @ (like @ vector)) * 1.05


def _averaged(lessons: Lessons) -> Support:
    """Learn one mean row for each label: cheap, and good enough where there are very many examples."""
    order = np.argsort(lessons.aims, kind="stable")
    ends = np.cumsum(np.bincount(lessons.aims, minlength=lessons.size))
    means = [_mean([lessons.rows[at] for at in part]) for part in np.split(order, ends[:-1])]
    return _turned(means, np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))


def _mean(rows: Sequence[Row]) -> Row:
    if not rows:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    buckets, places = np.unique(np.concatenate([row[0] for row in rows]), return_inverse=True)
    values = np.bincount(places, np.concatenate([row[1] for row in rows])).astype(np.float32)
    return buckets, values * (_WARMTH / float(np.linalg.norm(values)))


def _held_out(lessons: Lessons, labels: Sequence[str], near: Near) -> Held:
    """Return what is said of each example by an index that was learnt without it."""
    ours = np.array([not label.startswith(ELSEWHERE) for label in labels])
    serves = np.array([[label == other or other in near.get(label, ()) for other in labels] for label in labels])
    fold = np.arange(len(lessons.rows)) % _FOLDS
    seen, aims, best = [], [], []
    for number in range(_FOLDS):
        support = _learnt(lessons.part(fold != number))
        asked = lessons.part(fold == number)
        for at, row in enumerate(asked.rows[: _MOST_HELD // _FOLDS]):
            like = support.likeness(row, asked.vector(at))
            scores = support.scores(like)
            seen.append(signs(scores, like.max(), ours.astype(np.float32)))
            best.append(np.argsort(-np.where(ours, scores, -np.inf), kind="stable")[:3])
            aims.append(asked.aims[at])
    served = serves[np.array(aims)[:, None], np.array(best)]
    return Held(np.array(seen), ours[np.array(aims)], served[:, 0], served.any(axis=1))


def _gate(seen: Floats, truth: Bools) -> Floats:
    """Return the weights of a logistic gate that tells truth from the signs (Newton's method)."""
    weights = np.zeros(seen.shape[1])
    for _ in range(25):
        sure = confidence(weights, seen)
        slope = seen.T @ (sure - truth) + 1e-2 * weights
        bend = (seen * (sure * (1 - sure))[:, None]).T @ seen + 1e-2 * np.eye(len(weights))
        weights = weights - np.linalg.solve(bend, slope)
    return weights.astype(np.float32)


def _bars(held: Held, mine: Floats, right: Floats) -> Floats:
    """Return the thresholds of both gates that are worth most, and the likeness below which all is strange."""
    mine_sure, right_sure = confidence(mine, held.seen), confidence(right, held.seen)
    answered = np.where(held.ours, np.where(held.first, _RIGHT, _WRONG), _FALSE)
    offered = np.where(held.ours, np.where(held.offered, _OFFERED, _SILENT), _BOTHERED)
    silent = np.where(held.ours, _SILENT, _REFERRED)

    def worth(mine_bar: float, right_bar: float) -> float:
        spoken = np.where(right_sure >= right_bar, answered, offered)
        return float(np.where(mine_sure >= mine_bar, spoken, silent).mean())

    best = max(((m, r) for m in _BARS for r in _BARS), key=lambda bars: worth(*bars))
    return np.array([*best, np.quantile(held.seen[:, -1], _STRANGE)], np.float32)
