"""Turn a text into a tf-idf row of hashed words, word pairs and character n-grams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 18  # two features rarely share a bucket, and a bucket costs few bytes
Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]


class FeatureRow(NamedTuple):
    """The weighted features of one text: its buckets with their values, those of words first."""

    buckets: Ints
    values: Floats
    words: int  # how many of them are words and pairs
    ngram_scale: float  # what frequency and idf of the others were multiplied by


FeatureCounts = tuple[Ints, Floats]  # buckets, and the weights of how often a text has each of them


class TextFeatures(NamedTuple):
    """What a text consists of, the same for every index."""

    weights: dict[str, float]  # of its different words
    terms: FeatureCounts  # words and pairs
    ngrams: FeatureCounts


MAX_WORDS = 400  # a question is shorter, and the work must be bounded if somebody pastes a long text
_WORD_SHARE = 0.6  # of the squared length of a row; the rest belongs to the character n-grams


def get_bucket(feature: str) -> int:
    """Return the bucket of a word, a pair of words or a character n-gram."""
    return crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS


def _hash_words(words: Sequence[str]) -> Iterable[int]:
    yield from map(get_bucket, words)
    yield from (get_bucket(f"{first} {second}") for first, second in pairwise(words))


@lru_cache(maxsize=4096)  # people use the same words; without the cache a row takes three times as long
def hash_ngrams(word: str) -> tuple[int, ...]:
    """Return the buckets of the character n-grams of a word."""
    padded = f" {word[:30]} "
    return tuple(
        get_bucket("#" + padded[start : start + size])
        for size in (3, 4, 5)
        for start in range(len(padded) - size + 1)
    )


def _count_buckets(buckets: Iterable[int]) -> FeatureCounts:
    counts = Counter(buckets)
    frequencies = np.fromiter(counts.values(), np.float32, len(counts))
    return np.fromiter(counts.keys(), np.int32, len(counts)), weigh_counts(frequencies)


def weigh_counts(counts: Floats) -> Floats:
    """Weigh how often a feature occurs in a text: twice is more than once, but not twice as much."""
    weights: Floats = 1 + np.log(counts)
    return weights


def encode_examples(examples: Iterable[Sequence[str]]) -> list[FeatureRow]:
    """Build the tf-idf rows of the examples, each given by its words."""
    texts = [count_features(words) for words in examples]
    buckets = np.concatenate([counts[0] for text in texts for counts in (text.terms, text.ngrams)])
    idf = compute_idf(np.bincount(buckets, minlength=BUCKETS), len(texts))
    return [encode_text(text, idf) for text in texts]


def compute_idf(row_counts: Ints, total: int) -> Floats:
    """Compute the inverse document frequency of each bucket: the fewer of the rows have it, the higher."""
    idf: Floats = np.log((1 + total) / (1 + row_counts)) + 1
    return idf.astype(np.float32)


def count_features(words: Sequence[str]) -> TextFeatures:
    """Count the features of a text: its words and pairs, and its character n-grams."""
    short = words[:MAX_WORDS]
    counts = Counter(short)
    weights = weigh_counts(np.fromiter(counts.values(), np.float32, len(counts))).tolist()
    return TextFeatures(
        dict(zip(counts, weights, strict=True)),
        _count_buckets(_hash_words(short)),
        _count_buckets(chain.from_iterable(map(hash_ngrams, short))),
    )


def encode_text(text: TextFeatures, idf: Floats) -> FeatureRow:
    """Compute a row of length 1 (0 if the text is empty), with fixed shares for words and n-grams."""
    parts = []
    for (buckets, frequencies), share in ((text.terms, _WORD_SHARE), (text.ngrams, 1 - _WORD_SHARE)):
        values = frequencies * idf[buckets]
        scale = share**0.5 / (float(np.linalg.norm(values)) or 1.0)
        parts.append((buckets, values * scale, scale))
    (words, word_values, _), (ngrams, ngram_values, scale) = parts
    buckets, values = np.concatenate((words, ngrams)), np.concatenate((word_values, ngram_values))
    return FeatureRow(buckets, values, len(words), scale)
