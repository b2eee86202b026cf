"""Word vectors: fitted to the sentence vectors of the examples, and used where there is no sentence model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keyguide.core.finding.features import Floats
from keyguide.core.finding.normalise import build_vocabulary
from keyguide.load.knowledge import open_knowledge
from keyguide.load.sentences.open_vectors import Vectors
from keyguide.load.sentences.word_vectors import (
    EXAMPLES_FILE,
    WORDS_FILE,
    dump_word_vectors,
    fit_word_vectors,
    open_word_vectors,
)

VOCABULARY = build_vocabulary({"licence": ["license"]})
KEYS, CARDS = np.array([1.0, 0, 0]), np.array([0, 1.0, 0])  # what two kinds of sentences are about
TEXTS = ["my key is lost", "lost key", "the serial is lost", "slow card", "the card is slow", "my slow gpu"]
SENTENCES = np.array([KEYS, KEYS, KEYS, CARDS, CARDS, CARDS], np.float32)


def fit(texts: Sequence[str] = TEXTS, vectors: Floats = SENTENCES) -> Any:
    return fit_word_vectors([text.split() for text in texts], vectors)


def measure_cosine(one: Floats, other: Floats) -> float:
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


def write(folder: Path, texts: Sequence[str] = TEXTS, vectors: Floats = SENTENCES) -> Vectors:
    words, examples = dump_word_vectors(texts, VOCABULARY, vectors)
    (folder / WORDS_FILE).write_bytes(words)
    (folder / EXAMPLES_FILE).write_bytes(examples)
    return open_word_vectors(folder, VOCABULARY)


def test_words_of_like_sentences_are_alike() -> None:
    table, _ = fit()

    serial, key, gpu = table.embed([["serial"], ["key"], ["gpu"]])

    assert measure_cosine(serial, key) > 0.9
    assert measure_cosine(serial, gpu) < 0.1


def test_a_text_without_a_known_word_gets_zeros() -> None:
    table, _ = fit()

    assert not table.embed([["horse"], []]).any()


def test_a_text_lies_where_its_words_do() -> None:
    table, _ = fit()

    key, text = table.embed([["key"], ["where", "is", "my", "key"]])

    assert measure_cosine(key, text) > 0.8


def test_the_less_of_a_text_is_known_the_shorter_is_its_vector() -> None:
    table, _ = fit(TEXTS * 20, np.tile(SENTENCES, (20, 1)))

    known, half = table.embed([["lost", "key"], ["lost", "horse", "key", "rein"]])

    assert np.isclose(known @ known, 1, atol=1e-3)
    assert 0.4 < np.linalg.norm(half) < 0.95
    assert measure_cosine(known, half) > 0.99


def test_the_vector_of_an_example_owes_nothing_to_that_example() -> None:
    texts = [*TEXTS, "unheard words"]
    _, left_out = fit(texts, np.array([*SENTENCES, KEYS], np.float32))

    assert np.allclose(left_out[-1], 0, atol=1e-3)
    assert np.allclose(np.linalg.norm(left_out[:-1], axis=1), 1)


def test_the_file_brings_back_the_vectors_and_counts_them_less_than_words(tmp_path: Path) -> None:
    vectors = write(tmp_path)
    assert vectors.embed is not None
    assert vectors.embed_examples is not None

    asked, again, other = vectors.embed(["lost key", "Lost KEY!", "slow card"])
    known, new = vectors.embed_examples(["lost key", "key key lost"])

    assert np.array_equal(asked, again)
    assert measure_cosine(asked, other) < 0.1
    assert np.isclose(known @ known, 0.3)
    assert measure_cosine(known, new) > 0.9
    assert vectors.description.startswith("word vectors of ")


def test_spellings_are_folded_before_their_vector_is_looked_up(tmp_path: Path) -> None:
    vectors = write(tmp_path, [*TEXTS[:-1], "licence lost"])
    assert vectors.embed is not None

    first, second = vectors.embed(["license", "licence"])

    assert first.any()
    assert np.array_equal(first, second)


@pytest.mark.parametrize("content", [None, b"", b"nothing of the kind"], ids=["no file", "empty", "broken"])
def test_a_folder_without_usable_word_vectors_is_searched_by_words_alone(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / WORDS_FILE).write_bytes(content)

    assert open_word_vectors(tmp_path, VOCABULARY).embed is None


def test_without_sentence_vectors_those_of_words_take_their_place(folder: Any) -> None:
    plain = open_knowledge(folder.path).finder
    write(folder.path)

    finder = open_knowledge(folder.path).finder

    assert plain.embed is None
    assert finder.embed is not None
    assert finder.index.mean.size == finder.embed(["a text"]).shape[1]
