"""From a text to the articles that may answer it, with a confidence that was earned on held-out examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from bot.core.features import Bools, Floats, Ints, Row, raw, weighed
from bot.core.words import Vocabulary

ELSEWHERE = "elsewhere/"

SIGNS = 6  # of confidence, that the gates look at ...
FAMILIAR = 4  # ... and which of them is the share of known words
_OFFERED = 8  # labels; nobody reads on further
_DOUBT = 0.5  # of the bar for "ours": from there on it may well be, and is asked about
_PERHAPS = 0.2  # of the bar for "ours": below that, a guess would only be noise
_AT_ONCE = 32  # buckets; with the products of all of them memory, not counting, would take the time
_CODE = re.compile(r"(?:[0o]x)?(?=[a-f]*\d)[0-9a-f]{6,}")  # says nothing about a topic by its letters
Embed = Callable[[Sequence[str]], Floats]  # a row for each text


@dataclass(frozen=True, slots=True)
class Example:
    """Something that people write, and the article, flow or `elsewhere/<group>` that it belongs to."""

    text: str
    label: str


class Verdict(StrEnum):
    """What the confidence allows: answer outright, offer a few, point elsewhere, or admit a miss."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    ELSEWHERE = "elsewhere"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class Found:
    """What a text is probably about, best first, and how far that can be trusted."""

    verdict: Verdict
    labels: tuple[str, ...] = ()
    elsewhere: str = ""
    sure: float = 0.0
    perhaps: tuple[str, ...] = ()  # what it may be about all the same, where it is sent on or missed
    firm: bool = True  # whether it is sure enough to refuse somebody for it

    @property
    def top(self) -> str:
        """The best label, empty where there is none."""
        return self.labels[0] if self.labels else ""


class Postings(NamedTuple):
    """Rows of numbers turned round: what many of them have as a table, and the rest by who has it."""

    places: Ints  # for each bucket its line in the table, -1 where it has none ...
    table: Floats
    starts: Ints  # ... and then from where on its owners are told, with their values
    owners: Ints
    values: Floats

    def sums(self, row: Row) -> Floats:
        """Return for each owner the product of its row with this one."""
        places = self.places[row.buckets]
        common = places >= 0
        total: Floats = row.values[common] @ self.table[places[common]]
        return total + self._rare(row.buckets[~common], row.values[~common])

    def _rare(self, buckets: Ints, shares: Floats) -> Floats:
        total = np.zeros(self.table.shape[1])
        begins, ends = self.starts[buckets].tolist(), self.starts[buckets + 1].tolist()
        for at in range(0, len(begins), _AT_ONCE):
            part = slice(at, at + _AT_ONCE)
            places = [slice(*place) for place in zip(begins[part], ends[part], strict=True)]
            owners = np.concatenate([self.owners[place] for place in places])
            values = zip(places, shares[part].tolist(), strict=True)
            weights = np.concatenate([self.values[place] * value for place, value in values])
            total += np.bincount(owners, weights, len(total))
        return total.astype(np.float32)


def warmed(alike: Floats) -> Floats:
    """Return likenesses with what is alike in several ways counting for more than the sum of them."""
    return alike + alike * alike / 2


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """The examples, and how much being like each of them speaks for each label, and last for being ours.

    Where there are too many examples for that, `pull` is empty, and there is one mean example for each label.
    `vectors` are those of the examples, where there are sentence vectors; `known` marks the buckets of
    words that questions of ours have used.
    """

    postings: Postings
    known: Floats
    pull: Floats
    vectors: Floats

    def scores(self, row: Row, vector: Floats | None) -> Floats:
        """Return a score for each label, and last one for being ours."""
        alike = self.postings.sums(row)
        if not len(self.pull):
            return np.append(alike, np.float32(0))
        if vector is not None and len(self.vectors):
            alike += self.vectors @ vector
        scores: Floats = warmed(alike) @ self.pull
        return scores


class Bars(NamedTuple):
    """How sure is sure enough, and how few known words make a text a strange one."""

    mine: float  # that a text is ours
    right: float  # that the best answer is right
    strange: float
    firm: float  # to refuse somebody


def which_are_ours(labels: Sequence[str]) -> Bools:
    """Tell for each label whether it is an answer of ours, and not a group that belongs elsewhere."""
    return np.array([not label.startswith(ELSEWHERE) for label in labels], bool)


def best(labels: Sequence[str], scores: Floats, among: Bools, most: int) -> tuple[str, ...]:
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
    support: Support
    mine: Floats
    right: Floats
    bars: Bars
    ours: Bools = field(init=False)  # for each label

    def __post_init__(self) -> None:
        """Tell the labels apart, once."""
        object.__setattr__(self, "ours", which_are_ours(self.labels))


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What an index says of one text: a score for each label, and the signs of how far to trust them."""

    scores: Floats
    seen: Floats

    @property
    def familiar(self) -> float:
        """The share of the text's words that questions of ours have used."""
        return float(self.seen[FAMILIAR])


def shares(scores: Floats) -> Floats:
    """Return scores as shares of 1 along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return result


def familiar(known: Floats, row: Row) -> float:
    """Return the share of a text's words, by how telling they are, that are known."""
    telling = row.values[: row.words] ** 2
    return float(telling @ known[row.buckets[: row.words]] / (telling.sum() or 1))


def judged(scores: Floats, ours: Bools, share_known: float) -> Judged:
    """Return the scores with the signs of how far they can be trusted; the last score is for being ours."""
    share = shares(scores[:-1] / 2)  # two learners pulled
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
    return Judged(scores[:-1], np.array(signs, np.float32))


def confidence(weights: Floats, seen: Floats) -> Floats:
    """Return the probability that a gate gives to the signs it sees."""
    result: Floats = 1 / (1 + np.exp(-np.clip(seen @ weights, -30, 30)))
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """An index with the vocabulary that its texts were normalised by."""

    index: Index
    words: Vocabulary
    embed: Embed | None = None

    def find(self, text: str) -> Found:
        """Return what the text is probably about."""
        said = self.judge(text)
        if said is None:
            return Found(Verdict.MISS)
        index = self.index
        mine, right = float(confidence(index.mine, said.seen)), float(confidence(index.right, said.seen))
        ours = best(index.labels, said.scores, index.ours, _OFFERED)
        theirs = "".join(best(index.labels, said.scores, ~index.ours, 1)).removeprefix(ELSEWHERE)
        perhaps = ours[:2] if mine >= index.bars.mine * _PERHAPS else ()
        verdict = _verdict(index.bars, mine, right, said.familiar)
        return Found(verdict, ours, theirs, right, perhaps, firm=right >= index.bars.firm)

    def judge(self, text: str) -> Judged | None:
        """Return what the index says of a text, None where the text or the index is empty."""
        words = written(self.words, text)
        index = self.index
        if not words or not index.labels:
            return None
        row = weighed(raw(words), index.idf)
        vector = self.embed([text])[0] if self.embed else None
        scores = index.support.scores(row, vector)
        return judged(scores, index.ours, familiar(index.support.known, row))


def written(words: Vocabulary, text: str) -> list[str]:
    """Return the words that a text is found by: in normal spelling, without codes and keys."""
    return [word for word in words.normal(text) if not _CODE.fullmatch(word)]


def _verdict(bars: Bars, mine: float, right: float, known: float) -> Verdict:
    if mine >= bars.mine and right >= bars.right:
        return Verdict.ANSWER
    if mine >= bars.mine * _DOUBT:
        return Verdict.SUGGEST  # "not mine" said of something that is ours is the worst of answers
    return Verdict.ELSEWHERE if known >= bars.strange else Verdict.MISS
