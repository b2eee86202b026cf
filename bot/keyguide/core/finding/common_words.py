"""Compare the common words with the examples only once: every text has some, and so do most examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from keyguide.core.finding.features import MAX_WORDS, FeatureRow, Floats, hash_ngrams, weigh_counts
from keyguide.core.finding.inverted_index import ExampleIndex

_COMMON_SHARE = 0.03  # of the examples that have a word


def list_common_words(examples: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """List the words that many examples have, in the order of the alphabet."""
    counts = Counter(word for words in examples for word in {*words[:MAX_WORDS]})
    return tuple(sorted(word for word, count in counts.items() if count >= _COMMON_SHARE * len(examples)))


class CommonWords:
    """The dot products of the common words with the examples, by their n-grams.

    Two thirds of what the posting lists of a text hold belong to n-grams of about seventy such words. So the
    finder scores a practice question in 1.0 ms instead of 1.5, and an answer to new words on Discord takes
    3.3 ms of processor instead of 4.6.
    """

    def __init__(self, words: Iterable[str], examples: ExampleIndex, idf: Floats) -> None:
        """Compare each word with the examples."""
        self._idf = idf
        self._size = len(examples.vectors)
        ngrams = {word: np.array(hash_ngrams(word)) for word in words}
        rows = {word: FeatureRow(buckets, idf[buckets], 0, 1.0) for word, buckets in ngrams.items()}
        self._products = {word: examples.multiply(row) for word, row in rows.items()}

    def take_out(self, words: Sequence[str], row: FeatureRow) -> tuple[Floats, FeatureRow]:
        """Return the dot products of the common words of a text, and what is left of its row."""
        ngrams, counts = row.buckets[row.words :], Counter(words[:MAX_WORDS])
        weights = weigh_counts(np.fromiter(counts.values(), np.float32)).tolist()
        taken = dict.fromkeys(ngrams.tolist(), 0.0)
        products = np.zeros(self._size, np.float32)
        for word, weight in zip(counts, weights, strict=True):
            if (product := self._products.get(word)) is not None:
                products += product * weight
                for bucket in hash_ngrams(word):
                    taken[bucket] += weight
        values = row.values.copy()
        values[row.words :] -= np.fromiter(taken.values(), np.float32) * self._idf[ngrams] * row.ngram_scale
        rest = values != 0
        return products * row.ngram_scale, row._replace(buckets=row.buckets[rest], values=values[rest])
