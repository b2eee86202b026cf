"""Estimate how far scores can be trusted, with two logistic models fitted on held-out texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from keyguide.core.finding.features import BUCKETS, Bools, FeatureRow, Floats

_FAMILIARITY = 4  # which of the signals is the share of known words
_OUT_OF_SCOPE_SHARE = 0.35  # how much of what people write to a support bot is not its business
_UNFAMILIAR_QUANTILE = 0.02  # share of the held-out texts that may count as unfamiliar

# What an outcome is worth to somebody. Answered: by the right article, by another one that offers the right
# one beside it, by a wrong one. Given suggestions: with the right one, or without. Nothing of ours is right
# for a question out of scope.
_RIGHT, _RIGHT_OFFERED, _WRONG = 1.0, 0.5, -1.5
_RIGHT_SUGGESTED, _WRONG_SUGGESTED = 0.5, -0.5
# Refused, although the question was lawful or none of our business: nothing is worse. A correct refusal is
# worth a right answer. There are too few refusals to tune a threshold on: it is the break-even probability.
_WRONG_REFUSAL = -7.0
_REFUSAL_THRESHOLD = _WRONG_REFUSAL / (_WRONG_REFUSAL - _RIGHT)
_CANDIDATES = np.linspace(0.3, 0.98, 35)
_TOLERANCE = 0.0025  # thresholds whose values differ by less count as equal; we take the middle of them


class Thresholds(NamedTuple):
    """How much confidence each decision needs, and how few known words make a text unfamiliar."""

    in_scope: float
    first_is_right: float
    unfamiliar: float
    refusal: float  # that the first is right, to refuse somebody

    def may_refuse(self, in_scope: float, first_is_right: float) -> bool:
        """Check whether both estimates are high enough to refuse somebody."""
        return in_scope >= _REFUSAL_THRESHOLD and first_is_right >= self.refusal


class Confidence(NamedTuple):
    """The coefficients of two logistic models over the signals, and the thresholds of their estimates."""

    in_scope: Floats  # whether the text is in scope
    first_is_right: Floats  # whether the best label is right
    thresholds: Thresholds


class HeldOut(NamedTuple):
    """Texts that the scores were not fitted on, and what would have been right."""

    scores: Floats  # of each text: one for each label, and last for being in scope
    familiarity: Floats  # the share of each text's words that are known
    in_scope: Bools  # whether each text is in scope
    serving: Bools  # whether each label serves each text


def compute_softmax(scores: Floats) -> Floats:
    """Compute the softmax of scores along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return result


def compute_shares(scores: Floats) -> Floats:
    """Compute shares of 1 from the scores of labels; they are the sum of two models, hence the half."""
    return compute_softmax(scores / 2)


def mark_known_words(rows: Sequence[FeatureRow], in_scope: Bools) -> Bools:
    """Mark the buckets of the words in those rows that are in scope."""
    known = np.zeros(BUCKETS, bool)
    for row, is_in_scope in zip(rows, in_scope, strict=True):
        if is_in_scope:
            known[row.buckets[: row.words]] = True
    return known


def measure_familiarity(known: Bools, row: FeatureRow) -> float:
    """Compute the share of a text's words that are known; rarer words count for more."""
    weights = row.values[: row.words] ** 2
    return float(weights @ known[row.buckets[: row.words]] / (weights.sum() or 1))


def compute_signals(scores: Floats, labels_in_scope: Bools, familiarity: Floats | float) -> Floats:
    """Compute the signals of how far scores can be trusted, for one text or for a row of scores each."""
    shares = compute_shares(scores[..., :-1])
    inside = np.sort(np.where(labels_in_scope, shares, 0), axis=-1)
    first, second, total = inside[..., -1], inside[..., -2:].min(axis=-1), inside.sum(axis=-1)
    outside = np.where(labels_in_scope, 0, shares).sum(axis=-1)
    signals = (
        np.ones_like(first),
        np.log(first + 1e-4),
        np.log((first + 1e-3) / (second + 1e-3)),
        np.log((total + 1e-3) / (outside + 1e-3)),
        familiarity,
        scores[..., -1],
    )
    return np.array(signals, np.float32).T


def estimate_probability(coefficients: Floats, signals: Floats) -> Floats:
    """Compute the probability that a logistic model gives to signals."""
    result: Floats = 1 / (1 + np.exp(-np.clip(signals @ coefficients, -30, 30)))
    return result


def calibrate(examples: HeldOut, trials: HeldOut, labels_in_scope: Bools) -> Confidence:
    """Fit both logistic models and choose the thresholds on texts that the scores were not fitted on."""
    texts = HeldOut(*(np.concatenate(pair) for pair in zip(examples, trials, strict=True)))
    inside = texts.in_scope
    weights = _weigh_texts(inside, np.arange(len(inside)) < len(examples.in_scope))
    signals = compute_signals(texts.scores, labels_in_scope, texts.familiarity)
    first, offered = _grade_best_labels(texts, labels_in_scope)
    in_scope = _fit_logistic(signals, inside, weights)
    first_is_right = _fit_logistic(signals[inside], first[inside], weights[inside])
    answered = np.where(first, _RIGHT, np.where(offered, _RIGHT_OFFERED, _WRONG))
    suggested = np.where(offered, _RIGHT_SUGGESTED, _WRONG_SUGGESTED)
    scope_threshold, right_threshold = _find_best_thresholds(
        estimate_probability(in_scope, signals),
        estimate_probability(first_is_right, signals),
        weights * (answered - suggested),
    )
    unfamiliar = float(np.quantile(texts.familiarity, _UNFAMILIAR_QUANTILE))
    refusal = max(_REFUSAL_THRESHOLD, right_threshold)
    return Confidence(
        in_scope, first_is_right, Thresholds(scope_threshold, right_threshold, unfamiliar, refusal)
    )


def _weigh_texts(in_scope: Bools, are_examples: Bools) -> Floats:
    """Weigh texts: both sources count the same, and texts out of scope as much as in use."""
    weights = np.zeros(len(in_scope), np.float32)
    for source in (are_examples, ~are_examples):
        for scope, share in ((in_scope, 1 - _OUT_OF_SCOPE_SHARE), (~in_scope, _OUT_OF_SCOPE_SHARE)):
            if (chosen := source & scope).any():
                weights[chosen] = share / chosen.sum()
    weights *= len(weights) / weights.sum()
    return weights


def _grade_best_labels(texts: HeldOut, labels_in_scope: Bools) -> tuple[Bools, Bools]:
    """Return whether the best label serves each text, and whether one of the best three does."""
    scores = np.where(labels_in_scope, texts.scores[:, :-1], -np.inf)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :3]
    right: Bools = np.take_along_axis(texts.serving, best, axis=1)
    return right[:, 0], np.any(right, axis=1)


def _fit_logistic(signals: Floats, truth: Bools, weights: Floats) -> Floats:
    """Fit a weighted logistic regression with Newton's method and return its coefficients."""
    coefficients = np.zeros(signals.shape[1])
    for _ in range(25):
        predicted = estimate_probability(coefficients, signals)
        gradient = signals.T @ (weights * (predicted - truth)) + 1e-2 * coefficients
        curvature = (signals * (weights * predicted * (1 - predicted))[:, None]).T @ signals
        hessian = curvature + 1e-2 * np.eye(len(coefficients))
        coefficients = coefficients - np.linalg.solve(hessian, gradient)
    return coefficients.astype(np.float32)


def _find_best_thresholds(in_scope: Floats, first_is_right: Floats, gains: Floats) -> tuple[float, float]:
    """Find the two thresholds from which answering adds most value; of equal ones, those in the middle.

    Strangers count as well, for what an answer is worth to them. That sets both thresholds for whatever the
    scores are made of: sentence vectors keep more strangers out at the same cost than words do.
    """
    totals = np.zeros((len(_CANDIDATES), len(_CANDIDATES)))
    for row, threshold in zip(totals, _CANDIDATES, strict=True):
        likely = in_scope >= threshold
        row[:] = gains[likely] @ (first_is_right[likely, None] >= _CANDIDATES)
    best = np.argwhere(totals >= totals.max() - _TOLERANCE * len(gains))
    scope, right = _CANDIDATES[best].mean(axis=0).tolist()
    return scope, right
