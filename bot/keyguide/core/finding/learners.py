"""Learn from examples how much similarity to each of them counts for each label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyguide.core.finding.features import BUCKETS, Bools, FeatureRow, Floats, Ints
from keyguide.core.finding.index import InvertedIndex, KernelModel, boost, compute_softmax

LongInts = NDArray[np.int64]

_MAX_KERNEL_SIZE = 8_000  # examples; with more, training costs too much time and memory, and we use means
_SOFTMAX_STEPS = 22
_SOFTMAX_PENALTY = 0.01  # how strongly training prefers small coefficients over fitting every example
_RIDGE_PENALTY = 0.2  # the same for ridge regression
_SOLVER_STEPS, _TINY = 30, 1e-12
_RIDGE_SCALE = 20.0  # brings the scores of both models to about the same scale
_DENSE_BUCKETS = 512  # the most common buckets, for which a table is quicker than posting lists
_MEAN_FEATURES = 250  # words, and as many n-grams, that a mean row keeps
_MEAN_SCALE = 20.0  # mean rows give only similarities, at most 1; the softmax needs a wider scale
_EMPTY = np.zeros((0, 0), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class EncodedExamples:
    """The examples as numbers."""

    rows: Sequence[FeatureRow]
    vectors: Floats
    targets: LongInts
    ours: Bools  # for each label, whether it is an answer of ours
    kernel: Floats  # how similar every two examples are; empty if there are too many of them

    def select_part(self, part: slice) -> EncodedExamples:
        """Select one part of the examples."""
        return EncodedExamples(
            self.rows[part], self.vectors[part], self.targets[part], self.ours, self.slice_kernel(part, part)
        )

    def slice_kernel(self, part: slice, others: slice) -> Floats:
        """Return how similar a part is to others, without a copy; empty if it was not computed."""
        return self.kernel[part, others] if len(self.kernel) else self.kernel

    @property
    def label_count(self) -> int:
        """How many labels there are."""
        return len(self.ours)


def encode_examples(
    rows: Sequence[FeatureRow], vectors: Floats, targets: LongInts, ours: Bools
) -> EncodedExamples:
    """Encode the examples as numbers; compare every two of them if there are few enough."""
    kernel: Floats = _EMPTY
    if len(rows) <= _MAX_KERNEL_SIZE:
        kernel = _compute_kernel(rows, vectors)
    return EncodedExamples(rows, vectors, targets, ours, kernel)


def _compute_kernel(rows: Sequence[FeatureRow], vectors: Floats) -> Floats:
    postings = _invert(rows)
    kernel: Floats = np.empty((len(rows), len(rows)), np.float32)  # filled in place: copies of it are large
    for number, row in enumerate(rows):
        products = postings.multiply(row)
        kernel[number] = boost(products + vectors @ vectors[number] if len(vectors) else products)
    return kernel


def train_model(examples: EncodedExamples) -> KernelModel:
    """Train a kernel model, or fall back to mean rows if there are too many examples."""
    if not len(examples.kernel):
        return train_means(examples)
    return KernelModel(
        _invert(examples.rows), mark_known_words(examples), learn_coefficients(examples), examples.vectors
    )


def mark_known_words(examples: EncodedExamples) -> Floats:
    """Mark the buckets of words that occur in an example of ours."""
    known = np.zeros(BUCKETS, np.float32)
    for row, is_ours in zip(examples.rows, examples.ours[examples.targets], strict=True):
        if is_ours:
            known[row.buckets[: row.words]] = 1
    return known


def learn_coefficients(examples: EncodedExamples) -> Floats:
    """Learn how much similarity to each example counts for each label, and last for being ours.

    The result is the sum of two models: softmax regression separates close neighbours, ridge regression
    generalises better to other people's words. Together they are right more often than either.
    """
    truth = np.eye(examples.label_count, dtype=np.float32)[examples.targets]
    scope = np.where(examples.ours[examples.targets], 1, -1).astype(np.float32)
    coefficients = _solve_ridge(
        examples.kernel, _compute_penalties(examples)[:, None], np.column_stack((truth, scope))
    )
    coefficients[:, :-1] *= _RIDGE_SCALE
    coefficients[:, :-1] += _fit_softmax(examples.kernel, truth)
    return coefficients


def _invert(rows: Sequence[FeatureRow]) -> InvertedIndex:
    buckets = np.concatenate([row.buckets for row in rows])
    values = np.concatenate([row.values for row in rows])
    owners = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row.buckets) for row in rows])
    places = np.full(BUCKETS, -1, np.int32)
    most_common = np.argsort(np.bincount(buckets, minlength=BUCKETS), kind="stable")[-_DENSE_BUCKETS:]
    places[most_common] = np.arange(_DENSE_BUCKETS)
    common = places[buckets] >= 0
    table = np.zeros((_DENSE_BUCKETS, len(rows)), np.float32)
    np.add.at(table, (places[buckets[common]], owners[common]), values[common])
    rare = buckets[~common]
    order = np.argsort(rare, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(rare, minlength=BUCKETS)))).astype(np.int32)
    rare_owners, rare_values = owners[~common][order], values[~common][order].astype(np.float32)
    return InvertedIndex(places, table, starts, rare_owners, rare_values)


def _compute_penalties(examples: EncodedExamples) -> Floats:
    """Compute a ridge penalty for each example, so that questions of ours and others count the same."""
    ours = examples.ours[examples.targets]
    penalties: Floats = _RIDGE_PENALTY * 2 * np.where(ours, ours.mean(), 1 - ours.mean())
    return penalties.astype(np.float32)


def _solve_ridge(kernel: Floats, penalties: Floats, targets: Floats) -> Floats:
    """Solve the ridge regression for all targets with conjugate gradients, by column.

    That is near enough: if it is solved exactly, 1 of 870 texts gets another answer (9 with sentence
    vectors). And it needs no second matrix of that size.
    """
    solution, residual = np.zeros_like(targets), targets.copy()
    direction, error = residual.copy(), (residual * residual).sum(axis=0)
    for _ in range(_SOLVER_STEPS):
        product = kernel @ direction + penalties * direction
        step = error / np.maximum((direction * product).sum(axis=0), _TINY)
        solution += step * direction
        residual -= step * product
        previous, error = error, (residual * residual).sum(axis=0)
        direction = residual + error / np.maximum(previous, _TINY) * direction
    return solution


def _fit_softmax(kernel: Floats, truth: Floats) -> Floats:
    """Fit softmax regression with Nesterov's accelerated descent and return the coefficients.

    One direction, which all examples share, is much steeper than any other. It gets a step size of its own.
    The steps along the others can then be so long that half as many are enough.
    """
    steepest, shared = _estimate_top_eigenpair(kernel, np.zeros(len(kernel), np.float32))
    next_steepest, _ = _estimate_top_eigenpair(kernel, shared)
    next_steepest = max(next_steepest, steepest / 100)  # or few similar examples would never converge
    step_size = 1 / (next_steepest / 2 + _SOFTMAX_PENALTY)
    coefficients = ahead = np.zeros_like(truth)
    for number in range(_SOFTMAX_STEPS):
        gradient = compute_softmax(kernel @ ahead) - truth + _SOFTMAX_PENALTY * ahead
        gradient -= np.outer(shared * (1 - next_steepest / steepest), shared @ gradient)
        updated = ahead - step_size * gradient
        ahead = updated + number / (number + 3) * (updated - coefficients)
        coefficients = updated
    return coefficients


def _estimate_top_eigenpair(kernel: Floats, excluded: Floats) -> tuple[float, Floats]:
    """Estimate the largest eigenvalue and its direction by power iteration, ignoring one direction."""
    vector: Floats = np.linspace(1, 2, len(kernel), dtype=np.float32)
    for _ in range(30):
        vector = kernel @ (vector - excluded * (excluded @ vector))
        vector /= max(float(np.linalg.norm(vector)), _TINY)
    return max(float(vector @ (kernel @ vector)) * 1.05, _TINY), vector


def train_means(examples: EncodedExamples) -> KernelModel:
    """Train one mean row for each label: cheap, and good enough if there are very many examples."""
    order = np.argsort(examples.targets, kind="stable")
    ends = np.cumsum(np.bincount(examples.targets, minlength=examples.label_count))
    means = [
        _average_rows([examples.rows[number] for number in numbers]) for numbers in np.split(order, ends[:-1])
    ]
    return KernelModel(_invert(means), mark_known_words(examples), _EMPTY, _EMPTY)


def _average_rows(rows: Sequence[FeatureRow]) -> FeatureRow:
    if not rows:
        return FeatureRow(np.zeros(0, np.int32), np.zeros(0, np.float32), 0)
    words = _sum_buckets(
        [row.buckets[: row.words] for row in rows], [row.values[: row.words] for row in rows]
    )
    ngrams = _sum_buckets(
        [row.buckets[row.words :] for row in rows], [row.values[row.words :] for row in rows]
    )
    values = np.concatenate((words[1], ngrams[1]))
    scaled = values * np.float32(_MEAN_SCALE / float(np.linalg.norm(values)))
    return FeatureRow(np.concatenate((words[0], ngrams[0])), scaled, len(words[0]))


def _sum_buckets(buckets: Sequence[Ints], values: Sequence[Floats]) -> tuple[Ints, Floats]:
    """Sum the values of each bucket; if there are very many buckets, keep the greatest sums."""
    unique, places = np.unique(np.concatenate(buckets), return_inverse=True)
    sums = np.bincount(places, np.concatenate(values)).astype(np.float32)
    kept = np.argsort(-sums, kind="stable")[:_MEAN_FEATURES]
    return unique[kept], sums[kept]
