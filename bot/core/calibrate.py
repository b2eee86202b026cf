"""Earning confidence: how sure is sure enough, found on texts that were not learnt from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.core.features import Floats
from bot.core.find import confidence
from bot.core.learn import Bools

# What an outcome is worth to who asked. The bars are those that are worth most on held-out texts.
_RIGHT, _BESIDE, _WRONG = (
    1.0,
    0.5,
    -0.75,
)  # a question of ours is answered: by the first, by one offered, by none
_OFFERED, _SILENT = 0.5, -0.5  # it gets suggestions with the answer among them; it gets none
_REFERRED, _BOTHERED, _FALSE = (
    1.0,
    0.0,
    -2.0,
)  # one that is not ours: is sent on, gets suggestions, is answered
_STRANGERS = 0.35  # how much of what people write to a support bot is not its business
_STRANGE = 0.02  # the share of held-out texts that may look stranger than anything we know
_BARS = np.linspace(0.02, 0.98, 49)
_CLOSEST = 4  # the column of the signs that holds the greatest likeness


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What was said of texts that had not been seen in learning, beside what they are about."""

    seen: Floats  # the signs of confidence
    ours: Bools  # whether the text is a question of ours
    first: Bools  # whether the best answer serves it
    offered: Bools  # whether one of the best three does

    def join(self, other: Held) -> tuple[Held, Floats]:
        """Return both as one, and weights by which either counts as much, and strangers as they should."""
        both = Held(
            np.concatenate((self.seen, other.seen)),
            np.concatenate((self.ours, other.ours)),
            np.concatenate((self.first, other.first)),
            np.concatenate((self.offered, other.offered)),
        )
        origin = np.arange(len(both.ours)) < len(self.ours)
        weights = np.zeros(len(both.ours), np.float32)
        for part in (origin, ~origin):
            for mine, share in ((both.ours, 1 - _STRANGERS), (~both.ours, _STRANGERS)):
                if (chosen := part & mine).any():
                    weights[chosen] = share / chosen.sum()
        return both, weights * (len(weights) / weights.sum())


def gate(seen: Floats, truth: Bools, weights: Floats) -> Floats:
    """Return the weights of a logistic gate that tells truth from the signs (Newton's method)."""
    turn = np.zeros(seen.shape[1])
    for _ in range(25):
        sure = confidence(turn, seen)
        slope = seen.T @ (weights * (sure - truth)) + 1e-2 * turn
        bend = (seen * (weights * sure * (1 - sure))[:, None]).T @ seen + 1e-2 * np.eye(len(turn))
        turn = turn - np.linalg.solve(bend, slope)
    return turn.astype(np.float32)


def bars(held: Held, weights: Floats, mine: Floats, right: Floats) -> Floats:
    """Return the bars of both gates that are worth most, and the likeness below which all is strange."""
    mine_sure, right_sure = confidence(mine, held.seen), confidence(right, held.seen)
    served = np.where(held.first, _RIGHT, np.where(held.offered, _BESIDE, _WRONG))
    answered = np.where(held.ours, served, _FALSE) * weights
    offered = np.where(held.ours, np.where(held.offered, _OFFERED, _SILENT), _BOTHERED) * weights
    silent = np.where(held.ours, _SILENT, _REFERRED) * weights

    def worth(pair: tuple[float, float]) -> float:
        spoken = np.where(right_sure >= pair[1], answered, offered)
        return float(np.where(mine_sure >= pair[0], spoken, silent).sum())

    best = max(((mine_bar, right_bar) for mine_bar in _BARS for right_bar in _BARS), key=worth)
    return np.array([*best, np.quantile(held.seen[:, _CLOSEST], _STRANGE)], np.float32)
