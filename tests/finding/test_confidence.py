"""How sure one must be: what an outcome is worth to people sets the thresholds."""

from __future__ import annotations

import numpy as np
import pytest

from keyguide.core.finding.confidence import (
    HeldOut,
    Thresholds,
    calibrate,
    compute_signals,
    estimate_probability,
)

LABELS_IN_SCOPE = np.array([True, True, False])
COUNT = 200
NONE = HeldOut(np.zeros((0, 4)), np.zeros(0), np.zeros(0, bool), np.zeros((0, 3), bool))

THRESHOLDS = Thresholds(in_scope=0.95, first_is_right=0.5, unfamiliar=0.2, refusal=7 / 8)


def hold_out(gap: float, share_right: float = 1.0) -> HeldOut:
    """Hold out texts of ours and as many strangers, whose scores for being in scope lie a gap apart."""
    noise = np.random.default_rng(1).normal(0, 0.1, 2 * COUNT)
    is_ours = np.arange(2 * COUNT) < COUNT
    is_right = np.arange(2 * COUNT) % 100 < 100 * share_right
    scores = np.column_stack((np.full(2 * COUNT, 4.0), np.zeros((2 * COUNT, 2)), noise + gap * is_ours))
    serving = np.column_stack((is_ours & is_right, np.zeros((2 * COUNT, 2), bool)))
    return HeldOut(scores, np.ones(2 * COUNT), is_ours, serving)


def mark_answered(held_out: HeldOut) -> np.ndarray:
    """Mark the texts that get an answer at once."""
    confidence = calibrate(held_out, NONE, LABELS_IN_SCOPE)
    signals = compute_signals(held_out.scores, LABELS_IN_SCOPE, held_out.familiarity)
    is_likely = estimate_probability(confidence.in_scope, signals) >= confidence.thresholds.in_scope
    first = estimate_probability(confidence.first_is_right, signals)
    return np.asarray(is_likely & (first >= confidence.thresholds.first_is_right))


def test_whoever_is_clearly_ours_is_answered_and_whoever_is_clearly_not_is_not() -> None:
    answered = mark_answered(hold_out(gap=2.0))

    assert answered[:COUNT].all()
    assert not answered[COUNT:].any()


def test_nobody_is_answered_if_strangers_sound_just_like_ours() -> None:
    assert not mark_answered(hold_out(gap=0.0)).any()


def test_fewer_strangers_than_ours_are_answered_if_some_sound_alike() -> None:
    answered = mark_answered(hold_out(gap=0.3))

    assert answered[:COUNT].mean() > 0.5
    assert answered[COUNT:].mean() < 0.1


def test_nobody_is_answered_if_the_answers_are_mostly_wrong() -> None:
    assert not mark_answered(hold_out(gap=2.0, share_right=0.3)).any()


@pytest.mark.parametrize(("in_scope", "first_is_right"), [(7 / 8, 0.9), (0.99, 7 / 8)])
def test_whoever_surely_asks_for_what_we_refuse_is_refused(in_scope: float, first_is_right: float) -> None:
    assert THRESHOLDS.may_refuse(in_scope, first_is_right)


@pytest.mark.parametrize(("in_scope", "first_is_right"), [(0.8, 0.99), (0.99, 0.8)])
def test_neither_a_likely_stranger_is_refused_nor_who_may_mean_something_lawful(
    in_scope: float, first_is_right: float
) -> None:
    assert not THRESHOLDS.may_refuse(in_scope, first_is_right)
