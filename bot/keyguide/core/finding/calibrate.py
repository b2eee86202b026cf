"""Earning confidence: how sure is sure enough, found on texts that were not learnt from."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from keyguide.core.finding.features import Bools, Floats
from keyguide.core.finding.index import FAMILIARITY_SIGNAL, Thresholds, compute_confidence

_MAX_FALSE_ACCEPTS = 0.085  # of the held-out texts that are not ours, how many may be taken for ours
_DEFAULT_THRESHOLD = 0.5  # the bar where the knowledge names nothing that belongs elsewhere
_STRANGER_SHARE = 0.35  # how much of what people write to a support bot is not its business
_UNFAMILIAR_QUANTILE = 0.02  # the share of held-out texts that may look stranger than anything we know

# What an outcome is worth to who asked something of ours: answered by the right article, by another that
# offers the right one, by a wrong one; given suggestions with the right one among them, or without.
_RIGHT, _RIGHT_OFFERED, _WRONG = 1.0, 0.5, -1.75
_RIGHT_SUGGESTED, _WRONG_SUGGESTED = 0.5, -0.5
# Refused, where something lawful was asked; to be refused rightly is worth what an answer is. Refusals are
# too few to search for a bar: it lies where, by the gate's certainty, refusing is worth nothing either way.
_WRONG_REFUSAL = -2.0
_REFUSAL_THRESHOLD = _WRONG_REFUSAL / (_WRONG_REFUSAL - _RIGHT)
_CANDIDATES = np.linspace(0.3, 0.98, 35)
_TOLERANCE = (
    0.0025  # of a worth; bars that differ by less are worth the same, and the middle of them is taken
)


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """What was said of texts that had not been seen in learning, beside what they are about."""

    signals: Floats  # the signs of confidence
    ours: Bools  # whether the text is a question of ours
    first: Bools  # whether the best answer serves it
    offered: Bools  # whether one of the best three does

    def join(self, other: HeldOut) -> tuple[HeldOut, Floats]:
        """Return both as one, and weights by which either counts as much, and strangers as they should."""
        pairs = ((getattr(self, part.name), getattr(other, part.name)) for part in fields(self))
        both = HeldOut(*map(np.concatenate, pairs))
        origin = np.arange(len(both.ours)) < len(self.ours)
        weights = np.zeros(len(both.ours), np.float32)
        for part in (origin, ~origin):
            for mine, share in ((both.ours, 1 - _STRANGER_SHARE), (~both.ours, _STRANGER_SHARE)):
                if (chosen := part & mine).any():
                    weights[chosen] = share / chosen.sum()
        return both, weights * (len(weights) / weights.sum())


def fit_logistic(seen: Floats, truth: Bools, weights: Floats) -> Floats:
    """Return the weights of a logistic gate that tells truth from the signs (Newton's method)."""
    turn = np.zeros(seen.shape[1])
    for _ in range(25):
        sure = compute_confidence(turn, seen)
        slope = seen.T @ (weights * (sure - truth)) + 1e-2 * turn
        bend = (seen * (weights * sure * (1 - sure))[:, None]).T @ seen + 1e-2 * np.eye(len(turn))
        turn = turn - np.linalg.solve(bend, slope)
    return turn.astype(np.float32)


def choose_thresholds(held: HeldOut, weights: Floats, mine: Floats, right: Floats) -> Thresholds:
    """Return the bars: the first keeps out all but a few strangers, the second is worth the most."""
    mine_sure, right_sure = compute_confidence(mine, held.signals), compute_confidence(right, held.signals)
    mine_bar = _find_stranger_threshold(mine_sure[~held.ours], weights[~held.ours])
    served = np.where(held.first, _RIGHT, np.where(held.offered, _RIGHT_OFFERED, _WRONG))
    offered = np.where(held.offered, _RIGHT_SUGGESTED, _WRONG_SUGGESTED)
    taken = held.ours & (mine_sure >= mine_bar)
    right_bar = _find_best_threshold(right_sure, weights * taken, served - offered)
    strange_bar = float(np.quantile(held.signals[:, FAMILIARITY_SIGNAL], _UNFAMILIAR_QUANTILE))
    return Thresholds(mine_bar, right_bar, strange_bar, max(_REFUSAL_THRESHOLD, right_bar))


def _find_best_threshold(sure: Floats, weights: Floats, worth: Floats) -> float:
    """Return the bar over which the worth of acting adds up to most; of about equal ones the middle."""
    worths = np.array([(weights * worth)[sure >= bar].sum() for bar in _CANDIDATES])
    return float(_CANDIDATES[worths >= worths.max() - _TOLERANCE * weights.sum()].mean())


def _find_stranger_threshold(sure: Floats, weights: Floats) -> float:
    """Return the bar that only the share of strangers that may be taken for ours gets over."""
    order = np.argsort(-sure)
    passed = np.cumsum(weights[order]) / weights.sum()
    first = int(np.searchsorted(passed, _MAX_FALSE_ACCEPTS))
    return float(sure[order[min(first, len(order) - 1)]]) if len(order) else _DEFAULT_THRESHOLD
