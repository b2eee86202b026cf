"""From the knowledge's own examples to an index that finds, and that knows how far to trust itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.calibrate import Held, bars, gate
from bot.core.features import Floats, Row, raw, telling, weighed
from bot.core.find import (
    ELSEWHERE,
    SIGNS,
    Embed,
    Example,
    Finder,
    Index,
    Judged,
    Postings,
    Support,
    familiar,
    judged,
    written,
)
from bot.core.learn import Lessons, Numbers, averaged, known_words, learnt, lessons_of, pulls
from bot.core.words import Vocabulary

Near = Mapping[str, frozenset[str]]

_FOLDS = 3
_FEWEST = 2  # examples; one alone has nothing to be held against
_MOST_HELD = 6_000  # examples, taken evenly; the gates have a handful of weights and need no more


_NONE, _NOWHERE = np.zeros(0, np.float32), np.zeros(0, np.int32)
_SILENT = Support(Postings(_NOWHERE, _NOWHERE, _NONE), _NONE, _NONE)
NOTHING_LEARNT = Index((), _NONE, _SILENT, _NONE, _NONE, _NONE)


@dataclass(frozen=True, slots=True)
class Trial:
    """A golden question: what a person wrote, and the labels that serve; none where it is not ours."""

    text: str
    serving: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lore:
    """All that there is to learn from."""

    examples: tuple[Example, ...]
    near: Near  # for a label, the others that serve the same person
    trials: tuple[Trial, ...]  # never learnt from: they only help to set how sure is sure enough


def fit(lore: Lore, words: Vocabulary, embed: Embed | None = None) -> Index:
    """Learn from every example, and earn confidence on held-out ones and on the trials."""
    if len(lore.examples) < _FEWEST:
        return NOTHING_LEARNT
    labels = tuple(sorted({example.label for example in lore.examples}))
    number = {label: at for at, label in enumerate(labels)}
    rows, idf = _rows(lore, words)
    lessons = lessons_of(
        rows=rows,
        vectors=np.stack([embed(e.text) for e in lore.examples]) if embed else np.zeros((0, 0), np.float32),
        aims=np.array([number[example.label] for example in lore.examples], np.int64),
        ours=np.array([not label.startswith(ELSEWHERE) for label in labels]),
    )
    support = learnt(lessons)
    index = Index(labels, idf, support, _NONE, _NONE, _NONE)
    held, weights = _folded(lessons, labels, lore.near).join(_tried(Finder(index, words, embed), lore.trials))
    mine = gate(held.seen, held.ours, weights)
    right = gate(held.seen[held.ours], held.first[held.ours], weights[held.ours])
    return Index(labels, idf, support, mine, right, bars(held, weights, mine, right))


def _rows(lore: Lore, words: Vocabulary) -> tuple[list[Row], Floats]:
    """Return every example as a weighed row, and how telling each bucket is."""
    unweighed = [raw(written(words, example.text)) for example in reversed(lore.examples)]
    idf = telling(unweighed)
    return [weighed(unweighed.pop(), idf) for _ in lore.examples], idf  # popped: both at once would be much


def _folded(lessons: Lessons, labels: Sequence[str], near: Near) -> Held:
    """Return what is said of each example by an index that was learnt without it."""
    ours = lessons.ours.astype(np.float32)
    numbers = np.arange(len(lessons.rows))
    said, serving = [], []
    for fold in range(_FOLDS):
        taught, asked = numbers[numbers % _FOLDS != fold], numbers[numbers % _FOLDS == fold]
        asked = asked[:: 1 + len(asked) * _FOLDS // _MOST_HELD]
        part = lessons.part(taught)
        known = known_words(part)
        for number, scores in zip(asked, _scored(lessons, part, taught, asked), strict=True):
            aim = labels[lessons.aims[number]]
            said.append(judged(scores, ours, familiar(known, lessons.rows[number])))
            serving.append({aim, *near.get(aim, ())} if not aim.startswith(ELSEWHERE) else set[str]())
    return _held(said, serving, labels)


def _scored(lessons: Lessons, part: Lessons, taught: Numbers, asked: Numbers) -> Iterable[Floats]:
    """Return the scores of the examples asked about by what the part taught says."""
    if len(part.alike):
        return lessons.between(asked, taught) @ pulls(part)
    support = averaged(part)
    return [support.scores(lessons.rows[number], lessons.size + 1, None) for number in asked]


def _tried(finder: Finder, trials: Sequence[Trial]) -> Held:
    """Return what is said of each trial by the whole index."""
    pairs = [(said, trial.serving) for trial in trials if (said := finder.judge(trial.text))]
    return _held([said for said, _ in pairs], [serving for _, serving in pairs], finder.index.labels)


def _held(said: Sequence[Judged], serving: Sequence[Collection[str]], labels: Sequence[str]) -> Held:
    ours = np.array([not label.startswith(ELSEWHERE) for label in labels])
    best = [np.argsort(-np.where(ours, judged.scores, -np.inf), kind="stable")[:3] for judged in said]
    pairs = [([labels[at] for at in three], serves) for three, serves in zip(best, serving, strict=True)]
    return Held(
        seen=np.array([judged.seen for judged in said], np.float32).reshape(len(said), SIGNS),
        ours=np.array([bool(serves) for _, serves in pairs], bool),
        first=np.array([three[0] in serves for three, serves in pairs], bool),
        offered=np.array([not set(three).isdisjoint(serves) for three, serves in pairs], bool),
    )
