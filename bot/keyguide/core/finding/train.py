"""Train the index on the example questions and calibrate its confidence."""

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

_FOLD_COUNT = 3  # examples are dealt into them in turn; the first and the last are held out
_MIN_EXAMPLES = 2  # a single example cannot be compared with anything
_MAX_HELD_OUT = 6_000  # examples, taken evenly; the logistic models have few weights and need no more


_NO_FLOATS, _NO_INTS = np.zeros(0, np.float32), np.zeros(0, np.int32)
_EMPTY_MODEL = KernelModel(
    InvertedIndex(_NO_INTS, _NO_FLOATS, _NO_INTS, _NO_INTS, _NO_FLOATS), _NO_FLOATS, _NO_FLOATS, _NO_FLOATS
)
_NO_THRESHOLDS = Thresholds(0, 0, 0, 0)
EMPTY_INDEX = Index((), _NO_FLOATS, _EMPTY_MODEL, _NO_FLOATS, _NO_FLOATS, _NO_THRESHOLDS)


@dataclass(frozen=True, slots=True)
class Trial:
    """A golden question: what a person wrote, and the labels that serve; none if it is not ours."""

    text: str
    serving: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutResult:
    """What the index found for one held-out text, and whether that serves."""

    signals: Floats
    ours: bool
    first: bool
    offered: bool


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Everything that the index is trained and calibrated on."""

    examples: tuple[Example, ...]
    near: NearLabels  # for a label, the others that serve the same person
    trials: tuple[Trial, ...]  # never trained on: they only help to calibrate the confidence


def train_index(data: TrainingData, vocabulary: Vocabulary, embed: Embedder | None = None) -> Index:
    """Train on every example, and calibrate the confidence on held-out ones and on the trials."""
    if len(data.examples) < _MIN_EXAMPLES:
        return EMPTY_INDEX
    examples = [example for first in range(_FOLD_COUNT) for example in data.examples[first::_FOLD_COUNT]]
    labels = tuple(sorted({example.label for example in examples}))
    numbers = {label: number for number, label in enumerate(labels)}
    rows, idf = _build_rows(examples, vocabulary)
    encoded = encode_examples(
        rows=rows,
        vectors=embed([e.text for e in examples]) if embed else np.zeros((0, 0), np.float32),
        targets=np.array([numbers[example.label] for example in examples], np.int64),
        ours=mark_ours(labels),
    )
    model = train_model(encoded)
    index = Index(labels, idf, model, _NO_FLOATS, _NO_FLOATS, _NO_THRESHOLDS)
    from_folds = _collect_results(_cross_validate(encoded, labels, data.near))
    from_trials = _collect_results(_run_trials(Finder(index, vocabulary, embed), data.trials))
    held_out, weights = from_folds.join(from_trials)
    mine = fit_logistic(held_out.signals, held_out.ours, weights)
    right = fit_logistic(
        held_out.signals[held_out.ours], held_out.first[held_out.ours], weights[held_out.ours]
    )
    return Index(labels, idf, model, mine, right, choose_thresholds(held_out, weights, mine, right))


def _build_rows(examples: Sequence[Example], vocabulary: Vocabulary) -> tuple[list[FeatureRow], Floats]:
    """Build the tf-idf row of every example, and the idf of each bucket."""
    counts = [count_features(extract_words(vocabulary, example.text)) for example in reversed(examples)]
    idf = compute_idf(counts)
    return [compute_tf_idf(counts.pop(), idf) for _ in examples], idf  # pop: both lists would be large


def _cross_validate(
    encoded: EncodedExamples, labels: Sequence[str], near: NearLabels
) -> Iterator[HeldOutResult]:
    """Yield a result for most examples, from a model that was trained without them."""
    size = len(encoded.rows)
    for held_out, training in _split_folds(size):
        part = encoded.select_part(training)
        known = mark_known_words(part)
        all_scores = _score_fold(encoded, part, training, held_out)
        for number, scores in zip(range(size)[held_out], all_scores, strict=True):
            target = labels[encoded.targets[number]]
            is_elsewhere = target.startswith(ELSEWHERE)
            serving = frozenset[str]() if is_elsewhere else near.get(target, frozenset()) | {target}
            scored = add_signals(scores, encoded.ours, measure_familiarity(known, encoded.rows[number]))
            yield _grade_answer(scored, serving, labels, encoded.ours)


def _split_folds(size: int) -> Iterator[tuple[slice, slice]]:
    """Yield what is held out and what is trained on; the latter is contiguous, so it need not be copied."""
    first, last = -(-size // _FOLD_COUNT), size - size // _FOLD_COUNT
    step = 1 + 2 * first // _MAX_HELD_OUT
    yield slice(0, first, step), slice(first, size)
    yield slice(last, size, step), slice(0, last)


def _score_fold(
    encoded: EncodedExamples, part: EncodedExamples, training: slice, held_out: slice
) -> Iterable[Floats]:
    """Score the held-out examples with a model that is trained on the other part."""
    if len(part.kernel):
        return encoded.slice_kernel(held_out, training) @ learn_coefficients(part)
    model = train_means(part)
    return (model.score(row, None) for row in encoded.rows[held_out])


def _run_trials(finder: Finder, trials: Sequence[Trial]) -> Iterator[HeldOutResult]:
    """Yield the result of the whole index for each trial; skip a trial if it has no words."""
    for trial in trials:
        if scored := finder.score_text(trial.text):
            yield _grade_answer(scored, trial.serving, finder.index.labels, finder.index.ours)


def _grade_answer(
    scored: ScoredText, serving: frozenset[str], labels: Sequence[str], ours: Bools
) -> HeldOutResult:
    three = select_best(labels, scored.scores, ours, 3)
    first, offered = not serving.isdisjoint(three[:1]), not serving.isdisjoint(three)
    return HeldOutResult(scored.signals, bool(serving), first, offered)


def _collect_results(results: Iterable[HeldOutResult]) -> HeldOut:
    rows = list(results)
    return HeldOut(
        signals=np.array([row.signals for row in rows], np.float32).reshape(len(rows), SIGNAL_COUNT),
        ours=np.array([row.ours for row in rows], bool),
        first=np.array([row.first for row in rows], bool),
        offered=np.array([row.offered for row in rows], bool),
    )
