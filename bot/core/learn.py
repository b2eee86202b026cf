"""Learning from examples: how much being like each of them speaks for each label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.core.features import BUCKETS, Bools, Floats, Ints, Row
from bot.core.find import Postings, Support, shares, warmed

Numbers = NDArray[np.int64]

_SOLVABLE = 8_000  # examples; above that learning costs too much time and memory, and means have to do
_ROUNDS = 22
_STIFF = 0.01  # how strongly learning prefers small pulls over fitting every example
_FIRM = 0.2  # the same for least squares
_STEPS, _TINY = 30, 1e-12
_EVEN = 20.0  # brings the scores of both to about the same scale
_COMMON = 512  # buckets that so many rows have that a table of them is quicker than to tell who has them
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

    def part(self, part: slice) -> Lessons:
        """Return the examples of one part alone."""
        return Lessons(
            self.rows[part], self.vectors[part], self.aims[part], self.ours, self.between(part, part)
        )

    def between(self, some: slice, others: slice) -> Floats:
        """Return how alike some examples are to others, nothing where that was not worked out; no copy."""
        return self.alike[some, others] if len(self.alike) else self.alike

    @property
    def size(self) -> int:
        """How many labels there are."""
        return len(self.ours)


def lessons_of(rows: Sequence[Row], vectors: Floats, aims: Numbers, ours: Bools) -> Lessons:
    """Return the examples as numbers, compared with one another where they are few enough."""
    alike: Floats = _NONE
    if len(rows) <= _SOLVABLE:
        alike = _compared(rows, vectors)
    return Lessons(rows, vectors, aims, ours, alike)


def _compared(rows: Sequence[Row], vectors: Floats) -> Floats:
    postings = _turned(rows)
    alike: Floats = np.empty((len(rows), len(rows)), np.float32)  # filled in place: copies of it are large
    for at, row in enumerate(rows):
        one = postings.sums(row)
        alike[at] = warmed(one + vectors @ vectors[at] if len(vectors) else one)
    return alike


def learnt(lessons: Lessons) -> Support:
    """Return the examples with how much each of them speaks for each label."""
    if not len(lessons.alike):
        return averaged(lessons)
    return Support(_turned(lessons.rows), known_words(lessons), pulls(lessons), lessons.vectors)


def known_words(lessons: Lessons) -> Floats:
    """Mark the buckets of words that stand in an example of ours."""
    known = np.zeros(BUCKETS, np.float32)
    for row, mine in zip(lessons.rows, lessons.ours[lessons.aims], strict=True):
        if mine:
            known[row.buckets[: row.words]] = 1
    return known


def pulls(lessons: Lessons) -> Floats:
    """Return how much likeness to each example speaks for each label, and last for being ours.

    Two learners pull: softmax regression tells close neighbours apart, least squares generalises better to
    other people's words; together they are right more often than either.
    """
    truth = np.eye(lessons.size, dtype=np.float32)[lessons.aims]
    side = np.where(lessons.ours[lessons.aims], 1, -1).astype(np.float32)
    squares = _solved(lessons.alike, _firmness(lessons)[:, None], np.column_stack((truth, side)))
    squares[:, :-1] *= _EVEN
    squares[:, :-1] += _regressed(lessons.alike, truth)
    return squares


def _turned(rows: Sequence[Row]) -> Postings:
    buckets = np.concatenate([row.buckets for row in rows])
    values = np.concatenate([row.values for row in rows])
    owners = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row.buckets) for row in rows])
    places = np.full(BUCKETS, -1, np.int32)
    places[np.argsort(np.bincount(buckets, minlength=BUCKETS), kind="stable")[-_COMMON:]] = np.arange(_COMMON)
    common = places[buckets] >= 0
    table = np.zeros((_COMMON, len(rows)), np.float32)
    np.add.at(table, (places[buckets[common]], owners[common]), values[common])
    rare = buckets[~common]
    order = np.argsort(rare, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(rare, minlength=BUCKETS)))).astype(np.int32)
    told = owners[~common][order], values[~common][order].astype(np.float32)
    return Postings(places, table, starts, *told)


def _firmness(lessons: Lessons) -> Floats:
    """Return how little each example may bend the least squares: questions of ours and others count alike."""
    ours = lessons.ours[lessons.aims]
    firmness: Floats = (_FIRM * 2 * np.where(ours, ours.mean(), 1 - ours.mean())).astype(np.float32)
    return firmness


def _solved(like: Floats, firmness: Floats, aims: Floats) -> Floats:
    """Return what times a likeness matrix, made firm, gives the aims (conjugate gradients, by column).

    That is near enough (solved exactly, 1 of 870 texts was answered otherwise, with sentence vectors 9), and
    needs no second matrix of that size.
    """
    found, rest = np.zeros_like(aims), aims.copy()
    way, left = rest.copy(), (rest * rest).sum(axis=0)
    for _ in range(_STEPS):
        bent = like @ way + firmness * way
        far = left / np.maximum((way * bent).sum(axis=0), _TINY)
        found += far * way
        rest -= far * bent
        before, left = left, (rest * rest).sum(axis=0)
        way = rest + left / np.maximum(before, _TINY) * way
    return found


def _regressed(like: Floats, truth: Floats) -> Floats:
    """Return the pull of softmax regression (Nesterov's accelerated descent).

    One direction, which all examples share, is much steeper than any other. It is stepped along in strides
    of its own; the strides along the others can then be so long that half as many will do.
    """
    steepest, shared = _steepest(like, np.zeros(len(like), np.float32))
    steep = max(_steepest(like, shared)[0], steepest / 100)  # or else few and like examples never arrive
    stride = 1 / (steep / 2 + _STIFF)
    pull = ahead = np.zeros_like(truth)
    for number in range(_ROUNDS):
        slope = shares(like @ ahead) - truth + _STIFF * ahead
        slope -= np.outer(shared * (1 - steep / steepest), shared @ slope)
        after = ahead - stride * slope
        ahead = after + number / (number + 3) * (after - pull)
        pull = after
    return pull


def _steepest(like: Floats, apart: Floats) -> tuple[float, Floats]:
    """Return the largest eigenvalue of a likeness matrix, near enough, and its direction, one set apart."""
    vector: Floats = np.linspace(1, 2, len(like), dtype=np.float32)
    for _ in range(30):
        vector = like @ (vector - apart * (apart @ vector))
        vector /= max(float(np.linalg.norm(vector)), _TINY)
    return max(float(vector @ (like @ vector)) * 1.05, _TINY), vector


def averaged(lessons: Lessons) -> Support:
    """Learn one mean row for each label: cheap, and good enough where there are very many examples."""
    order = np.argsort(lessons.aims, kind="stable")
    ends = np.cumsum(np.bincount(lessons.aims, minlength=lessons.size))
    means = [_mean([lessons.rows[at] for at in part]) for part in np.split(order, ends[:-1])]
    return Support(_turned(means), known_words(lessons), _NONE, _NONE)


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
