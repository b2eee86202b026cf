"""The records of golden tests: what people write, and what the reply must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Question:
    """A golden question: what a person writes, and every answer that would solve it, best first."""

    say: str
    topics: tuple[str, ...] = ()
    kind: Literal["in", "near", "far", "refuse"] = "in"


@dataclass(frozen=True, slots=True)
class DialogueLine:
    """One turn of a golden dialogue: a text or a press, and what the reply must be."""

    say: str = ""
    press: str = ""
    kind: str = ""
    subject: str = ""
    shows: str = ""
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A golden dialogue: a whole conversation, turn by turn."""

    name: str
    lines: tuple[DialogueLine, ...]


@dataclass(frozen=True, slots=True)
class GoldenTests:
    """One file of tests: questions and dialogues."""

    questions: tuple[Question, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()
