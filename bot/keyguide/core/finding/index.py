"""Rank articles for a text, with a confidence calibrated on held-out examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from keyguide.core.finding.confidence import (
    Confidence,
    Thresholds,
    compute_shares,
    compute_signals,
    estimate_probability,
    measure_familiarity,
)
from keyguide.core.finding.features import (
    Bools,
    Floats,
    Ints,
    TextFeatures,
    compute_idf,
    count_features,
    encode_text,
)
from keyguide.core.finding.near_examples import NearExamples
from keyguide.core.finding.normalise import Vocabulary
from keyguide.core.finding.weights import FeatureWeights

ELSEWHERE = "elsewhere/"

_MAX_LABELS = 8  # nobody reads a longer list
_SUGGEST_FACTOR = 0.5  # of the threshold for being in scope: from there on it may well be, so we ask
_GUESS_FACTOR = 0.1  # of the same threshold: below that, a guess would only be noise
_CERTAIN_ELSEWHERE = 0.9  # share of one group beyond all doubt
_LIKELY_ELSEWHERE = 0.3  # share from which a text hardly goes on with what was said or shown before
_NEVER = -1e3  # the score of a label that does not take part
_NO_VECTOR = np.zeros(0, np.float32)  # of a text if there is no embedder
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
    elsewhere_share: float = 0.0  # of that group among all labels
    confidence: float = 0.0
    guesses: tuple[str, ...] = ()  # what it may be about, even if it is referred elsewhere or missed
    may_refuse: bool = True  # whether the confidence is high enough to refuse somebody, whatever the decision

    @property
    def top(self) -> str:
        """The best label, or an empty string if there is none."""
        return self.labels[0] if self.labels else ""

    def is_sure(self, confidence: float) -> bool:
        """Check whether a text is about the best label with at least this confidence."""
        return self.decision is Decision.ANSWER and self.confidence >= confidence

    @property
    def is_likely_elsewhere(self) -> bool:
        """Whether a text likely belongs to one group of what is not ours: "my wifi is slow, too"."""
        return self.decision is Decision.ELSEWHERE and self.elsewhere_share >= _LIKELY_ELSEWHERE

    @property
    def is_elsewhere_beyond_doubt(self) -> bool:
        """Whether a text belongs elsewhere, whatever it sounds like: "why is the sky blue"."""
        is_nothing = self.decision in {Decision.ELSEWHERE, Decision.MISS}
        return is_nothing and self.elsewhere_share >= _CERTAIN_ELSEWHERE


def mark_in_scope(labels: Sequence[str]) -> Bools:
    """Mark each label that is in scope: an answer of ours, and not a group that belongs elsewhere."""
    return np.array([not label.startswith(ELSEWHERE) for label in labels], bool)


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Everything that was learnt, as plain arrays that can be written to a file and read back."""

    labels: tuple[str, ...]
    size: int  # how many examples there were
    counts: Ints  # how many of them have each bucket
    mean: Floats  # of the vectors
    weights: FeatureWeights
    near: NearExamples | None  # none where labels are ranked by words: there they bring nothing more
    known: Bools  # marks the buckets of words that questions in scope have used
    confidence: Confidence
    in_scope: Bools = field(init=False)  # for each label
    idf: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Compute what follows from the other fields once, because every search needs it."""
        object.__setattr__(self, "in_scope", mark_in_scope(self.labels))
        object.__setattr__(self, "idf", compute_idf(self.counts, self.size))

    def score(self, text: TextFeatures, vector: Floats) -> tuple[Floats, float]:
        """Score a text for each label and last for being in scope, with the share of its known words."""
        row, centred = encode_text(text, self.idf), vector - self.mean
        scores = self.weights.score(row.buckets, row.values, centred)
        if self.near:
            scores += self.near.score(text, row, centred)
        return scores, measure_familiarity(self.known, row)


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """An index with the vocabulary that its texts were normalised with."""

    index: Index
    words: Vocabulary
    embed: Embedder | None = None
    scored: dict[str, tuple[Floats, float]] | None = None  # the texts of one turn ...
    read: dict[str, TextFeatures] | None = None  # ... and what they consist of, for all finders

    def find(self, text: str, without: frozenset[str] = frozenset()) -> SearchResult:
        """Find what a text is probably about; report a miss if the text or the index is empty.

        Labels that it is known not to be about, `without`, do not take part.
        """
        scored = self._score(text)
        if scored is None:
            return SearchResult(Decision.MISS)
        index, (scores, familiarity) = self.index, scored
        if without:
            scores = scores.copy()
            scores[[number for number, label in enumerate(index.labels) if label in without]] = _NEVER
        signals = compute_signals(scores, index.in_scope, familiarity)
        in_scope = float(estimate_probability(index.confidence.in_scope, signals))
        first_is_right = float(estimate_probability(index.confidence.first_is_right, signals))
        thresholds = index.confidence.thresholds
        order = np.argsort(-scores[:-1], kind="stable")
        is_ours = index.in_scope[order]
        labels = tuple(index.labels[number] for number in order[is_ours][:_MAX_LABELS].tolist())
        outside = order[~is_ours][:1].tolist()
        return SearchResult(
            _decide(thresholds, in_scope, first_is_right, familiarity),
            labels,
            "".join(index.labels[number].removeprefix(ELSEWHERE) for number in outside),
            sum(compute_shares(scores[:-1])[outside].tolist()),
            first_is_right,
            guesses=labels[:2] if in_scope >= thresholds.in_scope * _GUESS_FACTOR else (),
            may_refuse=thresholds.may_refuse(in_scope, first_is_right),
        )

    def classify(self, text: str, among: Sequence[str] = ()) -> tuple[tuple[str, float], ...]:
        """Rank labels with their shares of 1, best first; among some labels if they are named."""
        return self.classify_with_familiarity(text, among)[0]

    def classify_with_familiarity(
        self, text: str, among: Sequence[str] = ()
    ) -> tuple[tuple[tuple[str, float], ...], float]:
        """Rank labels as classify does, and measure the share of the words that the examples know."""
        scored = self._score(text)
        chosen = [number for number, label in enumerate(self.index.labels) if not among or label in among]
        if scored is None or not chosen:
            return (), scored[1] if scored else 0.0
        scores, familiarity = scored
        shares = compute_shares(scores[chosen])
        order = np.argsort(-shares, kind="stable")
        labels = (self.index.labels[chosen[at]] for at in order.tolist())
        return tuple(zip(labels, shares[order].tolist(), strict=True)), familiarity

    def remember_scores(self, read: dict[str, TextFeatures]) -> Finder:
        """Return a finder for one turn, which looks at one text from several sides and scores it once.

        That saves a quarter of what an answer after a page, or in a flow, costs. All finders of the turn get
        the same `read`, so that a text is split and counted once.
        """
        return replace(self, scored={}, read=read)

    def _score(self, text: str) -> tuple[Floats, float] | None:
        """Score a text, or return None if the text or the index is empty."""
        if self.scored is not None and text in self.scored:
            return self.scored[text]
        features = self._read(text)
        if not features.weights or not self.index.labels:
            return None
        scored = self.index.score(features, self.embed([text])[0] if self.embed else _NO_VECTOR)
        if self.scored is not None:
            self.scored[text] = scored
        return scored

    def _read(self, text: str) -> TextFeatures:
        """Count the features of a text, if no finder of this turn has done so."""
        if self.read is not None and text in self.read:
            return self.read[text]
        features = count_features(self.words.extract_search_words(text))
        if self.read is not None:
            self.read[text] = features
        return features


def _decide(thresholds: Thresholds, in_scope: float, first_is_right: float, familiarity: float) -> Decision:
    if in_scope >= thresholds.in_scope and first_is_right >= thresholds.first_is_right:
        return Decision.ANSWER
    if in_scope >= thresholds.in_scope * _SUGGEST_FACTOR:
        return Decision.SUGGEST  # to reject a question that is in scope would be the worst answer
    return Decision.ELSEWHERE if familiarity >= thresholds.unfamiliar else Decision.MISS
