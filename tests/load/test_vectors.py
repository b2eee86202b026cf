"""Sentence vectors: the real loading code on a tiny model that these tests make."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.load.conftest import LENGTH

from keyguide.load.folder import read_folder
from keyguide.load.knowledge import build_knowledge
from keyguide.load.vectors import open_vectors


def test_a_model_folder_is_opened_without_any_network(model: Path, tmp_path: Path) -> None:
    vectors = open_vectors(str(model), tmp_path)

    assert vectors.embed is not None
    assert vectors.description.startswith(f"sentence vectors of {LENGTH} numbers")
    assert vectors.fingerprint


def test_the_same_text_is_the_same_vector_and_another_is_not(model: Path, tmp_path: Path) -> None:
    embed = open_vectors(str(model), tmp_path).embed
    assert embed is not None

    once, again, other = embed(["link my licence", "link my licence", "motherboard error"])

    assert np.array_equal(once, again)
    assert float(once @ other) < float(once @ again)


@pytest.mark.parametrize(
    "text", ["", "\ud800", "x" * 100_000], ids=["nothing", "half a character", "very long"]
)
def test_any_text_has_a_vector(model: Path, tmp_path: Path, text: str) -> None:
    embed = open_vectors(str(model), tmp_path).embed
    assert embed is not None

    assert embed([text]).shape == (1, LENGTH)


def test_a_text_has_the_same_vector_alone_and_among_many(model: Path, tmp_path: Path) -> None:
    embed = open_vectors(str(model), tmp_path).embed
    assert embed is not None
    texts = ["link my windows licence", "key", *["my account " * n for n in range(1, 40)], "watermark"]

    together = embed(texts)

    assert np.allclose(together, [embed([text])[0] for text in texts], atol=1e-6)


def test_the_knowledge_finds_with_vectors_and_keeps_them_apart_in_the_cache(
    model: Path, tmp_path: Path, folder: Any
) -> None:
    draught, cache = read_folder(folder.path), tmp_path / "cache"
    vectors = open_vectors(str(model), cache)

    plain = build_knowledge(draught, cache)
    learnt = build_knowledge(draught, cache, vectors)
    again = build_knowledge(draught, cache, vectors)

    assert len(list(cache.glob("index-*.npz"))) == 2 * 3  # of topics, acts and answers to steps
    assert plain.finder.index.examples.vectors.size == 0
    assert learnt.finder.index.examples.vectors.shape[1] == LENGTH
    assert learnt.finder.find("link my licence") == again.finder.find("link my licence")


def test_without_a_model_it_is_quietly_absent(tmp_path: Path) -> None:
    vectors = open_vectors("auto", tmp_path)

    assert vectors.embed is None
    assert "KEYGUIDE_VECTORS=download" in vectors.description


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    vectors = open_vectors(str(tmp_path), tmp_path)

    assert vectors.embed is None
    assert "contains no model.onnx" in vectors.description


def test_switched_off_nothing_is_loaded(tmp_path: Path) -> None:
    assert open_vectors("off", tmp_path).description == "sentence vectors are switched off"


def test_without_the_extra_it_says_how_to_add_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)

    vectors = open_vectors("auto", tmp_path)

    assert vectors.embed is None
    assert 'pip install ".[semantic]"' in vectors.description
