"""Define why a picture is not read; each problem has a sentence in the phrases."""

from __future__ import annotations

from enum import StrEnum


class Problem(StrEnum):
    """Why a picture is not read."""

    NOT_INSTALLED = "not_installed"  # the extra is missing
    NOT_A_PICTURE = "not_a_picture"
    TOO_HEAVY = "too_heavy"
    TOO_LARGE = "too_large"
    MOVING = "moving"
    DAMAGED = "damaged"
    BUSY = "busy"
    TOO_SLOW = "too_slow"
    UNREACHABLE = "unreachable"  # it could not be fetched


class UnreadablePictureError(Exception):
    """Raised if a picture is not read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem
