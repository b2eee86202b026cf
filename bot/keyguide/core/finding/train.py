"""From the knowledge's own examples to an index that finds, and that knows how far to trust itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from keyguide.core.finding.calibrate import HeldOut, choose_thresholds, fit_logistic
from keyguide.core.finding.features import (
    Bools,
    FeatureRow,
    Floats,
    compute_idf,
    compute_tf_idf,
    count_features,
)
from keyguide.core.finding.index import (
    ELSEWHERE,
    SIGNAL_COUNT,
    Embedder,
    Example,
    Finder,
    Index,
    InvertedIndex,
    KernelModel,
    ScoredText,
    Thresholds,
    add_signals,
    extract_words,
    mark_ours,
    measure_familiarity,
    select_best,
)
from keyguide.core.finding.learners import (
    EncodedExamples,
    encode_examples,
    learn_coefficients,
    mark_known_words,
    train_means,
    train_model,
)
from keyguide.core.finding.normalise import Vocabulary

NearLabels = Mapping[str, frozenset[str]]

_FOLD_COUNT = (
    3  # of the examples, dealt out like cards; the first and the last are held out, one after the other
)
_MIN_EXAMPLES = 2  # examples; one alone has nothing to be held against
_MAX_HELD_OUT = 6_000  # examples, taken evenly; the gates have a handful of weights and need no more


_NO_FLOATS, _NO_INTS = np.zeros(0, np.float32), np.zeros(0, np.int32)
_EMPTY_MODEL = KernelModel(
    InvertedIndex(_NO_INTS, _NO_FLOATS, _NO_INTS, _NO_INTS, _NO_FLOATS), _NO_FLOATS, _NO_FLOATS, _NO_FLOATS
)
_NO_THRESHOLDS = Thresholds(0, 0, 0, 0)
EMPTY_INDEX = Index((), _NO_FLOATS, _EMPTY_MODEL, _NO_FLOATS, _NO_FLOATS, _NO_THRESHOLDS)


@dataclass(frozen=True, slots=True)
class Trial:
    """A golden question: what a person wrote, and the labels that serve; none where it is not ours."""

    text: str
    serving: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutResult:
    """What was said of one text, and whether that serves."""

    signals: Floats
    ours: bool
    first: bool
    offered: bool


@dataclass(frozen=True, slots=True)
class TrainingData:
    """All that there is to learn from."""

    examples: tuple[Example, ...]
    near: NearLabels  # for a label, the others that serve the same person
    trials: tuple[Trial, ...]  # never learnt from: they only help to set how sure is sure enough


def train_index(lore: TrainingData, words: Vocabulary, embed: Embedder | None = None) -> Index:
    """Learn from every example, and earn confidence on held-out ones and on the trials."""
    if len(lore.examples) < _MIN_EXAMPLES:
        return EMPTY_INDEX
    examples = [example for part in range(_FOLD_COUNT) for example in lore.examples[part::_FOLD_COUNT]]
    labels = tuple(sorted({example.label for example in examples}))
    number = {label: at for at, label in enumerate(labels)}
    rows, idf = _build_rows(examples, words)
    lessons = encode_examples(
        rows=rows,
        vectors=embed([e.text for e in examples]) if embed else np.zeros((0, 0), np.float32),
        aims=np.array([number[example.label] for example in examples], np.int64),
        ours=mark_ours(labels),
    )
    support = train_model(lessons)
    index = Index(labels, idf, support, _NO_FLOATS, _NO_FLOATS, _NO_THRESHOLDS)
    folded = _collect_results(_cross_validate(lessons, labels, lore.near))
    tried = _collect_results(_run_trials(Finder(index, words, embed), lore.trials))
    held, weights = folded.join(tried)
    mine = fit_logistic(held.signals, held.ours, weights)
    right = fit_logistic(held.signals[held.ours], held.first[held.ours], weights[held.ours])
    return Index(labels, idf, support, mine, right, choose_thresholds(held, weights, mine, right))


def _build_rows(examples: Sequence[Example], words: Vocabulary) -> tuple[list[FeatureRow], Floats]:
    """Return every example as a weighed row, and how telling each bucket is."""
    unweighed = [count_features(extract_words(words, example.text)) for example in reversed(examples)]
    idf = compute_idf(unweighed)
    return [compute_tf_idf(unweighed.pop(), idf) for _ in examples], idf  # popped: both at once would be much


def _cross_validate(
    lessons: EncodedExamples, labels: Sequence[str], near: NearLabels
) -> Iterator[HeldOutResult]:
    """Yield what is said of most examples by an index that was learnt without them."""
    size = len(lessons.rows)
    for asked, taught in _split_folds(size):
        part = lessons.select_part(taught)
        known = mark_known_words(part)
        for number, scores in zip(range(size)[asked], _score_fold(lessons, part, taught, asked), strict=True):
            aim = labels[lessons.targets[number]]
            serving = frozenset[str]() if aim.startswith(ELSEWHERE) else near.get(aim, frozenset()) | {aim}
            said = add_signals(scores, lessons.ours, measure_familiarity(known, lessons.rows[number]))
            yield _grade_answer(said, serving, labels, lessons.ours)


def _split_folds(size: int) -> Iterator[tuple[slice, slice]]:
    """Yield what is asked about, and what is taught, which lies together and so need not be copied."""
    first, last = -(-size // _FOLD_COUNT), size - size // _FOLD_COUNT
    step = 1 + 2 * first // _MAX_HELD_OUT
    yield slice(0, first, step), slice(first, size)
    yield slice(last, size, step), slice(0, last)


def _score_fold(
    lessons: EncodedExamples, part: EncodedExamples, taught: slice, asked: slice
) -> Iterable[Floats]:
    """Return the scores of the examples asked about by what the part taught says."""
    if len(part.kernel):
        return lessons.slice_kernel(asked, taught) @ learn_coefficients(part)
    support = train_means(part)
    return (support.score(row, None) for row in lessons.rows[asked])


def _run_trials(finder: Finder, trials: Sequence[Trial]) -> Iterator[HeldOutResult]:
    """Yield what is said of each trial by the whole index."""
    for trial in trials:
        if said := finder.score_text(trial.text):
            yield _grade_answer(said, trial.serving, finder.index.labels, finder.index.ours)


def _grade_answer(
    said: ScoredText, serving: frozenset[str], labels: Sequence[str], ours: Bools
) -> HeldOutResult:
    three = select_best(labels, said.scores, ours, 3)
    first, offered = not serving.isdisjoint(three[:1]), not serving.isdisjoint(three)
    return HeldOutResult(said.signals, bool(serving), first, offered)


def _collect_results(answers: Iterable[HeldOutResult]) -> HeldOut:
    rows = list(answers)
    return HeldOut(
        signals=np.array([row.signals for row in rows], np.float32).reshape(len(rows), SIGNAL_COUNT),
        ours=np.array([row.ours for row in rows], bool),
        first=np.array([row.first for row in rows], bool),
        offered=np.array([row.offered for row in rows], bool),
    )
