"""What somebody pressed and saw, compared with the lines that the ledger has about it; part of `kill.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile


@dataclass(slots=True)
class Press:
    """Something that a person did once, however often it was sent; `shown` is the answer that arrived."""

    pick: str
    shown: str | None = None  # "flow/step", or nothing of both for a page; None if no answer arrived


@dataclass(frozen=True, slots=True)
class Faults:
    """How many presses were lost, and how many were answered twice."""

    lost: int = 0
    twice: int = 0


def compare(presses: Sequence[Press], lines: Sequence[str]) -> Faults:
    """Compare presses with the lines about them, in order.

    An answer that arrived has exactly one line, with what was shown. One that did not arrive has one line
    at most: its process was killed either before or after it was saved.
    """
    answered = sum(press.shown is not None for press in presses)
    if len(lines) < answered:
        return Faults(lost=answered - len(lines))
    if len(lines) > len(presses):
        return Faults(twice=len(lines) - len(presses))
    ends = {0}  # how many lines may belong to the presses so far
    for press in presses:
        if press.shown is None:
            ends |= {end + 1 for end in ends if end < len(lines)}
        else:
            ends = {end + 1 for end in ends if end < len(lines) and lines[end] == press.shown}
    return Faults() if len(lines) in ends else Faults(lost=1)


def count_unsaved(presses: Sequence[Press], answers: Mapping[str, str]) -> int:
    """Count the choices that were answered and still hold, but are not in the conversation."""
    choices: list[tuple[str, str]] = []
    for press in presses:
        if press.shown is not None:
            step, _, choice = press.pick.removeprefix("say/").rpartition("/")
            choices = [*_cut(choices, step), (step, choice)]
            choices = _cut(choices, press.shown)
    return sum(answers.get(step) != choice for step, choice in choices if step)


def _cut(choices: list[tuple[str, str]], step: str) -> list[tuple[str, str]]:
    """Leave out the choice of a step that is asked again, and all after it."""
    return list(takewhile(lambda chosen: chosen[0] != step, choices)) if step else choices
