"""How similar texts are: the inverted index computes the same as the formula."""

from __future__ import annotations

import numpy as np
import pytest

from keyguide.core.finding.features import BUCKETS, FeatureRow, Floats, encode_examples
from keyguide.core.finding.inverted_index import index_examples

TEXTS = ["link my licence", "link the licence to my account", "", "where is the product key", "licence"]
ROWS = encode_examples(text.split() for text in TEXTS)
VECTORS = np.eye(len(TEXTS), 3, dtype=np.float32)


def spread(row: FeatureRow) -> Floats:
    """Write a row out as one number for each bucket."""
    dense = np.zeros(BUCKETS, np.float32)
    np.add.at(dense, row.buckets, row.values)
    return dense


@pytest.mark.parametrize("vectors", [VECTORS, VECTORS[:, :0]], ids=["with vectors", "without"])
def test_similarity_is_the_boosted_product_of_rows_and_vectors(vectors: Floats) -> None:
    dense = np.stack([spread(row) for row in ROWS])
    products = dense @ dense.T + vectors @ vectors.T

    examples = index_examples(ROWS, vectors)

    expected = products + products**2 / 2
    assert np.allclose(examples.compute_kernel(ROWS), expected, atol=1e-6)
    for number, row in enumerate(ROWS):
        assert np.allclose(examples.compare(row, vectors[number]), expected[number], atol=1e-6)
