"""From the knowledge's own examples to an index that finds, and that knows how far to trust itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.calibrate import Held, bars, gate
from bot.core.features import Bools, Floats, Row, raw, telling, weighed
from bot.core.find import (
    ELSEWHERE,
    SIGNS,
    Bars,
    Embed,
    Example,
    Finder,
    Index,
    Judged,
    Postings,
    Support,
    best,
    familiar,
    judged,
    which_are_ours,
    written,
)
from bot.core.learn import Lessons, averaged, known_words, learnt, lessons_of, pulls
from bot.core.words import Vocabulary

Near = Mapping[str, frozenset[str]]

_PARTS = 3  # of the examples, dealt out like cards; the first and the last are held out, one after the other
_FEWEST = 2  # examples; one alone has nothing to be held against
_MOST_HELD = 6_000  # examples, taken evenly; the gates have a handful of weights and need no more


_NONE, _NOWHERE = np.zeros(0, np.float32), np.zeros(0, np.int32)
_SILENT = Support(Postings(_NOWHERE, _NONE, _NOWHERE, _NOWHERE, _NONE), _NONE, _NONE, _NONE)
_NO_BARS = Bars(0, 0, 0, 0)
NOTHING_LEARNT = Index((), _NONE, _SILENT, _NONE, _NONE, _NO_BARS)


@dataclass(frozen=True, slots=True)
class Trial:
    """A golden question: what a person wrote, and the labels that serve; none where it is not ours."""

    text: str
    serving: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """What was said of one text, and whether that serves."""

    seen: Floats
    ours: bool
    first: bool
    offered: bool


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
    examples = [example for part in range(_PARTS) for example in lore.examples[part::_PARTS]]
    labels = tuple(sorted({example.label for example in examples}))
    number = {label: at for at, label in enumerate(labels)}
    rows, idf = _rows(examples, words)
    lessons = lessons_of(
        rows=rows,
        vectors=embed([e.text for e in examples]) if embed else np.zeros((0, 0), np.float32),
        aims=np.array([number[example.label] for example in examples], np.int64),
        ours=which_are_ours(labels),
    )
    support = learnt(lessons)
    index = Index(labels, idf, support, _NONE, _NONE, _NO_BARS)
    folded = _held(_folded(lessons, labels, lore.near))
    tried = _held(_tried(Finder(index, words, embed), lore.trials))
    held, weights = folded.join(tried)
    mine = gate(held.seen, held.ours, weights)
    right = gate(held.seen[held.ours], held.first[held.ours], weights[held.ours])
    return Index(labels, idf, support, mine, right, bars(held, weights, mine, right))


def _rows(examples: Sequence[Example], words: Vocabulary) -> tuple[list[Row], Floats]:
    """Return every example as a weighed row, and how telling each bucket is."""
    unweighed = [raw(written(words, example.text)) for example in reversed(examples)]
    idf = telling(unweighed)
    return [weighed(unweighed.pop(), idf) for _ in examples], idf  # popped: both at once would be much


def _folded(lessons: Lessons, labels: Sequence[str], near: Near) -> Iterator[Answered]:
    """Yield what is said of most examples by an index that was learnt without them."""
    size = len(lessons.rows)
    for asked, taught in _parts(size):
        part = lessons.part(taught)
        known = known_words(part)
        for number, scores in zip(range(size)[asked], _scored(lessons, part, taught, asked), strict=True):
            aim = labels[lessons.aims[number]]
            serving = frozenset[str]() if aim.startswith(ELSEWHERE) else near.get(aim, frozenset()) | {aim}
            said = judged(scores, lessons.ours, familiar(known, lessons.rows[number]))
            yield _answered(said, serving, labels, lessons.ours)


def _parts(size: int) -> Iterator[tuple[slice, slice]]:
    """Yield what is asked about, and what is taught, which lies together and so need not be copied."""
    first, last = -(-size // _PARTS), size - size // _PARTS
    step = 1 + 2 * first // _MOST_HELD
    yield slice(0, first, step), slice(first, size)
    yield slice(last, size, step), slice(0, last)


def _scored(lessons: Lessons, part: Lessons, taught: slice, asked: slice) -> Iterable[Floats]:
    """Return the scores of the examples asked about by what the part taught says."""
    if len(part.alike):
        return lessons.between(asked, taught) @ pulls(part)
    support = averaged(part)
    return (support.scores(row, None) for row in lessons.rows[asked])


def _tried(finder: Finder, trials: Sequence[Trial]) -> Iterator[Answered]:
    """Yield what is said of each trial by the whole index."""
    for trial in trials:
        if said := finder.judge(trial.text):
            yield _answered(said, trial.serving, finder.index.labels, finder.index.ours)


def _answered(said: Judged, serving: frozenset[str], labels: Sequence[str], ours: Bools) -> Answered:
    three = best(labels, said.scores, ours, 3)
    first, offered = not serving.isdisjoint(three[:1]), not serving.isdisjoint(three)
    return Answered(said.seen, bool(serving), first, offered)


def _held(answers: Iterable[Answered]) -> Held:
    rows = list(answers)
    return Held(
        seen=np.array([row.seen for row in rows], np.float32).reshape(len(rows), SIGNS),
        ours=np.array([row.ours for row in rows], bool),
        first=np.array([row.first for row in rows], bool),
        offered=np.array([row.offered for row in rows], bool),
    )
