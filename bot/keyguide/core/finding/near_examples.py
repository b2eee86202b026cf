"""Compare a text with the examples: to be like one of them in several ways counts for more than the sum."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from keyguide.core.finding.features import FeatureRow, Floats, TextFeatures, compute_idf
from keyguide.core.finding.inverted_index import ExampleIndex, square
from keyguide.core.finding.weights import Weights
from keyguide.core.finding.word_products import WordProducts

_NEAR = 0.1  # how similar an example has to be; some 8 in 100 are, and the squares of others are tiny


@dataclass(frozen=True, slots=True, eq=False)
class NearExamples:
    """The examples of an index, with the weights of the square of how similar a text is to each."""

    examples: ExampleIndex
    weights: Weights
    common: tuple[str, ...]  # the words that many examples have
    _word_products: WordProducts = field(init=False)

    def __post_init__(self) -> None:
        """Compare the common words with the examples once."""
        idf = compute_idf(np.diff(self.examples.starts), len(self.examples.vectors))
        object.__setattr__(self, "_word_products", WordProducts(self.common, self.examples, idf))

    def score(self, text: TextFeatures, row: FeatureRow, centred: Floats) -> Floats:
        """Score a text by the examples that are near it, or alone have something that it has."""
        similarity: Floats = self.examples.vectors @ centred
        similarity += self._word_products.multiply(text, row)
        near = np.flatnonzero(np.abs(similarity) > _NEAR)
        starts = self.examples.starts[row.buckets]
        is_of_one = self.examples.starts[row.buckets + 1] - starts == 1  # a bucket that has no weights
        places = starts[is_of_one]
        products = row.values[is_of_one] * self.examples.values[places]
        rows = np.concatenate((near, self.examples.owners[places]))
        return self.weights.sum_up(rows, np.concatenate((square(similarity[near]), products)))
