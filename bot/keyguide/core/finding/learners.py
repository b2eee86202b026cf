"""Learning from examples: how much being like each of them speaks for each label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyguide.core.finding.features import BUCKETS, Bools, FeatureRow, Floats, Ints
from keyguide.core.finding.index import InvertedIndex, KernelModel, boost, compute_softmax

LongInts = NDArray[np.int64]

_MAX_KERNEL_SIZE = 8_000  # examples; above that learning costs too much time and memory, and means have to do
_SOFTMAX_STEPS = 22
_SOFTMAX_PENALTY = 0.01  # how strongly learning prefers small pulls over fitting every example
_RIDGE_PENALTY = 0.2  # the same for least squares
_SOLVER_STEPS, _TINY = 30, 1e-12
_RIDGE_SCALE = 20.0  # brings the scores of both to about the same scale
_DENSE_BUCKETS = (
    512  # buckets that so many rows have that a table of them is quicker than to tell who has them
)
_MEAN_FEATURES = 250  # words, and as many letter runs, that a mean keeps
_MEAN_SCALE = 20.0  # means compare by likeness alone, at most 1; shares need a wider scale
_EMPTY = np.zeros((0, 0), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class EncodedExamples:
    """The examples as numbers."""

    rows: Sequence[FeatureRow]
    vectors: Floats
    targets: LongInts
    ours: Bools  # for each label, whether it is an answer of ours
    kernel: Floats  # how alike every two examples are; empty where there are too many of them

    def select_part(self, part: slice) -> EncodedExamples:
        """Return the examples of one part alone."""
        return EncodedExamples(
            self.rows[part], self.vectors[part], self.targets[part], self.ours, self.slice_kernel(part, part)
        )

    def slice_kernel(self, some: slice, others: slice) -> Floats:
        """Return how alike some examples are to others, nothing where that was not worked out; no copy."""
        return self.kernel[some, others] if len(self.kernel) else self.kernel

    @property
    def label_count(self) -> int:
        """How many labels there are."""
        return len(self.ours)


def encode_examples(
    rows: Sequence[FeatureRow], vectors: Floats, aims: LongInts, ours: Bools
) -> EncodedExamples:
    """Return the examples as numbers, compared with one another where they are few enough."""
    alike: Floats = _EMPTY
    if len(rows) <= _MAX_KERNEL_SIZE:
        alike = _compute_kernel(rows, vectors)
    return EncodedExamples(rows, vectors, aims, ours, alike)


def _compute_kernel(rows: Sequence[FeatureRow], vectors: Floats) -> Floats:
    postings = _invert(rows)
    alike: Floats = np.empty((len(rows), len(rows)), np.float32)  # filled in place: copies of it are large
    for at, row in enumerate(rows):
        one = postings.multiply(row)
        alike[at] = boost(one + vectors @ vectors[at] if len(vectors) else one)
    return alike


def train_model(lessons: EncodedExamples) -> KernelModel:
    """Return the examples with how much each of them speaks for each label."""
    if not len(lessons.kernel):
        return train_means(lessons)
    return KernelModel(
        _invert(lessons.rows), mark_known_words(lessons), learn_coefficients(lessons), lessons.vectors
    )


def mark_known_words(lessons: EncodedExamples) -> Floats:
    """Mark the buckets of words that stand in an example of ours."""
    known = np.zeros(BUCKETS, np.float32)
    for row, mine in zip(lessons.rows, lessons.ours[lessons.targets], strict=True):
        if mine:
            known[row.buckets[: row.words]] = 1
    return known


def learn_coefficients(lessons: EncodedExamples) -> Floats:
    """Return how much likeness to each example speaks for each label, and last for being ours.

    Two learners pull: softmax regression tells close neighbours apart, least squares generalises better to
    other people's words; together they are right more often than either.
    """
    truth = np.eye(lessons.label_count, dtype=np.float32)[lessons.targets]
    side = np.where(lessons.ours[lessons.targets], 1, -1).astype(np.float32)
    squares = _solve_ridge(
        lessons.kernel, _compute_penalties(lessons)[:, None], np.column_stack((truth, side))
    )
    squares[:, :-1] *= _RIDGE_SCALE
    squares[:, :-1] += _fit_softmax(lessons.kernel, truth)
    return squares


def _invert(rows: Sequence[FeatureRow]) -> InvertedIndex:
    buckets = np.concatenate([row.buckets for row in rows])
    values = np.concatenate([row.values for row in rows])
    owners = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row.buckets) for row in rows])
    places = np.full(BUCKETS, -1, np.int32)
    places[np.argsort(np.bincount(buckets, minlength=BUCKETS), kind="stable")[-_DENSE_BUCKETS:]] = np.arange(
        _DENSE_BUCKETS
    )
    common = places[buckets] >= 0
    table = np.zeros((_DENSE_BUCKETS, len(rows)), np.float32)
    np.add.at(table, (places[buckets[common]], owners[common]), values[common])
    rare = buckets[~common]
    order = np.argsort(rare, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(rare, minlength=BUCKETS)))).astype(np.int32)
    told = owners[~common][order], values[~common][order].astype(np.float32)
    return InvertedIndex(places, table, starts, *told)


def _compute_penalties(lessons: EncodedExamples) -> Floats:
    """Return how little each example may bend the least squares: questions of ours and others count alike."""
    ours = lessons.ours[lessons.targets]
    firmness: Floats = (_RIDGE_PENALTY * 2 * np.where(ours, ours.mean(), 1 - ours.mean())).astype(np.float32)
    return firmness


def _solve_ridge(like: Floats, firmness: Floats, aims: Floats) -> Floats:
    """Return what times a likeness matrix, made firm, gives the aims (conjugate gradients, by column).

    That is near enough (solved exactly, 1 of 870 texts was answered otherwise, with sentence vectors 9), and
    needs no second matrix of that size.
    """
    found, rest = np.zeros_like(aims), aims.copy()
    way, left = rest.copy(), (rest * rest).sum(axis=0)
    for _ in range(_SOLVER_STEPS):
        bent = like @ way + firmness * way
        far = left / np.maximum((way * bent).sum(axis=0), _TINY)
        found += far * way
        rest -= far * bent
        before, left = left, (rest * rest).sum(axis=0)
        way = rest + left / np.maximum(before, _TINY) * way
    return found


def _fit_softmax(like: Floats, truth: Floats) -> Floats:
    """Return the pull of softmax regression (Nesterov's accelerated descent).

    One direction, which all examples share, is much steeper than any other. It is stepped along in strides
    of its own; the strides along the others can then be so long that half as many will do.
    """
    steepest, shared = _estimate_top_eigenpair(like, np.zeros(len(like), np.float32))
    steep = max(
        _estimate_top_eigenpair(like, shared)[0], steepest / 100
    )  # or else few and like examples never arrive
    stride = 1 / (steep / 2 + _SOFTMAX_PENALTY)
    pull = ahead = np.zeros_like(truth)
    for number in range(_SOFTMAX_STEPS):
        slope = compute_softmax(like @ ahead) - truth + _SOFTMAX_PENALTY * ahead
        slope -= np.outer(shared * (1 - steep / steepest), shared @ slope)
        after = ahead - stride * slope
        ahead = after + number / (number + 3) * (after - pull)
        pull = after
    return pull


def _estimate_top_eigenpair(like: Floats, apart: Floats) -> tuple[float, Floats]:
    """Return the largest eigenvalue of a likeness matrix, near enough, and its direction, one set apart."""
    vector: Floats = np.linspace(1, 2, len(like), dtype=np.float32)
    for _ in range(30):
        vector = like @ (vector - apart * (apart @ vector))
        vector /= max(float(np.linalg.norm(vector)), _TINY)
    return max(float(vector @ (like @ vector)) * 1.05, _TINY), vector


def train_means(lessons: EncodedExamples) -> KernelModel:
    """Learn one mean row for each label: cheap, and good enough where there are very many examples."""
    order = np.argsort(lessons.targets, kind="stable")
    ends = np.cumsum(np.bincount(lessons.targets, minlength=lessons.label_count))
    means = [_average_rows([lessons.rows[at] for at in part]) for part in np.split(order, ends[:-1])]
    return KernelModel(_invert(means), mark_known_words(lessons), _EMPTY, _EMPTY)


def _average_rows(rows: Sequence[FeatureRow]) -> FeatureRow:
    if not rows:
        return FeatureRow(np.zeros(0, np.int32), np.zeros(0, np.float32), 0)
    words = _sum_buckets(
        [row.buckets[: row.words] for row in rows], [row.values[: row.words] for row in rows]
    )
    letters = _sum_buckets(
        [row.buckets[row.words :] for row in rows], [row.values[row.words :] for row in rows]
    )
    values = np.concatenate((words[1], letters[1]))
    warm = values * np.float32(_MEAN_SCALE / float(np.linalg.norm(values)))
    return FeatureRow(np.concatenate((words[0], letters[0])), warm, len(words[0]))


def _sum_buckets(buckets: Sequence[Ints], values: Sequence[Floats]) -> tuple[Ints, Floats]:
    """Return each bucket once, with the sum of its values; of very many, the greatest."""
    once, places = np.unique(np.concatenate(buckets), return_inverse=True)
    sums = np.bincount(places, np.concatenate(values)).astype(np.float32)
    kept = np.argsort(-sums, kind="stable")[:_MEAN_FEATURES]
    return once[kept], sums[kept]
