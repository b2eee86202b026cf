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


FeatureCounts = tuple[Ints, Floats]

MAX_WORDS = 400  # a question is shorter, and the work must be bounded if somebody pastes a long text
_WORD_SHARE = 0.6  # of the squared length of a row; the rest belongs to the character n-grams


def _hash_feature(feature: str) -> int:
    return crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS


def _hash_words(words: Sequence[str]) -> Iterable[int]:
    yield from map(_hash_feature, words)
    yield from (_hash_feature(f"{first} {second}") for first, second in pairwise(words))


@lru_cache(maxsize=20_000)  # people use the same words; without the cache a row takes three times as long
def hash_ngrams(word: str) -> tuple[int, ...]:
    """Return the buckets of the character n-grams of a word."""
    padded = f" {word[:30]} "
    return tuple(
        _hash_feature("#" + padded[start : start + size])
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
    all_counts = [_count_features(words) for words in examples]
    buckets = np.concatenate([buckets for counts in all_counts for buckets, _ in counts])
    idf = compute_idf(np.bincount(buckets, minlength=BUCKETS), len(all_counts))
    return [_compute_tf_idf(counts, idf) for counts in all_counts]


def encode_text(words: Sequence[str], idf: Floats) -> FeatureRow:
    """Build the tf-idf row of a text that is no example."""
    return _compute_tf_idf(_count_features(words), idf)


def compute_idf(row_counts: Ints, total: int) -> Floats:
    """Compute the inverse document frequency of each bucket: the fewer of the rows have it, the higher."""
    idf: Floats = np.log((1 + total) / (1 + row_counts)) + 1
    return idf.astype(np.float32)


def _count_features(words: Sequence[str]) -> tuple[FeatureCounts, FeatureCounts]:
    """Count the features of a text: its words and pairs, and its character n-grams."""
    short = words[:MAX_WORDS]
    return _count_buckets(_hash_words(short)), _count_buckets(chain.from_iterable(map(hash_ngrams, short)))


def _compute_tf_idf(counts: tuple[FeatureCounts, FeatureCounts], idf: Floats) -> FeatureRow:
    """Compute a row of length 1 (0 if the text is empty), with fixed shares for words and n-grams."""
    parts = []
    for (buckets, frequencies), share in zip(counts, (_WORD_SHARE, 1 - _WORD_SHARE), strict=True):
        values = frequencies * idf[buckets]
        scale = share**0.5 / (float(np.linalg.norm(values)) or 1.0)
        parts.append((buckets, values * scale, scale))
    (words, word_values, _), (ngrams, ngram_values, scale) = parts
    buckets, values = np.concatenate((words, ngrams)), np.concatenate((word_values, ngram_values))
    return FeatureRow(buckets, values, len(words), scale)
