"""Learning from examples: which likeness to which of them speaks for which label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.core.features import BUCKETS, Floats, Ints, Row
from bot.core.find import Support, shares

Bools = NDArray[np.bool_]
Numbers = NDArray[np.int64]

_SOLVABLE = 6_000  # examples; above that learning costs minutes, and means do nearly as well
_ROUNDS = 60
_STIFF = 0.01  # how strongly learning prefers small pulls over fitting every example
_FIRM = 0.2  # the same for least squares
_EVEN = 20.0  # brings the scores of both to about the same scale
_TELLING = 250  # words, and as many letter runs, that a mean keeps
_WARMTH = 20.0  # means compare by likeness alone, at most 1; shares need a wider scale
_NONE = np.zeros((0, 0), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """The examples as numbers."""

    rows: Sequence[Row]
    vectors: Floats
    aims: Numbers
    ours: Bools  # for each label, whether it is an answer of ours
    alike: Floats  # how alike every two examples are; empty where there are too many of them

    def part(self, chosen: Numbers) -> Lessons:
        """Return the chosen examples alone."""
        rows = [self.rows[at] for at in chosen]
        vectors = self.vectors[chosen] if len(self.vectors) else self.vectors
        return Lessons(rows, vectors, self.aims[chosen], self.ours, self.between(chosen, chosen))

    def between(self, some: Numbers, others: Numbers) -> Floats:
        """Return how alike some examples are to others, nothing where that was not worked out."""
        return self.alike[np.ix_(some, others)] if len(self.alike) else self.alike

    @property
    def size(self) -> int:
        """How many labels there are."""
        return len(self.ours)


def lessons_of(rows: Sequence[Row], vectors: Floats, aims: Numbers, ours: Bools) -> Lessons:
    """Return the examples as numbers, compared with one another where they are few enough."""
    alike: Floats = _NONE
    if len(rows) <= _SOLVABLE:
        support = _turned(rows, ours[aims], vectors)
        vector = [vectors[at] if len(vectors) else None for at in range(len(rows))]
        alike = np.stack([support.likeness(row, vector[at]) for at, row in enumerate(rows)])
    return Lessons(rows, vectors, aims, ours, alike)


def learnt(lessons: Lessons) -> Support:
    """Return the rows to compare with, and their pull."""
    return _solved(lessons) if len(lessons.alike) else _averaged(lessons)


def _turned(rows: Sequence[Row], ours: Bools, vectors: Floats) -> Support:
    """Return rows turned round: for each bucket, which rows have it and with what value."""
    buckets = np.concatenate([row.buckets for row in rows])
    values = np.concatenate([row.values for row in rows])
    numbers = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row.buckets) for row in rows])
    order = np.argsort(buckets, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(buckets, minlength=BUCKETS)))).astype(np.int32)
    known = np.zeros(BUCKETS, np.float32)
    for row, mine in zip(rows, ours, strict=True):
        known[row.buckets[: row.words]] += mine
    known = np.minimum(known, 1)
    border = np.zeros(len(rows), np.float32)  # one for each row, also where the last has no bucket
    return Support(starts, numbers[order], values[order].astype(np.float32), known, vectors, _NONE, border)


def _solved(lessons: Lessons) -> Support:
    """Learn two ways from the likeness of every example to every other (a kernel), and let both pull.

    Softmax regression tells close neighbours apart, least squares generalises better to other people's words;
    together they are right more often than either.
    """
    support = _turned(lessons.rows, lessons.ours[lessons.aims], lessons.vectors)
    like = lessons.alike
    truth = np.eye(lessons.size, dtype=np.float32)[lessons.aims]
    side = np.where(lessons.ours[lessons.aims], 1, -1).astype(np.float32)
    squares = np.linalg.solve(like + np.diag(_firmness(lessons)), np.column_stack((truth, side)))
    pull = _regressed(like, truth) + _EVEN * squares[:, :-1]
    return replace(support, pull=pull.astype(np.float32), border=squares[:, -1].astype(np.float32))


def _firmness(lessons: Lessons) -> Floats:
    """Return how little each example may bend the least squares: questions of ours and others count alike."""
    ours = lessons.ours[lessons.aims]
    firmness: Floats = (_FIRM * 2 * np.where(ours, ours.mean(), 1 - ours.mean())).astype(np.float32)
    return firmness


def _regressed(like: Floats, truth: Floats) -> Floats:
    """Return the pull of softmax regression (Nesterov's accelerated descent)."""
    pull = ahead = np.zeros_like(truth)
    stride = 1 / (_longest(like) / 2 + _STIFF)
    for number in range(_ROUNDS):
        after = ahead - stride * (shares(like @ ahead) - truth + _STIFF * ahead)
        ahead = after + number / (number + 3) * (after - pull)
        pull = after
    return pull


def _longest(like: Floats) -> float:
    """Return the largest eigenvalue of a likeness matrix, near enough."""
    vector: Floats = np.ones(len(like), np.float32)
    for _ in range(20):
        vector = like @ vector
        vector /= np.linalg.norm(vector)
    return float(vector @ (like @ vector)) * 1.05


def _averaged(lessons: Lessons) -> Support:
    """Learn one mean row for each label: cheap, and good enough where there are very many examples."""
    order = np.argsort(lessons.aims, kind="stable")
    ends = np.cumsum(np.bincount(lessons.aims, minlength=lessons.size))
    means = [_mean([lessons.rows[at] for at in part]) for part in np.split(order, ends[:-1])]
    return _turned(means, lessons.ours, _NONE)


def _mean(rows: Sequence[Row]) -> Row:
    if not rows:
        return Row(np.zeros(0, np.int32), np.zeros(0, np.float32), 0)
    words = _gathered([row.buckets[: row.words] for row in rows], [row.values[: row.words] for row in rows])
    letters = _gathered([row.buckets[row.words :] for row in rows], [row.values[row.words :] for row in rows])
    values = np.concatenate((words[1], letters[1]))
    warm = values * np.float32(_WARMTH / float(np.linalg.norm(values)))
    return Row(np.concatenate((words[0], letters[0])), warm, len(words[0]))


def _gathered(buckets: Sequence[Ints], values: Sequence[Floats]) -> tuple[Ints, Floats]:
    """Return each bucket once, with the sum of its values; of very many, the greatest."""
    once, places = np.unique(np.concatenate(buckets), return_inverse=True)
    sums = np.bincount(places, np.concatenate(values)).astype(np.float32)
    kept = np.argsort(-sums, kind="stable")[:_TELLING]
    return once[kept], sums[kept]
