"""From the knowledge's own examples to an index that finds, and that knows how far to trust itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.calibrate import Held, bars, gate
from bot.core.features import raw, telling, weighed
from bot.core.find import ELSEWHERE, SIGNS, Embed, Example, Finder, Index, Judged, judged, written
from bot.core.learn import Lessons, learnt
from bot.core.words import Vocabulary

Near = Mapping[str, frozenset[str]]

_FOLDS = 3
_MOST_HELD = 3_000  # examples; the gates have a handful of weights and need no more


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
    labels = tuple(sorted({example.label for example in lore.examples}))
    number = {label: at for at, label in enumerate(labels)}
    unweighed = [raw(written(words, example.text)) for example in lore.examples]
    idf = telling(unweighed)
    lessons = Lessons(
        rows=[weighed(row, idf) for row in unweighed],
        vectors=np.stack([embed(e.text) for e in lore.examples]) if embed else np.zeros((0, 0), np.float32),
        aims=np.array([number[example.label] for example in lore.examples], np.int64),
        ours=np.array([not label.startswith(ELSEWHERE) for label in labels]),
    )
    support = learnt(lessons)
    none = np.zeros(0, np.float32)
    index = Index(labels, idf, support, none, none, none)
    held, weights = _folded(lessons, labels, lore.near).join(_tried(Finder(index, words, embed), lore.trials))
    mine = gate(held.seen, held.ours, weights)
    right = gate(held.seen[held.ours], held.first[held.ours], weights[held.ours])
    return Index(labels, idf, support, mine, right, bars(held, weights, mine, right))


def _folded(lessons: Lessons, labels: Sequence[str], near: Near) -> Held:
    """Return what is said of each example by an index that was learnt without it."""
    fold = np.arange(len(lessons.rows)) % _FOLDS
    said, serving = [], []
    for number in range(_FOLDS):
        support = learnt(lessons.part(fold != number))
        asked = lessons.part(fold == number)
        for at, row in enumerate(asked.rows[: _MOST_HELD // _FOLDS]):
            said.append(judged(support, lessons.ours.astype(np.float32), row, asked.vector(at)))
            aim = labels[asked.aims[at]]
            serving.append({aim, *near.get(aim, ())} if lessons.ours[asked.aims[at]] else set[str]())
    return _held(said, serving, labels)


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
