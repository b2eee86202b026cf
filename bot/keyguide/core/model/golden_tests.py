"""Golden tests: what people say and what must come back, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Question:
    """A golden question: what a person says, and every answer that would solve it, best first."""

    say: str
    topics: tuple[str, ...] = ()
    kind: Literal["in", "near", "far", "refuse"] = "in"


@dataclass(frozen=True, slots=True)
class DialogueLine:
    """One exchange of a golden dialogue: said or pressed, and what must come back."""

    say: str = ""
    press: str = ""
    kind: str = ""
    subject: str = ""
    shows: str = ""
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A whole conversation, as data."""

    name: str
    lines: tuple[DialogueLine, ...]


@dataclass(frozen=True, slots=True)
class GoldenTests:
    """One file of tests: questions and dialogues."""

    questions: tuple[Question, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()
