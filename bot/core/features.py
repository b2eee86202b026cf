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


class Row(NamedTuple):
    """One weighed text: its buckets with their values, those of words first."""

    buckets: Ints
    values: Floats
    words: int  # how many of them are words and pairs


Counts = tuple[Ints, Floats]

_LONGEST = 400  # words; a question is shorter, and work must be bounded whatever is pasted
_WORD_SHARE = 0.6  # of the squared length of a row; the rest belongs to the letter runs


def _bucket(feature: str) -> int:
    return crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS


def _words_in(words: Sequence[str]) -> Iterable[int]:
    yield from map(_bucket, words)
    yield from (_bucket(f"{first} {second}") for first, second in pairwise(words))


@lru_cache(maxsize=20_000)  # people use the same words; cutting them up again would cost most of a reply
def _letters_in(word: str) -> tuple[int, ...]:
    padded = f" {word[:30]} "
    return tuple(
        _bucket("#" + padded[at : at + size]) for size in (3, 4, 5) for at in range(len(padded) - size + 1)
    )


def _counted(buckets: Iterable[int]) -> Counts:
    counts = Counter(buckets)
    return (
        np.fromiter(counts.keys(), np.int32, len(counts)),
        1 + np.log(np.fromiter(counts.values(), np.float32, len(counts))),
    )


def raw(words: Sequence[str]) -> tuple[Counts, Counts]:
    """Return the features of a text, unweighed: its words and pairs, and its letter runs."""
    short = words[:_LONGEST]
    return _counted(_words_in(short)), _counted(chain.from_iterable(map(_letters_in, short)))


def telling(rows: Sequence[tuple[Counts, Counts]]) -> Floats:
    """Return for each bucket how telling it is: the rarer among the rows, the more."""
    seen = np.zeros(BUCKETS, np.float32)
    for word_row, letter_row in rows:
        seen[word_row[0]] += 1
        seen[letter_row[0]] += 1
    return np.log((1 + len(rows)) / (1 + seen)) + 1


def weighed(row: tuple[Counts, Counts], idf: Floats) -> Row:
    """Return one row of length 1 (0 for an empty text), words and letters in their shares."""
    parts = []
    for (buckets, counts), share in zip(row, (_WORD_SHARE, 1 - _WORD_SHARE), strict=True):
        values = counts * idf[buckets]
        length = float(np.linalg.norm(values)) or 1.0
        parts.append((buckets, values * (share**0.5 / length)))
    (words, word_values), (letters, letter_values) = parts
    return Row(np.concatenate((words, letters)), np.concatenate((word_values, letter_values)), len(words))
