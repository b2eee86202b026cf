"""Train the index on the example questions and calibrate its confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from keyguide.core.finding.confidence import (
    Confidence,
    HeldOut,
    Thresholds,
    calibrate,
    mark_known_words,
    measure_familiarity,
)
from keyguide.core.finding.features import (
    Bools,
    FeatureRow,
    Floats,
    Ints,
    count_features,
    encode_examples,
)
from keyguide.core.finding.index import ELSEWHERE, Embedder, Example, Index, mark_in_scope
from keyguide.core.finding.inverted_index import STRETCH, ExampleIndex, Kernel, boost, index_examples, stretch
from keyguide.core.finding.kernel_models import fit_coefficients
from keyguide.core.finding.near_examples import NearExamples
from keyguide.core.finding.normalise import Vocabulary
from keyguide.core.finding.weights import FeatureWeights, Weights, round_weights, sum_up_by_feature
from keyguide.core.finding.word_products import list_common_words

NearLabels = Mapping[str, frozenset[str]]
ProgressReport = Callable[[float], None]  # is called with the share of the work that is done

_MAX_EXAMPLES = 15_000  # their kernel takes 450 MB
_WHEN_ENCODED, _WHEN_COMPARED, _WHEN_FITTED = 0.07, 0.25, 0.75  # shares of the time that training takes
_HELD_OUT = 3  # every third example is held out once, to calibrate the confidence

_NO_FLOATS, _NO_INTS = np.zeros(0, np.float32), np.zeros(0, np.int32)
_NO_WEIGHTS = FeatureWeights(_NO_INTS, Weights(_NO_INTS, _NO_FLOATS), _NO_FLOATS)
_NO_CONFIDENCE = Confidence(_NO_FLOATS, _NO_FLOATS, Thresholds(0, 0, 0, 0))
EMPTY_INDEX = Index((), 0, _NO_INTS, _NO_FLOATS, _NO_WEIGHTS, None, np.zeros(0, bool), _NO_CONFIDENCE)


@dataclass(frozen=True, slots=True)
class Trial:
    """A golden question: what a person wrote, and the labels that serve; none if it is out of scope."""

    text: str
    serving: frozenset[str]


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Everything that the index is trained and calibrated on."""

    examples: tuple[Example, ...]
    near: NearLabels  # for a label, the others that serve the same person
    trials: tuple[Trial, ...]  # never trained on: they only help to calibrate the confidence
    is_for_ranking: bool = False  # whether labels are only ranked, which needs no confidence


@dataclass(frozen=True, slots=True, eq=False)
class EncodedExamples:
    """The examples as numbers."""

    rows: Sequence[FeatureRow]
    targets: Ints  # the label of each example
    in_scope: Bools  # for each label
    kernel: Kernel  # how similar every two examples are

    def fit(self, size: int) -> tuple[Floats, Bools]:
        """Fit the first examples: return the coefficients of each, and the words known from them."""
        targets = self.targets[:size]
        known = mark_known_words(self.rows[:size], self.in_scope[targets])
        kernel = Kernel(self.kernel.steps[:size, :size])
        return fit_coefficients(kernel, targets, self.in_scope), known


def train_index(
    data: TrainingData,
    vocabulary: Vocabulary,
    embed: Embedder | None = None,
    report: ProgressReport = lambda share: None,
) -> Index:
    """Train on the examples, and calibrate the confidence on held-out ones and on the trials."""
    kept, held_out = _choose_examples(data.examples)
    chosen = kept + held_out
    if len(chosen) < _HELD_OUT:
        return EMPTY_INDEX
    labels = tuple(sorted({example.label for example in chosen}))
    words = [vocabulary.extract_search_words(example.text) for example in chosen]
    rows = encode_examples(words)
    examples = index_examples(rows, _embed_texts(embed, chosen))
    report(_WHEN_ENCODED)
    targets, in_scope = _number_labels(chosen, labels), mark_in_scope(labels)
    is_linear = data.is_for_ranking and not examples.vectors.size
    kernel = examples.compute_kernel(rows, stretch if is_linear else boost)
    encoded = EncodedExamples(rows, targets, in_scope, kernel)
    report(_WHEN_COMPARED)
    coefficients, known = encoded.fit(len(rows))
    weights, near = (
        _sum_up_all(examples, coefficients) if is_linear else _sum_up(examples, coefficients, words)
    )
    counts = np.diff(examples.starts).astype(np.uint16)
    index = Index(labels, len(rows), counts, examples.mean, weights, near, known, _NO_CONFIDENCE)
    report(_WHEN_FITTED)
    if data.is_for_ranking:
        return index
    left_out = _hold_out(encoded, len(kept), _mark_serving(labels, data.near))
    tried = _try_out(index, vocabulary, embed, data.trials)
    return replace(index, confidence=calibrate(left_out, tried, in_scope))


def _sum_up_all(examples: ExampleIndex, coefficients: Floats) -> tuple[FeatureWeights, None]:
    """Sum up all that was learnt by feature."""
    return sum_up_by_feature(examples, STRETCH * coefficients, least=1), None


def _sum_up(
    examples: ExampleIndex, coefficients: Floats, words: Sequence[Sequence[str]]
) -> tuple[FeatureWeights, NearExamples]:
    """Sum up what was learnt by feature, except for squares; what one example alone has counts in these."""
    near = NearExamples(examples, round_weights(coefficients), list_common_words(words))
    return sum_up_by_feature(examples, coefficients, least=2), near


def _choose_examples(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Choose examples from every label in turn until there are enough; return those to hold out apart.

    Every third example is held out. Of what belongs elsewhere it is every third label instead, because
    in life strangers come with questions of kinds that nobody thought of.
    """
    seen = Counter[str]()
    turns = []
    for example in examples:
        turns.append(seen[example.label])
        seen[example.label] += 1
    chosen = [examples[number] for number in sorted(np.argsort(turns, kind="stable")[:_MAX_EXAMPLES])]
    kinds = _number_kinds(chosen)
    turns = [kinds.get(example.label, number) for number, example in enumerate(chosen)]
    is_held_out = [turn % _HELD_OUT == _HELD_OUT - 1 for turn in turns]
    kept = [example for example, is_out in zip(chosen, is_held_out, strict=True) if not is_out]
    return kept, list(compress(chosen, is_held_out))


def _number_kinds(examples: Sequence[Example]) -> dict[str, int]:
    """Number the labels that belong elsewhere; if they are too few to hold any out, number none."""
    labels = dict.fromkeys(example.label for example in examples)
    kinds = [label for label in labels if label.startswith(ELSEWHERE)]
    return {label: number for number, label in enumerate(kinds)} if len(kinds) >= _HELD_OUT else {}


def _embed_texts(embed: Embedder | None, texts: Sequence[Example] | Sequence[Trial]) -> Floats:
    """Embed texts if there is an embedder; otherwise return vectors of no numbers."""
    return embed([one.text for one in texts]) if embed and texts else np.zeros((len(texts), 0), np.float32)


def _number_labels(examples: Sequence[Example], labels: Sequence[str]) -> Ints:
    """Return the number of the label of each example."""
    numbers = {label: number for number, label in enumerate(labels)}
    return np.array([numbers[example.label] for example in examples], np.intp)


def _mark_serving(labels: Sequence[str], near: NearLabels) -> Bools:
    """Mark for each label which labels serve a person who asks for it: itself and those near it."""
    serving = [near.get(label, frozenset()) | {label} for label in labels]
    return np.array([[label in those for label in labels] for those in serving], bool)


def _hold_out(encoded: EncodedExamples, size: int, serving: Bools) -> HeldOut:
    """Score all examples but the first ones with coefficients that were fitted without them."""
    coefficients, known = encoded.fit(size)
    targets = encoded.targets[size:]
    return HeldOut(
        scores=Kernel(encoded.kernel.steps[size:, :size]).multiply(coefficients),
        familiarity=np.array([measure_familiarity(known, row) for row in encoded.rows[size:]]),
        in_scope=encoded.in_scope[targets],
        serving=serving[targets],
    )


def _try_out(
    index: Index, vocabulary: Vocabulary, embed: Embedder | None, trials: Sequence[Trial]
) -> HeldOut:
    """Score the trials with the whole index; skip a trial if it has no words."""
    words = [vocabulary.extract_search_words(trial.text) for trial in trials]
    asked = [number for number, these in enumerate(words) if these]
    vectors = _embed_texts(embed, trials)
    scored = [index.score(count_features(words[number]), vectors[number]) for number in asked]
    serving = [[label in trials[number].serving for label in index.labels] for number in asked]
    shape = len(asked), len(index.labels)
    return HeldOut(
        scores=np.array([scores for scores, _ in scored], np.float32).reshape(shape[0], shape[1] + 1),
        familiarity=np.array([familiarity for _, familiarity in scored], np.float32),
        in_scope=np.array([bool(trials[number].serving) for number in asked], bool),
        serving=np.array(serving, bool).reshape(shape),
    )
