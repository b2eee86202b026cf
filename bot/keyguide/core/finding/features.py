"""A text as numbers: hashed words, word pairs and letter runs, weighed by how telling each is."""

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
    """One weighed text: its buckets with their values, those of words first."""

    buckets: Ints
    values: Floats
    words: int  # how many of them are words and pairs


FeatureCounts = tuple[Ints, Floats]

_MAX_WORDS = 400  # words; a question is shorter, and work must be bounded whatever is pasted
_WORD_SHARE = 0.6  # of the squared length of a row; the rest belongs to the letter runs


def _hash_feature(feature: str) -> int:
    return crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS


def _hash_words(words: Sequence[str]) -> Iterable[int]:
    yield from map(_hash_feature, words)
    yield from (_hash_feature(f"{first} {second}") for first, second in pairwise(words))


@lru_cache(maxsize=20_000)  # people use the same words; cutting them up again would cost most of a reply
def _hash_letters(word: str) -> tuple[int, ...]:
    padded = f" {word[:30]} "
    return tuple(
        _hash_feature("#" + padded[at : at + size])
        for size in (3, 4, 5)
        for at in range(len(padded) - size + 1)
    )


def _count_buckets(buckets: Iterable[int]) -> FeatureCounts:
    counts = Counter(buckets)
    return (
        np.fromiter(counts.keys(), np.int32, len(counts)),
        1 + np.log(np.fromiter(counts.values(), np.float32, len(counts))),
    )


def count_features(words: Sequence[str]) -> tuple[FeatureCounts, FeatureCounts]:
    """Return the features of a text, unweighed: its words and pairs, and its letter runs."""
    short = words[:_MAX_WORDS]
    return _count_buckets(_hash_words(short)), _count_buckets(chain.from_iterable(map(_hash_letters, short)))


def compute_idf(rows: Sequence[tuple[FeatureCounts, FeatureCounts]]) -> Floats:
    """Return for each bucket how telling it is: the rarer among the rows, the more."""
    seen = np.zeros(BUCKETS, np.float32)
    for word_row, letter_row in rows:
        seen[word_row[0]] += 1
        seen[letter_row[0]] += 1
    return np.log((1 + len(rows)) / (1 + seen)) + 1


def compute_tf_idf(row: tuple[FeatureCounts, FeatureCounts], idf: Floats) -> FeatureRow:
    """Return one row of length 1 (0 for an empty text), words and letters in their shares."""
    parts = []
    for (buckets, counts), share in zip(row, (_WORD_SHARE, 1 - _WORD_SHARE), strict=True):
        values = counts * idf[buckets]
        length = float(np.linalg.norm(values)) or 1.0
        parts.append((buckets, values * (share**0.5 / length)))
    (words, word_values), (letters, letter_values) = parts
    return FeatureRow(
        np.concatenate((words, letters)), np.concatenate((word_values, letter_values)), len(words)
    )
