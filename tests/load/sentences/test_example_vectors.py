"""The vectors of our own examples in a file: small, near enough, and never trusted for another model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from keyguide.core.finding.features import Floats
from keyguide.core.finding.index import Example
from keyguide.core.finding.train import TrainingData, Trial
from keyguide.load.sentences.example_vectors import KnownVectors, dump_vectors, list_texts

TEXTS = ["link my licence", "where is my key", "a \ud800 half"]


class Model:
    """Returns rows by chance, always the same for a text, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Floats:
        self.asked += texts
        rows = [np.random.default_rng(len(text)).normal(size=384) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "vectors.npz.xz"
    path.write_bytes(dump_vectors(TEXTS, Model(), "a model"))
    return path


def test_known_vectors_are_near_and_nothing_is_computed(file: Path) -> None:
    model = Model()

    rows = KnownVectors(file).prefer(model, "a model")(TEXTS[::-1])

    assert model.asked == []
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert ((rows * Model()(TEXTS[::-1])).sum(axis=1) > 0.99).all()
    assert np.array_equal(KnownVectors(file).embed(TEXTS[::-1]), rows)


def test_only_what_is_new_is_computed(file: Path) -> None:
    model = Model()

    rows = KnownVectors(file).prefer(model, "a model")([TEXTS[0], "something new", TEXTS[1]])

    assert model.asked == ["something new"]
    assert np.array_equal(rows[1], Model()(["something new"])[0])


def test_another_model_computes_everything(file: Path) -> None:
    model = Model()

    KnownVectors(file).prefer(model, "another model")(TEXTS)

    assert model.asked == TEXTS


def test_where_a_vector_is_missing_and_there_is_no_model_it_is_told(file: Path) -> None:
    with pytest.raises(LookupError, match="2 examples have no vector yet"):
        KnownVectors(file).embed([*TEXTS, "one", "two"])


@pytest.mark.parametrize(
    "content", [None, b"", b"something else"], ids=["no file", "nothing", "another file"]
)
def test_a_file_that_cannot_be_read_knows_nothing(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "file").write_bytes(content)
    known = KnownVectors(tmp_path / "file")

    assert known.fingerprint == ""
    with pytest.raises(LookupError, match="1 examples"):
        known.embed(["anything"])


def test_a_file_that_was_cut_short_knows_nothing(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])

    assert KnownVectors(file).fingerprint == ""


def test_the_texts_are_those_that_training_embeds() -> None:
    data = TrainingData((Example("b", "x"), Example("a", "y")), {}, (Trial("c", frozenset()),))

    assert list_texts([data, data]) == ["a", "b", "c"]
