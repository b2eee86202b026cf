"""Choose the confidence thresholds on texts that the index was not trained on."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from keyguide.core.finding.features import Bools, Floats
from keyguide.core.finding.index import FAMILIARITY_SIGNAL, Thresholds, compute_confidence

_MAX_FALSE_ACCEPTS = 0.085  # share of the out-of-scope held-out texts that may be accepted as ours
_DEFAULT_THRESHOLD = 0.5  # used if the knowledge names nothing that is out of scope
_OUT_OF_SCOPE_SHARE = 0.35  # how much of what people write to a support bot is not its business
_UNFAMILIAR_QUANTILE = 0.02  # share of the held-out texts that may count as unfamiliar

# What an outcome is worth to somebody with a question of ours. Answered: by the right article, by another one
# that offers the right one beside it, by a wrong one. Given suggestions: with the right one, or without it.
_RIGHT, _RIGHT_OFFERED, _WRONG = 1.0, 0.5, -1.75
_RIGHT_SUGGESTED, _WRONG_SUGGESTED = 0.5, -0.5
# Refused, although the question was lawful. A correct refusal is worth as much as a right answer.
# There are too few refusals to tune a threshold on, so we use the break-even probability.
_WRONG_REFUSAL = -2.0
_REFUSAL_THRESHOLD = _WRONG_REFUSAL / (_WRONG_REFUSAL - _RIGHT)
_CANDIDATES = np.linspace(0.3, 0.98, 35)
_TOLERANCE = 0.0025  # thresholds whose values differ by less count as equal; we take the middle of them


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """What the index found for texts that it was not trained on, and whether that was right."""

    signals: Floats  # what the confidence is computed from
    ours: Bools  # whether the text is a question of ours
    first: Bools  # whether the best answer serves it
    offered: Bools  # whether one of the best three does

    def join(self, other: HeldOut) -> tuple[HeldOut, Floats]:
        """Join both sets, with weights: each set counts the same, out-of-scope texts as often as in use."""
        pairs = ((getattr(self, column.name), getattr(other, column.name)) for column in fields(self))
        both = HeldOut(*map(np.concatenate, pairs))
        from_self = np.arange(len(both.ours)) < len(self.ours)
        weights = np.zeros(len(both.ours), np.float32)
        for source in (from_self, ~from_self):
            for scope, share in ((both.ours, 1 - _OUT_OF_SCOPE_SHARE), (~both.ours, _OUT_OF_SCOPE_SHARE)):
                if (chosen := source & scope).any():
                    weights[chosen] = share / chosen.sum()
        return both, weights * (len(weights) / weights.sum())


def fit_logistic(signals: Floats, truth: Bools, weights: Floats) -> Floats:
    """Fit a weighted logistic regression with Newton's method and return its coefficients."""
    coefficients = np.zeros(signals.shape[1])
    for _ in range(25):
        predicted = compute_confidence(coefficients, signals)
        gradient = signals.T @ (weights * (predicted - truth)) + 1e-2 * coefficients
        curvature = (signals * (weights * predicted * (1 - predicted))[:, None]).T @ signals
        hessian = curvature + 1e-2 * np.eye(len(coefficients))
        coefficients = coefficients - np.linalg.solve(hessian, gradient)
    return coefficients.astype(np.float32)


def choose_thresholds(held_out: HeldOut, weights: Floats, mine: Floats, right: Floats) -> Thresholds:
    """Choose the thresholds: the first rejects most out-of-scope texts, the second adds most value."""
    confidence_mine = compute_confidence(mine, held_out.signals)
    confidence_right = compute_confidence(right, held_out.signals)
    threshold_mine = _find_scope_threshold(confidence_mine[~held_out.ours], weights[~held_out.ours])
    answered = np.where(held_out.first, _RIGHT, np.where(held_out.offered, _RIGHT_OFFERED, _WRONG))
    suggested = np.where(held_out.offered, _RIGHT_SUGGESTED, _WRONG_SUGGESTED)
    accepted = held_out.ours & (confidence_mine >= threshold_mine)
    threshold_right = _find_best_threshold(confidence_right, weights * accepted, answered - suggested)
    unfamiliar = float(np.quantile(held_out.signals[:, FAMILIARITY_SIGNAL], _UNFAMILIAR_QUANTILE))
    return Thresholds(threshold_mine, threshold_right, unfamiliar, max(_REFUSAL_THRESHOLD, threshold_right))


def _find_best_threshold(confidence: Floats, weights: Floats, values: Floats) -> float:
    """Find the threshold above which answering adds most value; if several are equal, the middle."""
    totals = np.array([(weights * values)[confidence >= threshold].sum() for threshold in _CANDIDATES])
    return float(_CANDIDATES[totals >= totals.max() - _TOLERANCE * weights.sum()].mean())


def _find_scope_threshold(confidence: Floats, weights: Floats) -> float:
    """Find the threshold that only the allowed share of out-of-scope texts reaches; if none, the default."""
    order = np.argsort(-confidence)
    accepted = np.cumsum(weights[order]) / weights.sum()
    first = int(np.searchsorted(accepted, _MAX_FALSE_ACCEPTS))
    return float(confidence[order[min(first, len(order) - 1)]]) if len(order) else _DEFAULT_THRESHOLD
