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


ConversationKind = Literal[
    "follow-up", "flow-typed", "leave-return", "pieces", "switch", "evidence", "scope", "frustration"
]


@dataclass(frozen=True, slots=True)
class GoldenTurn:
    """One text of a golden conversation, with the replies that would serve it and those plainly wrong.

    Both name articles, error pages, flows, steps as "flow/step", or kinds of reply. `how` says where one
    of `ok` must be: `first` is the subject, `shown` the subject or one of the first options, `kind` the
    kind of the reply. A turn without `ok` expects nothing.
    """

    say: str
    how: Literal["first", "shown", "kind"] = "first"
    ok: tuple[str, ...] = ()
    not_: tuple[str, ...] = ()  # `not` in the file


@dataclass(frozen=True, slots=True)
class GoldenConversation:
    """A conversation as people hold it: it is measured how much of it is met, and none of it must be."""

    name: str
    kind: ConversationKind
    turns: tuple[GoldenTurn, ...]


@dataclass(frozen=True, slots=True)
class ConversationShares:
    """How well the golden conversations went when they were last measured, as shares from 0 to 1."""

    met: float
    after_first: float
    last: float
    clean: float
    wrong: float


@dataclass(frozen=True, slots=True)
class LeastTests:
    """How many golden tests each article needs at least."""

    questions: int = 0
    second_turns: int = 0


@dataclass(frozen=True, slots=True)
class GoldenTests:
    """One file of tests: questions, dialogues, conversations, and how well the conversations went before.

    The dialogues in `not_yet` do not pass yet: they are written down, run and reported, but none must pass.
    """

    questions: tuple[Question, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()
    not_yet: tuple[Dialogue, ...] = ()
    least: LeastTests | None = None
    conversations: tuple[GoldenConversation, ...] = ()
    measured: ConversationShares | None = None
