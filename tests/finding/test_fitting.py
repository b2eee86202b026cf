"""Fitting: the examples get their labels back, whatever the kernel is like."""

from __future__ import annotations

import numpy as np
import pytest

from keyguide.core.finding.features import Floats
from keyguide.core.finding.kernel_models import fit_coefficients

LABELS_IN_SCOPE = np.array([True, True, False])


def make_kernel(seed: int, size: int, spread: float) -> tuple[Floats, Floats]:
    """Make points in three groups around a common centre, with their products as the kernel."""
    chance = np.random.default_rng(seed)
    targets = np.arange(size) % 3
    points = 1 + 2 * np.eye(3)[targets] + spread * chance.normal(size=(size, 3))
    return (points @ points.T).astype(np.float32), targets


@pytest.mark.parametrize("size", [3, 6, 60, 300])
@pytest.mark.parametrize("seed", range(3))
def test_examples_get_their_labels_back(seed: int, size: int) -> None:
    kernel, targets = make_kernel(seed, size, spread=0.2)

    scores = kernel @ fit_coefficients(kernel, targets, LABELS_IN_SCOPE)

    assert np.array_equal(scores[:, :-1].argmax(axis=1), targets)
    assert np.array_equal(scores[:, -1] > 0, LABELS_IN_SCOPE[targets])


@pytest.mark.parametrize("size", [1, 4])
def test_examples_without_any_feature_have_no_weight(size: int) -> None:
    kernel = np.zeros((size, size), np.float32)

    assert not fit_coefficients(kernel, np.arange(size) % 3, LABELS_IN_SCOPE).any()


def test_examples_that_say_the_same_do_no_harm() -> None:
    kernel = np.ones((9, 9), np.float32)

    assert np.isfinite(fit_coefficients(kernel, np.arange(9) % 3, LABELS_IN_SCOPE)).all()


def test_it_ends_after_a_number_of_steps_however_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel, targets = make_kernel(seed=0, size=60, spread=2.0)
    whole = fit_coefficients(kernel, targets, LABELS_IN_SCOPE)
    monkeypatch.setattr("keyguide.core.finding.kernel_models._MAX_STEPS", 1)

    cut_short = fit_coefficients(kernel, targets, LABELS_IN_SCOPE)

    assert np.isfinite(cut_short).all()
    assert not np.allclose(cut_short, whole)
