"""Fit how much similarity to each example counts for each label, and for being in scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from keyguide.core.finding.confidence import compute_softmax
from keyguide.core.finding.features import Bools, Floats, Ints
from keyguide.core.finding.inverted_index import Kernel

_RIDGE_STEPS, _SOFTMAX_STEPS = 4, 16  # by then the gradient is as small, and more change figures by chance
_TOLERANCE = 5e-4  # of the gradient at the start; fitting ends there
_SOFTMAX_PENALTY = 0.02  # how strongly fitting prefers small coefficients over fitting every example
_RIDGE_PENALTY = 0.2  # the same for ridge regression
_RIDGE_SCALE = 20.0  # brings the scores of both models to about the same scale
_LANDMARKS = 1_000  # examples that stand for all in the preconditioner
_JITTER = 0.07  # keeps their kernel positive definite: rounding takes half a step for each from an eigenvalue
_SEARCHES, _FLAT = 3, 0.1  # how often a step is corrected, if the slope at its end is not so flat before
_MAX_GROWTH = 4.0  # of a step, when it is corrected
_TINY = 1e-9


class _Point(NamedTuple):
    """Coefficients, and the scores of the examples that follow from them; or how both change."""

    coefficients: Floats
    scores: Floats

    def move(self, direction: _Point, step: float) -> _Point:
        return _Point(
            self.coefficients + step * direction.coefficients, self.scores + step * direction.scores
        )


class _Loss(NamedTuple):
    """What a model minimises: the loss of the scores, and half the penalty for each unit of length."""

    compute_error: Callable[[Floats], Floats]  # the gradient of the loss
    penalty: float
    precondition: Callable[[Floats], Floats]  # turns a gradient into a better direction

    def compute_gradient(self, point: _Point) -> Floats:
        """Compute the gradient in the space of the kernel: the error of the scores plus the penalty."""
        return self.compute_error(point.scores) + self.penalty * point.coefficients


def fit_coefficients(kernel: Kernel, targets: Ints, in_scope: Bools) -> Floats:
    """Fit the coefficients of each example for each label, and last for being in scope.

    `targets` holds the label of each example, `in_scope` whether each label is in scope. The result is the
    sum of two kernel models: softmax regression separates close neighbours, ridge regression generalises
    better to other people's words. Together they are right more often than either. Ridge regression alone
    tells what is in scope from what is not; softmax regression works within each of the two, which finds the
    same and takes a third of the time.
    """
    truth = np.eye(len(in_scope), dtype=np.float32)[targets]
    are_in_scope = in_scope[targets]
    coefficients = _fit_ridge(kernel, truth, are_in_scope)
    coefficients[:, :-1] *= _RIDGE_SCALE
    for examples, labels in ((are_in_scope, in_scope), (~are_in_scope, ~in_scope)):
        if not examples.any():
            continue
        part = np.ix_(np.flatnonzero(examples), np.flatnonzero(labels))
        coefficients[part] += _fit_softmax(kernel.take_among(np.flatnonzero(examples)), truth[part])
    return coefficients


def _fit_ridge(kernel: Kernel, truth: Floats, in_scope: Bools) -> Floats:
    """Fit ridge regression; examples in scope and the others have the same weight altogether."""
    penalties = _RIDGE_PENALTY * 2 * np.where(in_scope, in_scope.mean(), 1 - in_scope.mean())
    row_penalties = penalties.astype(np.float32)[:, None]
    targets = np.column_stack((truth, np.where(in_scope, 1, -1))).astype(np.float32)
    solve = _make_solver(kernel, row_penalties)

    def compute_error(scores: Floats) -> Floats:
        error: Floats = (scores - targets) / row_penalties
        return error

    def precondition(gradient: Floats) -> Floats:
        return solve(gradient * row_penalties)

    return _descend(kernel, _Loss(compute_error, 1.0, precondition), targets.shape, _RIDGE_STEPS)


def _make_solver(kernel: Kernel, diagonal: Floats) -> Callable[[Floats], Floats]:
    """Make a function that nearly solves for the kernel plus a diagonal, with the Nyström approximation.

    The kernel is replaced by its part that some landmarks explain; of the rest the diagonal is kept. With
    it, 4 steps of ridge regression come as far as 15 without.
    """
    landmarks = np.unique(np.linspace(0, len(diagonal) - 1, min(_LANDMARKS, len(diagonal))).astype(int))
    columns = kernel.take_columns(landmarks)
    factor = columns @ _invert_root(columns[landmarks] + _JITTER * np.eye(len(landmarks))).T
    explained = np.square(factor).sum(axis=1, keepdims=True)
    rest = diagonal + np.maximum(0, kernel.diagonal[:, None] - explained)
    scaled = factor / np.sqrt(rest)
    root = scaled @ _invert_root(np.eye(len(landmarks)) + scaled.T @ scaled).T / np.sqrt(rest)

    def solve(gradient: Floats) -> Floats:
        solution: Floats = gradient / rest - root @ (root.T @ gradient)
        return solution

    return solve


def _invert_root(matrix: Floats) -> Floats:
    """Return the inverse of the Cholesky root of a matrix."""
    inverse: Floats = np.linalg.inv(np.linalg.cholesky(matrix.astype(np.float64)))
    return inverse.astype(np.float32)


def _fit_softmax(kernel: Kernel, truth: Floats) -> Floats:
    """Fit softmax regression, without a preconditioner: the same number of steps finds more without it."""

    def compute_error(scores: Floats) -> Floats:
        error: Floats = compute_softmax(scores) - truth
        return error

    loss = _Loss(compute_error, _SOFTMAX_PENALTY, np.copy)
    return _descend(kernel, loss, truth.shape, _SOFTMAX_STEPS)


def _descend(kernel: Kernel, loss: _Loss, shape: tuple[int, ...], steps: int) -> Floats:
    """Minimise a convex loss with preconditioned conjugate gradients (Polak-Ribière) from zero."""
    gradient: Floats = np.zeros(shape, np.float32)
    point = direction = _Point(gradient, gradient)
    first_norm, last_norm, step = 0.0, 1.0, 1.0
    for _ in range(steps):
        last_gradient, gradient = gradient, loss.compute_gradient(point)
        descent = loss.precondition(gradient)
        change = kernel.multiply(descent)
        norm = float(np.vdot(gradient, change))
        first_norm = first_norm or norm
        if norm <= _TOLERANCE * first_norm:
            break
        kept = max(0.0, norm - float(np.vdot(last_gradient, change))) / last_norm
        direction = _Point(-descent, -change).move(direction, kept)
        step = _find_step(loss, point, direction, float(np.vdot(gradient, direction.scores)), step)
        point, last_norm = point.move(direction, step), norm
    return point.coefficients


def _find_step(loss: _Loss, point: _Point, direction: _Point, slope: float, step: float) -> float:
    """Find how far to go in a direction, starting from a guess, by the slopes at both ends of the step."""
    for _ in range(_SEARCHES):
        slope_ahead = float(np.vdot(loss.compute_gradient(point.move(direction, step)), direction.scores))
        step *= float(np.clip(slope / (slope - slope_ahead or -_TINY), -_MAX_GROWTH, _MAX_GROWTH))
        if abs(slope_ahead) < _FLAT * abs(slope):
            break
    return step
