"""From a text to the articles that may answer it, with a confidence that was earned on held-out examples."""

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

SIGNAL_COUNT = 6  # of confidence, that the gates look at ...
FAMILIARITY_SIGNAL = 4  # ... and which of them is the share of known words
_MAX_LABELS = 8  # labels; nobody reads on further
_SUGGEST_FACTOR = 0.5  # of the bar for "ours": from there on it may well be, and is asked about
_GUESS_FACTOR = 0.2  # of the bar for "ours": below that, a guess would only be noise
_BATCH_SIZE = 32  # buckets; with the products of all of them memory, not counting, would take the time
_CODE = re.compile(r"(?:[0o]x)?(?=[a-f]*\d)[0-9a-f]{6,}")  # says nothing about a topic by its letters
Embedder = Callable[[Sequence[str]], Floats]  # a row for each text


@dataclass(frozen=True, slots=True)
class Example:
    """Something that people write, and the article, flow or `elsewhere/<group>` that it belongs to."""

    text: str
    label: str


class Decision(StrEnum):
    """What the confidence allows: answer outright, offer a few, point elsewhere, or admit a miss."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    ELSEWHERE = "elsewhere"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a text is probably about, best first, and how far that can be trusted."""

    decision: Decision
    labels: tuple[str, ...] = ()
    elsewhere: str = ""
    confidence: float = 0.0
    guesses: tuple[str, ...] = ()  # what it may be about all the same, where it is sent on or missed
    may_refuse: bool = True  # whether it is sure enough to refuse somebody for it

    @property
    def top(self) -> str:
        """The best label, empty where there is none."""
        return self.labels[0] if self.labels else ""


class InvertedIndex(NamedTuple):
    """Rows of numbers turned round: what many of them have as a table, and the rest by who has it."""

    places: Ints  # for each bucket its line in the table, -1 where it has none ...
    table: Floats
    starts: Ints  # ... and then from where on its owners are told, with their values
    owners: Ints
    values: Floats

    def multiply(self, row: FeatureRow) -> Floats:
        """Return for each owner the product of its row with this one."""
        places = self.places[row.buckets]
        common = places >= 0
        total: Floats = row.values[common] @ self.table[places[common]]
        return total + self._multiply_rare(row.buckets[~common], row.values[~common])

    def _multiply_rare(self, buckets: Ints, shares: Floats) -> Floats:
        total = np.zeros(self.table.shape[1])
        begins, ends = self.starts[buckets].tolist(), self.starts[buckets + 1].tolist()
        for at in range(0, len(begins), _BATCH_SIZE):
            part = slice(at, at + _BATCH_SIZE)
            places = [slice(*place) for place in zip(begins[part], ends[part], strict=True)]
            owners = np.concatenate([self.owners[place] for place in places])
            values = zip(places, shares[part].tolist(), strict=True)
            weights = np.concatenate([self.values[place] * value for place, value in values])
            total += np.bincount(owners, weights, len(total))
        return total.astype(np.float32)


def boost(alike: Floats) -> Floats:
    """Return likenesses with what is alike in several ways counting for more than the sum of them."""
    return alike + alike * alike / 2


@dataclass(frozen=True, slots=True, eq=False)
class KernelModel:
    """The examples, and how much being like each of them speaks for each label, and last for being ours.

    Where there are too many examples for that, `pull` is empty, and there is one mean example for each label.
    `vectors` are those of the examples, where there are sentence vectors; `known` marks the buckets of
    words that questions of ours have used.
    """

    postings: InvertedIndex
    known: Floats
    coefficients: Floats
    vectors: Floats

    def score(self, row: FeatureRow, vector: Floats | None) -> Floats:
        """Return a score for each label, and last one for being ours."""
        alike = self.postings.multiply(row)
        if not len(self.coefficients):
            return np.append(alike, np.float32(0))
        if vector is not None and len(self.vectors):
            alike += self.vectors @ vector
        scores: Floats = boost(alike) @ self.coefficients
        return scores


class Thresholds(NamedTuple):
    """How sure is sure enough, and how few known words make a text a strange one."""

    mine: float  # that a text is ours
    right: float  # that the best answer is right
    unfamiliar: float
    refusal: float  # to refuse somebody


def mark_ours(labels: Sequence[str]) -> Bools:
    """Tell for each label whether it is an answer of ours, and not a group that belongs elsewhere."""
    return np.array([not label.startswith(ELSEWHERE) for label in labels], bool)


def select_best(labels: Sequence[str], scores: Floats, among: Bools, most: int) -> tuple[str, ...]:
    """Return the labels with the highest scores among some of them, the best first."""
    order = np.argsort(-scores, kind="stable")
    return tuple(labels[at] for at in order[among[order]][:most])


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Everything that was learnt, as plain arrays that can be written to a file and read back.

    `mine` and `right` are the weights of the two gates (see `confidence`).
    """

    labels: tuple[str, ...]
    idf: Floats
    model: KernelModel
    mine: Floats
    right: Floats
    thresholds: Thresholds
    ours: Bools = field(init=False)  # for each label

    def __post_init__(self) -> None:
        """Tell the labels apart, once."""
        object.__setattr__(self, "ours", mark_ours(self.labels))


@dataclass(frozen=True, slots=True, eq=False)
class ScoredText:
    """What an index says of one text: a score for each label, and the signs of how far to trust them."""

    scores: Floats
    signals: Floats

    @property
    def familiarity(self) -> float:
        """The share of the text's words that questions of ours have used."""
        return float(self.signals[FAMILIARITY_SIGNAL])


def compute_softmax(scores: Floats) -> Floats:
    """Return scores as shares of 1 along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return result


def measure_familiarity(known: Floats, row: FeatureRow) -> float:
    """Return the share of a text's words, by how telling they are, that are known."""
    telling = row.values[: row.words] ** 2
    return float(telling @ known[row.buckets[: row.words]] / (telling.sum() or 1))


def add_signals(scores: Floats, ours: Bools, share_known: float) -> ScoredText:
    """Return the scores with the signs of how far they can be trusted; the last score is for being ours."""
    share = compute_softmax(scores[:-1] / 2)  # two learners pulled
    mine = np.sort(share * ours)
    theirs = float(share[~ours].sum())
    first, second, all = float(mine[-1]), float(mine[-2:].min()), float(mine.sum())
    signs = (
        1.0,
        np.log(first + 1e-4),
        np.log((first + 1e-3) / (second + 1e-3)),
        np.log((all + 1e-3) / (theirs + 1e-3)),
        share_known,
        scores[-1],
    )
    return ScoredText(scores[:-1], np.array(signs, np.float32))


def compute_confidence(weights: Floats, seen: Floats) -> Floats:
    """Return the probability that a gate gives to the signs it sees."""
    result: Floats = 1 / (1 + np.exp(-np.clip(seen @ weights, -30, 30)))
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """An index with the vocabulary that its texts were normalised by."""

    index: Index
    words: Vocabulary
    embed: Embedder | None = None

    def find(self, text: str) -> SearchResult:
        """Return what the text is probably about."""
        said = self.score_text(text)
        if said is None:
            return SearchResult(Decision.MISS)
        index = self.index
        mine, right = (
            float(compute_confidence(index.mine, said.signals)),
            float(compute_confidence(index.right, said.signals)),
        )
        ours = select_best(index.labels, said.scores, index.ours, _MAX_LABELS)
        theirs = "".join(select_best(index.labels, said.scores, ~index.ours, 1)).removeprefix(ELSEWHERE)
        perhaps = ours[:2] if mine >= index.thresholds.mine * _GUESS_FACTOR else ()
        verdict = _decide(index.thresholds, mine, right, said.familiarity)
        return SearchResult(
            verdict, ours, theirs, right, perhaps, may_refuse=right >= index.thresholds.refusal
        )

    def score_text(self, text: str) -> ScoredText | None:
        """Return what the index says of a text, None where the text or the index is empty."""
        words = extract_words(self.words, text)
        index = self.index
        if not words or not index.labels:
            return None
        row = compute_tf_idf(count_features(words), index.idf)
        vector = self.embed([text])[0] if self.embed else None
        scores = index.model.score(row, vector)
        return add_signals(scores, index.ours, measure_familiarity(index.model.known, row))


def extract_words(words: Vocabulary, text: str) -> list[str]:
    """Return the words that a text is found by: in normal spelling, without codes and keys."""
    return [word for word in words.normalise_words(text) if not _CODE.fullmatch(word)]


def _decide(bars: Thresholds, mine: float, right: float, known: float) -> Decision:
    if mine >= bars.mine and right >= bars.right:
        return Decision.ANSWER
    if mine >= bars.mine * _SUGGEST_FACTOR:
        return Decision.SUGGEST  # "not mine" said of something that is ours is the worst of answers
    return Decision.ELSEWHERE if known >= bars.unfamiliar else Decision.MISS
