"""Sentence vectors: the real loading code on a tiny model that these tests make."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.tiny_model import LENGTH

from keyguide.load.folder import read_folder
from keyguide.load.knowledge import build_knowledge
from keyguide.load.sentences.example_vectors import FILE_NAME, dump_vectors
from keyguide.load.sentences.open_vectors import open_known_vectors, open_vectors


def test_a_model_folder_is_opened_without_any_network(model: Path, tmp_path: Path) -> None:
    vectors = open_vectors(str(model), tmp_path)

    assert vectors.embed is not None
    assert vectors.description.startswith(f"sentence vectors of {LENGTH} numbers")
    assert vectors.fingerprint


def test_the_same_text_is_the_same_vector_and_another_is_not(model: Path, tmp_path: Path) -> None:
    embed = open_vectors(str(model), tmp_path).embed
    assert embed is not None

    once, again, other = embed(["link my licence", "link my licence", "windows error"])

    assert np.allclose(once, again, atol=1e-6)
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


def test_the_last_texts_are_computed_once(model: Path, tmp_path: Path) -> None:
    embed = open_vectors(str(model), tmp_path).embed
    assert embed is not None

    first = embed(["key"])
    assert embed(["key"]) is first
    for text in ("my", "my key", "error", "account"):
        embed([text])

    assert embed(["key"]) is not first
    assert np.array_equal(embed(["key"]), first)


def test_the_knowledge_finds_with_vectors_and_keeps_them_apart_in_the_cache(
    model: Path, tmp_path: Path, folder: Any
) -> None:
    draught, cache = read_folder(folder.path), tmp_path / "cache"
    vectors = open_vectors(str(model), cache)

    plain = build_knowledge(draught, cache)
    learnt = build_knowledge(draught, cache, vectors)
    again = build_knowledge(draught, cache, vectors)

    assert len(list(cache.glob("index-*.npz"))) == 2 * 3  # of topics, acts and answers to steps
    assert plain.finder.index.mean.size == 0
    assert learnt.finder.index.mean.size == LENGTH
    assert learnt.finder.find("link my licence") == again.finder.find("link my licence")


def test_vectors_in_the_knowledge_folder_are_taken_for_the_examples(
    model: Path, tmp_path: Path, folder: Any
) -> None:
    plain = open_vectors(str(model), tmp_path)
    assert plain.embed is not None
    content = dump_vectors(["my key"], lambda texts: -plain.embed(texts), plain.fingerprint)  # type: ignore[misc]
    (folder.path / FILE_NAME).write_bytes(content)

    vectors = open_vectors(str(model), tmp_path, folder.path)
    known = open_known_vectors(folder.path)

    assert vectors.embed is not None
    assert vectors.embed_examples is not None
    assert known.embed_examples is not None
    assert known.fingerprint == vectors.fingerprint
    (exact,), (of_example,), (alone,) = (
        embed(["my key"]) for embed in (vectors.embed, vectors.embed_examples, known.embed_examples)
    )
    assert np.array_equal(of_example, alone)
    assert float(exact @ of_example) < -0.99


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    pytest.importorskip("safetensors", reason="the extra `semantic` is not installed")

    vectors = open_vectors(str(tmp_path), tmp_path)

    assert vectors.embed is None
    assert "contains no model.safetensors" in vectors.description


def test_a_model_that_cannot_be_read_is_told(model: Path, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    (tmp_path / "vocab.txt").write_bytes((model / "vocab.txt").read_bytes())

    vectors = open_vectors(str(tmp_path), tmp_path)

    assert vectors.embed is None
    assert vectors.description.startswith("no sentence vectors: ")


def test_switched_off_nothing_is_loaded(tmp_path: Path) -> None:
    assert open_vectors("off", tmp_path).description == "sentence vectors are switched off"


def test_without_the_extra_nothing_is_fetched_and_it_says_how_to_add_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "keyguide.load.sentences.sentence_model", raising=False)
    monkeypatch.setitem(sys.modules, "safetensors", None)

    vectors = open_vectors("auto", tmp_path)

    assert vectors.embed is None
    assert 'pip install ".[semantic]"' in vectors.description
    assert list(tmp_path.iterdir()) == []
