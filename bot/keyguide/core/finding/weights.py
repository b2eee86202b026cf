"""What was learnt about examples, summed up by feature, so that a question need not look at most of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from keyguide.core.finding.features import BUCKETS, Floats, Ints
from keyguide.core.finding.inverted_index import ExampleIndex

_MAX_STEPS, _TINY = 127, 1e-9


class Weights(NamedTuple):
    """Rows of weights for each label, and last for being in scope, in whole steps that fit into 8 bits."""

    steps: Ints
    step_sizes: Floats  # of each row

    def sum_up(self, rows: Ints, factors: Floats) -> Floats:
        """Sum up some of the rows, each multiplied by a factor."""
        total: Floats = (factors * self.step_sizes[rows]) @ self.steps[rows].astype(np.float32)
        return total


class FeatureWeights(NamedTuple):
    """The weights of features: of buckets, and of the numbers of a vector.

    How similar a text is to an example is a sum over the features that both have. So the sum over all
    examples is one over the features of the text, with weights that are summed up once.
    """

    places: Ints  # the row of each bucket, or -1
    rows: Weights
    of_vectors: Floats

    def score(self, buckets: Ints, values: Floats, centred: Floats) -> Floats:
        """Score a text by its buckets, with their tf-idf values, and its vector."""
        places = self.places[buckets]
        has_row = places >= 0
        return self.rows.sum_up(places[has_row], values[has_row]) + centred @ self.of_vectors


def round_weights(rows: Floats) -> Weights:
    """Round weights to steps, of another size in each row."""
    step_sizes = np.abs(rows).max(axis=1, initial=_TINY) / _MAX_STEPS
    return Weights(np.rint(rows / step_sizes[:, None]).astype(np.int8), step_sizes.astype(np.float32))


def sum_up_by_feature(examples: ExampleIndex, coefficients: Floats, least: int) -> FeatureWeights:
    """Sum up the coefficients of examples by the features that they have, at least so many of them each."""
    counts = np.diff(examples.starts)
    buckets = np.flatnonzero(counts >= least)
    rows = np.empty((len(buckets), coefficients.shape[1]), np.float32)
    bounds = zip(examples.starts[buckets].tolist(), examples.starts[buckets + 1].tolist(), strict=True)
    for row, (start, end) in zip(rows, bounds, strict=True):
        np.dot(examples.values[start:end], coefficients[examples.owners[start:end]], out=row)
    of_vectors = examples.vectors.T @ coefficients
    return FeatureWeights(find_places(buckets), round_weights(rows), of_vectors)


def find_places(buckets: Ints) -> Ints:
    """Return at which place each bucket is among some buckets, or -1."""
    places = np.full(BUCKETS, -1, np.int32)
    places[buckets] = np.arange(len(buckets), dtype=np.int32)
    return places
