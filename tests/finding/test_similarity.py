"""How similar texts are, and what follows from it: the indexes compute the same as the formulas."""

from __future__ import annotations

import numpy as np
import pytest

from keyguide.core.finding import inverted_index, word_products
from keyguide.core.finding.features import (
    BUCKETS,
    FeatureRow,
    Floats,
    compute_idf,
    count_features,
    encode_examples,
    encode_text,
    get_bucket,
)
from keyguide.core.finding.inverted_index import boost, index_examples, round_kernel
from keyguide.core.finding.near_examples import NearExamples
from keyguide.core.finding.weights import round_weights, sum_up_by_feature
from keyguide.core.finding.word_products import WordProducts, list_common_words

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
    centred = vectors - vectors.mean(axis=0)
    products = dense @ dense.T + centred @ centred.T

    kernel = index_examples(ROWS, vectors).compute_kernel(ROWS, boost)

    assert np.allclose([*kernel.read_rows()], products + products**2 / 2, atol=1e-4)


@pytest.mark.parametrize("vectors", [VECTORS, VECTORS[:, :0]], ids=["with vectors", "without"])
@pytest.mark.parametrize("text", ["link my licence", "where is my licence key", "banana", ""])
def test_a_text_is_scored_as_if_it_were_compared_with_each_example(text: str, vectors: Floats) -> None:
    examples = index_examples(ROWS, vectors)
    coefficients = np.random.default_rng(0).normal(size=(len(ROWS), 3)).astype(np.float32)
    features = count_features(text.split())
    row = encode_text(features, compute_idf(np.diff(examples.starts), len(ROWS)))
    centred = np.ones(vectors.shape[1], np.float32)
    similarity = np.stack([spread(one) for one in ROWS]) @ spread(row) + examples.vectors @ centred

    def sum_up(least: int) -> Floats:
        return sum_up_by_feature(examples, coefficients, least).score(row.buckets, row.values, centred)

    by_example = NearExamples(examples, round_weights(coefficients), ()).score(features, row, centred)

    near = np.where(np.abs(similarity) > 0.1, similarity, 0)
    assert np.allclose(sum_up(1), similarity @ coefficients, atol=0.03)  # weights are whole steps
    assert np.allclose(sum_up(2) + by_example, (similarity + near**2 / 2) @ coefficients, atol=0.03)


def test_what_too_few_examples_have_has_no_weight() -> None:
    examples = index_examples(ROWS, VECTORS)
    ones = np.ones((len(ROWS), 1), np.float32)

    weights = sum_up_by_feature(examples, ones, 2)

    shared, alone = get_bucket("licence"), get_bucket("product")
    assert weights.score(np.array([alone]), np.ones(1), np.zeros(3)) == 0
    assert weights.score(np.array([shared]), np.ones(1), np.zeros(3)) > 0


@pytest.mark.parametrize(
    "text", ["link my licence", "link the link to the licence", "licences and links", "banana", "the the the"]
)
@pytest.mark.parametrize("common", [("link", "licence", "the"), ("the",), ()])
@pytest.mark.parametrize("most", [0, 1, 9], ids=lambda most: f"{most} frequent words")
def test_words_are_compared_as_all_their_features_are(
    text: str, common: tuple[str, ...], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_products, "_MAX_FREQUENT", most)
    examples = index_examples(ROWS, VECTORS)
    idf = compute_idf(np.diff(examples.starts), len(ROWS))
    features = count_features(text.split())
    row, products = encode_text(features, idf), WordProducts(common, examples, idf)

    for _ in ("at first", "once more"):
        expected = examples.multiply(row.buckets, row.values)
        assert np.allclose(products.multiply(features, row), expected, atol=1e-6)


def test_common_are_the_words_that_many_examples_have() -> None:
    examples = [["the", "key", "the"], *[["the", f"word{number}"] for number in range(99)]]

    assert list_common_words(examples) == ("the",)


@pytest.mark.parametrize("block", [1, 2, 3, 5])
def test_a_kernel_is_the_same_in_blocks_of_any_size(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = index_examples(ROWS, VECTORS)
    whole = examples.compute_kernel(ROWS, boost)
    matrix = np.arange(len(ROWS) * 2).reshape(-1, 2)
    monkeypatch.setattr(inverted_index, "_BLOCK", block)
    monkeypatch.setattr(inverted_index, "_DENSE_BUCKETS", 3)

    kernel = examples.compute_kernel(ROWS, boost)

    assert np.allclose(kernel.steps, whole.steps, atol=1)
    assert np.allclose(kernel.multiply(matrix), np.stack([*whole.read_rows()]) @ matrix, atol=2e-2)


def test_a_kernel_keeps_the_most_alike_that_there_can_be() -> None:
    kernel = round_kernel(np.array([[4.0, -0.5], [-0.5, 9.0]]))

    assert np.allclose(kernel.diagonal, [4.0, 4.096], atol=1e-3)
    assert np.allclose(kernel.multiply(np.eye(2)), [[4.0, -0.5], [-0.5, 4.096]], atol=1e-3)
