"""Vectors of words, fitted to the sentence vectors of our own examples, for whoever has no sentence model."""

from __future__ import annotations

import lzma
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np

from keyguide.core.finding.features import MAX_WORDS, Floats, Ints, compute_idf, weigh_counts
from keyguide.core.finding.index import Embedder
from keyguide.core.finding.normalise import Vocabulary
from keyguide.load.sentences.example_vectors import KnownVectors, dump_vectors
from keyguide.load.sentences.open_vectors import Vectors

WORDS_FILE = "words.npz.xz"  # in a knowledge folder: a vector for each word ...
EXAMPLES_FILE = "word-vectors.npz.xz"  # ... and one for each example
_LENGTH = 96  # of a vector; that keeps three quarters of the variance of the sentence vectors
_WEIGHT = 0.3  # of two vectors that are alike, beside the likeness of words
_FULL_LENGTH = 0.7  # of a sum from which on it counts in full; "the one" has .5, "key blocked" 1.1
_PENALTY = 0.7  # how strongly fitting prefers short vectors over fitting every example
_TINY = 1e-3  # a shorter vector says nothing, and may be rounding alone

Bag = tuple[Ints, Floats]  # the numbers of the words in a text, and how often it has each of them


class WordVectors(NamedTuple):
    """A vector for each word; their weighed sum over a text points where its sentence vector does."""

    numbers: Mapping[str, int]  # of the words
    weights: Floats  # how telling each word is
    rows: Floats

    def embed(self, texts: Iterable[Sequence[str]]) -> Floats:
        """Embed texts, each given by its words; if these say little, or are unknown, the vector is short."""
        return np.array([self._embed_words(words) for words in texts], np.float32)

    def _embed_words(self, words: Sequence[str]) -> Floats:
        numbers, values = _weigh(_count_words(words, self.numbers), self.weights)
        known = len([word for word in words if word in self.numbers]) / max(len(words), 1)
        vector: Floats = known * (values @ self.rows[numbers])
        return vector / max(float(np.linalg.norm(vector)), _FULL_LENGTH)


def open_word_vectors(folder: Path, vocabulary: Vocabulary) -> Vectors:
    """Open the word vectors of a knowledge folder; where there are none, the result has no `embed`."""
    try:
        content = (folder / WORDS_FILE).read_bytes()
        with np.load(BytesIO(lzma.decompress(content)), allow_pickle=False) as arrays:
            words, weights, rows = arrays["words"].tolist(), arrays["weights"], arrays["rows"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, lzma.LZMAError):
        return Vectors(None, "", "no word vectors")
    numbers = {word: number for number, word in enumerate(words)}
    table = WordVectors(numbers, weights, rows.astype(np.float32))

    def embed(texts: Sequence[str]) -> Floats:
        return table.embed(vocabulary.extract_search_words(text) for text in texts)

    fingerprint = _fingerprint(content)
    embed_examples = KnownVectors(folder / EXAMPLES_FILE).prefer(embed, fingerprint)
    description = f"word vectors of {rows.shape[1]} numbers"
    return Vectors(_shorten(embed), fingerprint, description, _shorten(embed_examples), is_of_words=True)


def fall_back_on_words(vectors: Vectors, folder: Path, vocabulary: Vocabulary) -> Vectors:
    """Return the vectors as they are, or those of words in a knowledge folder if there are none."""
    return vectors if vectors.fingerprint else open_word_vectors(folder, vocabulary)


def _fingerprint(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def _shorten(embed: Embedder) -> Embedder:
    """Make an embedder whose vectors count less beside the words than those of sentences do."""
    return lambda texts: embed(texts) * np.float32(_WEIGHT**0.5)


def dump_word_vectors(texts: Sequence[str], vocabulary: Vocabulary, vectors: Floats) -> tuple[bytes, bytes]:
    """Fit word vectors to the sentence vectors of texts; return the content of both files."""
    table, left_out = fit_word_vectors([vocabulary.extract_search_words(text) for text in texts], vectors)
    file = BytesIO()
    names, rows = np.array([*table.numbers], str), table.rows.astype(np.float16)
    np.savez(file, words=names, weights=table.weights, rows=rows)
    words = lzma.compress(file.getvalue())
    return words, dump_vectors(texts, lambda _: left_out, _fingerprint(words))


def fit_word_vectors(texts: Sequence[Sequence[str]], vectors: Floats) -> tuple[WordVectors, Floats]:
    """Fit the vectors of words by ridge regression, so that those of a text add up to its sentence vector.

    With them, return a vector for each text, as it would be had the fit not seen that text: only so it looks
    like those of what other people write. Leaving out one text has a closed form.
    """
    counts = Counter(chain.from_iterable(set(words) for words in texts))
    words = sorted(counts)
    numbers = {word: number for number, word in enumerate(words)}
    weights = compute_idf(np.array([counts[word] for word in words]), len(texts))
    bags = [_weigh(_count_words(text, numbers), weights) for text in texts]
    targets = _reduce(vectors)
    inverse = np.linalg.inv(_PENALTY * np.eye(len(words), dtype=np.float32) + _sum_squares(bags, len(words)))
    rows = inverse @ _sum_products(bags, targets, len(words))
    left_out = np.empty_like(targets)
    for number, (columns, values) in enumerate(bags):
        fitted = values @ rows[columns]
        leverage = values @ inverse[np.ix_(columns, columns)] @ values
        left_out[number] = (fitted - leverage * targets[number]) / (1 - leverage)
    return WordVectors(numbers, weights, rows), _normalise(left_out)


def _count_words(words: Sequence[str], numbers: Mapping[str, int]) -> Bag:
    counts = Counter(numbers[word] for word in words[:MAX_WORDS] if word in numbers)
    frequencies = np.fromiter(counts.values(), np.float32, len(counts))
    return np.fromiter(counts.keys(), np.intp, len(counts)), weigh_counts(frequencies)


def _weigh(bag: Bag, weights: Floats) -> Bag:
    """Weigh the words of a text by how telling they are, and bring the whole to length 1."""
    numbers, counts = bag
    values = counts * weights[numbers]
    return numbers, values / max(float(np.linalg.norm(values)), _TINY)


def _sum_squares(bags: Iterable[Bag], size: int) -> Floats:
    total = np.zeros((size, size), np.float32)
    for numbers, values in bags:
        total[np.ix_(numbers, numbers)] += np.outer(values, values)
    return total


def _sum_products(bags: Sequence[Bag], targets: Floats, size: int) -> Floats:
    total = np.zeros((size, targets.shape[1]), np.float32)
    for (numbers, values), target in zip(bags, targets, strict=True):
        total[numbers] += np.outer(values, target)
    return total


def _reduce(vectors: Floats) -> Floats:
    """Reduce vectors to their principal components, without the mean, in which all sentences are alike."""
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)  # with the largest last
    reduced: Floats = centred @ directions[:, -_LENGTH:]
    return reduced.astype(np.float32)


def _normalise(rows: Floats) -> Floats:
    normal: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _TINY)
    return normal
