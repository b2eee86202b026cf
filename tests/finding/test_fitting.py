"""Fitting: the examples get their labels back, whatever the kernel is like."""

from __future__ import annotations

import numpy as np
import pytest

from keyguide.core.finding import kernel_models
from keyguide.core.finding.features import Ints
from keyguide.core.finding.inverted_index import Kernel, round_kernel
from keyguide.core.finding.kernel_models import fit_coefficients

LABELS_IN_SCOPE = np.array([True, True, False])


def make_kernel(seed: int, size: int, spread: float) -> tuple[Kernel, Ints]:
    """Make points in three groups around a common centre, with their products as the kernel."""
    chance = np.random.default_rng(seed)
    targets = np.arange(size) % 3
    points = 1 + 2 * np.eye(3)[targets] + spread * chance.normal(size=(size, 3))
    similarity = points @ points.T
    return round_kernel(similarity / similarity.max()), targets


@pytest.mark.parametrize("size", [3, 6, 60, 300])
@pytest.mark.parametrize("seed", range(3))
def test_examples_get_their_labels_back(seed: int, size: int) -> None:
    kernel, targets = make_kernel(seed, size, spread=0.2)

    scores = kernel.multiply(fit_coefficients(kernel, targets, LABELS_IN_SCOPE))

    assert np.array_equal(scores[:, :-1].argmax(axis=1), targets)
    assert np.array_equal(scores[:, -1] > 0, LABELS_IN_SCOPE[targets])


@pytest.mark.parametrize("size", [1, 4])
def test_examples_without_any_feature_have_no_weight(size: int) -> None:
    kernel = round_kernel(np.zeros((size, size), np.float32))

    assert not fit_coefficients(kernel, np.arange(size) % 3, LABELS_IN_SCOPE).any()


def test_examples_that_say_the_same_do_no_harm() -> None:
    kernel = round_kernel(np.ones((9, 9), np.float32))

    assert np.isfinite(fit_coefficients(kernel, np.arange(9) % 3, LABELS_IN_SCOPE)).all()


@pytest.mark.parametrize("model", ["_RIDGE_STEPS", "_SOFTMAX_STEPS"])
def test_it_ends_after_a_number_of_steps_however_far_it_came(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel, targets = make_kernel(seed=0, size=60, spread=2.0)
    whole = fit_coefficients(kernel, targets, LABELS_IN_SCOPE)
    monkeypatch.setattr(kernel_models, model, 1)
    monkeypatch.setattr(kernel_models, "_LANDMARKS", 2)  # with more, ridge regression is there in one step

    cut_short = fit_coefficients(kernel, targets, LABELS_IN_SCOPE)

    assert np.isfinite(cut_short).all()
    assert not np.allclose(cut_short, whole)


def test_landmarks_bring_ridge_regression_near_its_solution(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel, targets = make_kernel(seed=1, size=300, spread=0.5)
    truth = np.where(LABELS_IN_SCOPE[targets], 1, -1)
    penalties = 0.2 * 2 * np.where(LABELS_IN_SCOPE[targets], 2 / 3, 1 / 3)
    solution = np.linalg.solve(kernel.steps / 8000 + np.diag(penalties), truth)
    monkeypatch.setattr(kernel_models, "_LANDMARKS", 30)

    fitted = fit_coefficients(kernel, targets, LABELS_IN_SCOPE)[:, -1:]

    assert np.allclose(kernel.multiply(fitted)[:, 0], kernel.multiply(solution[:, None])[:, 0], atol=0.05)


def test_what_is_in_scope_and_what_is_not_are_told_apart_within_themselves() -> None:
    similarity = np.eye(8) + 0.2
    targets, in_scope = np.arange(8) % 4, np.array([True, True, False, False])

    coefficients = fit_coefficients(round_kernel(similarity), targets, in_scope)

    pulls = coefficients[0] - coefficients[4]  # both examples of the first label pull alike
    assert np.abs(pulls).max() < 1e-3
    assert coefficients[0, 0] > 0 > coefficients[0, 1]
    assert coefficients[0, 2] == pytest.approx(coefficients[0, 3], abs=1e-3)
