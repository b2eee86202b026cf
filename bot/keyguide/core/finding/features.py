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

BUCKETS = 1 << 18  # two features rarely share a bucket, and a bucket costs four bytes
Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


class FeatureRow(NamedTuple):
    """The weighted features of one text: its buckets with their values, those of words first."""

    buckets: Ints
    values: Floats
    words: int  # how many of them are words and pairs


FeatureCounts = tuple[Ints, Floats]

_MAX_WORDS = 400  # a question is shorter, and the work must be bounded if somebody pastes a long text
_WORD_SHARE = 0.6  # of the squared length of a row; the rest belongs to the character n-grams


def _hash_feature(feature: str) -> int:
    return crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS


def _hash_words(words: Sequence[str]) -> Iterable[int]:
    yield from map(_hash_feature, words)
    yield from (_hash_feature(f"{first} {second}") for first, second in pairwise(words))


@lru_cache(maxsize=20_000)  # people use the same words; splitting them again would cost most of a reply
def _hash_ngrams(word: str) -> tuple[int, ...]:
    padded = f" {word[:30]} "
    return tuple(
        _hash_feature("#" + padded[start : start + size])
        for size in (3, 4, 5)
        for start in range(len(padded) - size + 1)
    )


def _count_buckets(buckets: Iterable[int]) -> FeatureCounts:
    counts = Counter(buckets)
    return (
        np.fromiter(counts.keys(), np.int32, len(counts)),
        1 + np.log(np.fromiter(counts.values(), np.float32, len(counts))),
    )


def count_features(words: Sequence[str]) -> tuple[FeatureCounts, FeatureCounts]:
    """Count the features of a text, not yet weighted: its words and pairs, and its character n-grams."""
    short = words[:_MAX_WORDS]
    return _count_buckets(_hash_words(short)), _count_buckets(chain.from_iterable(map(_hash_ngrams, short)))


def compute_idf(rows: Sequence[tuple[FeatureCounts, FeatureCounts]]) -> Floats:
    """Compute the inverse document frequency of each bucket: the rarer it is in the rows, the higher."""
    row_counts = np.zeros(BUCKETS, np.float32)
    for word_row, ngram_row in rows:
        row_counts[word_row[0]] += 1
        row_counts[ngram_row[0]] += 1
    return np.log((1 + len(rows)) / (1 + row_counts)) + 1


def compute_tf_idf(row: tuple[FeatureCounts, FeatureCounts], idf: Floats) -> FeatureRow:
    """Compute a row of length 1 (0 if the text is empty), with fixed shares for words and n-grams."""
    parts = []
    for (buckets, counts), share in zip(row, (_WORD_SHARE, 1 - _WORD_SHARE), strict=True):
        values = counts * idf[buckets]
        length = float(np.linalg.norm(values)) or 1.0
        parts.append((buckets, values * (share**0.5 / length)))
    (words, word_values), (ngrams, ngram_values) = parts
    return FeatureRow(
        np.concatenate((words, ngrams)), np.concatenate((word_values, ngram_values)), len(words)
    )
