"""Rank articles for a text, with a confidence calibrated on held-out examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from keyguide.core.finding.features import Bools, FeatureRow, Floats, Ints, compute_tf_idf, count_features
from keyguide.core.finding.normalise import Vocabulary

ELSEWHERE = "elsewhere/"

SIGNAL_COUNT = 6  # how many signals the confidence is computed from ...
FAMILIARITY_SIGNAL = 4  # ... and which of them is the share of known words
_TEMPERATURE = 2  # scores are divided by it, so that a share tells how sure a label is
_MAX_LABELS = 8  # nobody reads a longer list
_SUGGEST_FACTOR = 0.5  # of the threshold for "ours": from there on the text may well be ours, so we ask
_GUESS_FACTOR = 0.2  # of the threshold for "ours": below that, a guess would only be noise
_BATCH_SIZE = 32  # buckets; with the products of all of them, memory and not arithmetic would take the time
_CODE = re.compile(r"(?:[0o]x)?(?=[a-f]*\d)[0-9a-f]{6,}")  # its letters say nothing about a topic
Embedder = Callable[[Sequence[str]], Floats]  # returns a row for each text


@dataclass(frozen=True, slots=True)
class Example:
    """Something that people write, and the article, flow or `elsewhere/<group>` that it belongs to."""

    text: str
    label: str


class Decision(StrEnum):
    """What the confidence allows: answer at once, suggest a few answers, refer elsewhere, or admit a miss."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    ELSEWHERE = "elsewhere"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a text is probably about, best label first, and how far that can be trusted."""

    decision: Decision
    labels: tuple[str, ...] = ()
    elsewhere: str = ""
    confidence: float = 0.0
    guesses: tuple[str, ...] = ()  # what it may be about, even if it is referred elsewhere or missed
    may_refuse: bool = True  # whether the confidence is high enough to refuse somebody

    @property
    def top(self) -> str:
        """The best label, or an empty string if there is none."""
        return self.labels[0] if self.labels else ""


class InvertedIndex(NamedTuple):
    """An inverted index of rows: a table for common buckets, posting lists for the rest."""

    places: Ints  # for each bucket its line in the table, -1 if it has none ...
    table: Floats
    starts: Ints  # ... and then where its posting list begins, in owners and in values
    owners: Ints
    values: Floats

    def multiply(self, row: FeatureRow) -> Floats:
        """Compute the dot product of this row with the row of each owner."""
        places = self.places[row.buckets]
        common = places >= 0
        products: Floats = row.values[common] @ self.table[places[common]]
        return products + self._multiply_rare(row.buckets[~common], row.values[~common])

    def _multiply_rare(self, buckets: Ints, row_values: Floats) -> Floats:
        total = np.zeros(self.table.shape[1])
        starts, ends = self.starts[buckets].tolist(), self.starts[buckets + 1].tolist()
        for first in range(0, len(starts), _BATCH_SIZE):
            batch = slice(first, first + _BATCH_SIZE)
            postings = [slice(*bounds) for bounds in zip(starts[batch], ends[batch], strict=True)]
            owners = np.concatenate([self.owners[posting] for posting in postings])
            pairs = zip(postings, row_values[batch].tolist(), strict=True)
            products = np.concatenate([self.values[posting] * value for posting, value in pairs])
            total += np.bincount(owners, products, len(total))
        return total.astype(np.float32)


def boost(similarity: Floats) -> Floats:
    """Raise high similarities, so that several shared features count for more than their sum."""
    return similarity + similarity * similarity / 2


@dataclass(frozen=True, slots=True, eq=False)
class KernelModel:
    """The examples, and how much similarity to each counts for each label, and last for being ours.

    If there are too many examples for that, `coefficients` is empty, and there is one mean row for each
    label. `vectors` holds the sentence vectors of the examples, if there are any. `known` marks the buckets
    of words that questions of ours have used.
    """

    postings: InvertedIndex
    known: Floats
    coefficients: Floats
    vectors: Floats

    def score(self, row: FeatureRow, vector: Floats | None) -> Floats:
        """Compute a score for each label, and last one for being ours."""
        similarity = self.postings.multiply(row)
        if not len(self.coefficients):
            return np.append(similarity, np.float32(0))
        if vector is not None and len(self.vectors):
            similarity += self.vectors @ vector
        scores: Floats = boost(similarity) @ self.coefficients
        return scores


class Thresholds(NamedTuple):
    """How much confidence each decision needs, and how few known words make a text unfamiliar."""

    mine: float  # that a text is ours
    right: float  # that the best answer is right
    unfamiliar: float
    refusal: float  # to refuse somebody


def mark_ours(labels: Sequence[str]) -> Bools:
    """Mark each label that is an answer of ours, and not a group that belongs elsewhere."""
    return np.array([not label.startswith(ELSEWHERE) for label in labels], bool)


def select_best(labels: Sequence[str], scores: Floats, allowed: Bools, limit: int) -> tuple[str, ...]:
    """Select the allowed labels with the highest scores, best first."""
    order = np.argsort(-scores, kind="stable")
    return tuple(labels[number] for number in order[allowed[order]][:limit])


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Everything that was learnt, as plain arrays that can be written to a file and read back.

    `mine` and `right` are the coefficients of two logistic models (see `compute_confidence`): that a text is
    ours, and that the best answer is right.
    """

    labels: tuple[str, ...]
    idf: Floats
    model: KernelModel
    mine: Floats
    right: Floats
    thresholds: Thresholds
    ours: Bools = field(init=False)  # for each label

    def __post_init__(self) -> None:
        """Mark our labels once, because every search needs them."""
        object.__setattr__(self, "ours", mark_ours(self.labels))


@dataclass(frozen=True, slots=True, eq=False)
class ScoredText:
    """The scores of one text, one for each label, and the signals of how far to trust them."""

    scores: Floats
    signals: Floats

    @property
    def familiarity(self) -> float:
        """The share of the text's words that questions of ours have used."""
        return float(self.signals[FAMILIARITY_SIGNAL])


def compute_softmax(scores: Floats) -> Floats:
    """Compute the softmax of scores along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return result


def measure_familiarity(known: Floats, row: FeatureRow) -> float:
    """Compute the share of a text's words that are known; rarer words count for more."""
    weights = row.values[: row.words] ** 2
    return float(weights @ known[row.buckets[: row.words]] / (weights.sum() or 1))


def add_signals(scores: Floats, ours: Bools, share_known: float) -> ScoredText:
    """Add the signals of how far the scores can be trusted; the last score is for being ours."""
    shares = compute_softmax(scores[:-1] / 2)  # they are the sum of two models
    our_shares = np.sort(shares * ours)
    elsewhere = float(shares[~ours].sum())
    first, second, total = float(our_shares[-1]), float(our_shares[-2:].min()), float(our_shares.sum())
    signals = (
        1.0,
        np.log(first + 1e-4),
        np.log((first + 1e-3) / (second + 1e-3)),
        np.log((total + 1e-3) / (elsewhere + 1e-3)),
        share_known,
        scores[-1],
    )
    return ScoredText(scores[:-1], np.array(signals, np.float32))


def compute_confidence(coefficients: Floats, signals: Floats) -> Floats:
    """Compute the probability that a logistic model gives to signals."""
    result: Floats = 1 / (1 + np.exp(-np.clip(signals @ coefficients, -30, 30)))
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """An index with the vocabulary that its texts were normalised with."""

    index: Index
    words: Vocabulary
    embed: Embedder | None = None

    def find(self, text: str) -> SearchResult:
        """Find what a text is probably about; report a miss if the text or the index is empty."""
        scored = self.score_text(text)
        if scored is None:
            return SearchResult(Decision.MISS)
        index, thresholds = self.index, self.index.thresholds
        mine = float(compute_confidence(index.mine, scored.signals))
        right = float(compute_confidence(index.right, scored.signals))
        ours = select_best(index.labels, scored.scores, index.ours, _MAX_LABELS)
        elsewhere = "".join(select_best(index.labels, scored.scores, ~index.ours, 1)).removeprefix(ELSEWHERE)
        guesses = ours[:2] if mine >= thresholds.mine * _GUESS_FACTOR else ()
        decision = _decide(thresholds, mine, right, scored.familiarity)
        return SearchResult(decision, ours, elsewhere, right, guesses, may_refuse=right >= thresholds.refusal)

    def classify(self, text: str, among: Sequence[str] = ()) -> tuple[tuple[str, float], ...]:
        """Rank labels with their shares of 1, best first; among some labels if they are named."""
        return self.classify_with_familiarity(text, among)[0]

    def classify_with_familiarity(
        self, text: str, among: Sequence[str] = ()
    ) -> tuple[tuple[tuple[str, float], ...], float]:
        """Rank labels as classify does, and measure the share of the words that the examples know."""
        scored = self.score_text(text)
        if scored is None:
            return (), 0.0
        chosen = [number for number, label in enumerate(self.index.labels) if not among or label in among]
        shares = compute_softmax(scored.scores[chosen] / _TEMPERATURE) if chosen else scored.scores[:0]
        order = np.argsort(-shares, kind="stable")
        ranking = tuple((self.index.labels[chosen[at]], float(shares[at])) for at in order)
        return ranking, scored.familiarity

    def score_text(self, text: str) -> ScoredText | None:
        """Score a text for every label, or return None if the text or the index is empty."""
        words = extract_words(self.words, text)
        index = self.index
        if not words or not index.labels:
            return None
        row = compute_tf_idf(count_features(words), index.idf)
        vector = self.embed([text])[0] if self.embed else None
        scores = index.model.score(row, vector)
        return add_signals(scores, index.ours, measure_familiarity(index.model.known, row))


def extract_words(vocabulary: Vocabulary, text: str) -> list[str]:
    """Extract the words that a text is searched by: in normal spelling, without codes and keys."""
    return [word for word in vocabulary.normalise_words(text) if not _CODE.fullmatch(word)]


def _decide(thresholds: Thresholds, mine: float, right: float, familiarity: float) -> Decision:
    if mine >= thresholds.mine and right >= thresholds.right:
        return Decision.ANSWER
    if mine >= thresholds.mine * _SUGGEST_FACTOR:
        return Decision.SUGGEST  # to reject a question that is ours would be the worst answer
    return Decision.ELSEWHERE if familiarity >= thresholds.unfamiliar else Decision.MISS
