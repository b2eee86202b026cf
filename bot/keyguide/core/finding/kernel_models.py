"""Fit how much similarity to each example counts for each label, and for being in scope."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from keyguide.core.finding.confidence import compute_softmax
from keyguide.core.finding.features import Bools, Floats, Ints

_TOLERANCE = 5e-4  # of the gradient at the start; more steps would change the figures only by chance
_MAX_STEPS = 30
_SOFTMAX_PENALTY = 0.02  # how strongly fitting prefers small coefficients over fitting every example
_RIDGE_PENALTY = 0.2  # the same for ridge regression
_RIDGE_SCALE = 20.0  # brings the scores of both models to about the same scale
_MAX_GROWTH = 4.0  # of a step, compared with the step before
_TINY = 1e-9


def fit_coefficients(kernel: Floats, targets: Ints, in_scope: Bools) -> Floats:
    """Fit the coefficients of each example for each label, and last for being in scope.

    `targets` holds the label of each example, `in_scope` whether each label is in scope. The result is the
    sum of two kernel models: softmax regression separates close neighbours, ridge regression generalises
    better to other people's words. Together they are right more often than either.
    """
    truth = np.eye(len(in_scope), dtype=np.float32)[targets]
    coefficients = _fit_ridge(kernel, truth, in_scope[targets])
    coefficients[:, :-1] *= _RIDGE_SCALE
    coefficients[:, :-1] += _fit_softmax(kernel, truth)
    return coefficients


def _fit_ridge(kernel: Floats, truth: Floats, in_scope: Bools) -> Floats:
    """Fit ridge regression; examples in scope and the others have the same weight altogether."""
    weights = 1 / (_RIDGE_PENALTY * 2 * np.where(in_scope, in_scope.mean(), 1 - in_scope.mean()))
    row_weights = weights.astype(np.float32)[:, None]
    targets = np.column_stack((truth, np.where(in_scope, 1, -1))).astype(np.float32)
    return _descend(kernel, lambda scores: row_weights * (scores - targets), targets.shape, penalty=1.0)


def _fit_softmax(kernel: Floats, truth: Floats) -> Floats:
    def compute_error(scores: Floats) -> Floats:
        error: Floats = compute_softmax(scores) - truth
        return error

    return _descend(kernel, compute_error, truth.shape, _SOFTMAX_PENALTY)


def _descend(
    kernel: Floats,
    compute_error: Callable[[Floats], Floats],
    shape: tuple[int, ...],
    penalty: float,
) -> Floats:
    """Minimise a penalised convex loss with conjugate gradients (Polak-Ribière) in the space of the kernel.

    There the gradient is the error of the scores plus the penalty. How far to step along a direction follows
    from the slope here and at the length of the last step; for squared loss that is exact.
    """
    zeros: Floats = np.zeros(shape, np.float32)
    coefficients = scores = direction = change = last_gradient = zeros
    first_norm, last_norm, step = 0.0, 1.0, 0.0
    for _ in range(_MAX_STEPS):
        gradient = compute_error(scores) + penalty * coefficients
        kernel_gradient = kernel @ gradient
        norm = float(np.vdot(gradient, kernel_gradient))
        first_norm = first_norm or norm
        if norm <= _TOLERANCE * first_norm:
            break
        kept = max(0.0, norm - float(np.vdot(last_gradient, kernel_gradient))) / last_norm
        direction = kept * direction - gradient
        change = kept * change - kernel_gradient  # of the scores
        last_gradient, last_norm = gradient, norm
        step = step or norm / float(np.vdot(change, change))
        error_ahead = compute_error(scores + step * change) + penalty * (coefficients + step * direction)
        slope, slope_ahead = float(np.vdot(gradient, change)), float(np.vdot(error_ahead, change))
        growth = slope / (slope - slope_ahead or -_TINY)
        step *= float(np.clip(growth, -_MAX_GROWTH, _MAX_GROWTH))
        coefficients = coefficients + step * direction
        scores = scores + step * change
    return coefficients
