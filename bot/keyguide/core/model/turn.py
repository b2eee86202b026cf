"""What goes into the engine and what comes out: one Turn in, one Reply out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from keyguide.core.model.article import Source
from keyguide.core.model.evidence import NO_EVIDENCE, Evidence


class Kind(StrEnum):
    """What a reply is; part of the contract of `keyguide ask --json`."""

    ARTICLE = "article"
    STEP = "step"
    SUGGEST = "suggest"
    MENU = "menu"
    MISS = "miss"
    ELSEWHERE = "elsewhere"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person did: wrote something, or pressed an option."""

    who: str
    text: str = ""
    pick: str = ""
    place: str = ""
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Option:
    """Something to press. The pick is its own way back into the engine; no face ever reads it."""

    label: str
    pick: str
    about: str = ""  # the article or flow that it opens, where it opens one


@dataclass(frozen=True, slots=True)
class Handoff:
    """What a human helper is told, so that nobody has to ask again."""

    answers: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    tried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said of an answer: that it fixed things, or that it did not."""

    subject: str
    verdict: Literal["good", "bad"]


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything a face needs to show, and nothing about how."""

    kind: Kind
    title: str
    body: str = ""
    subject: str | None = None
    step: str = ""  # the step that a reply of kind STEP asks
    progress: str = ""
    notice: str = ""  # goes above everything else: a masked secret, an old button
    said: str = field(default="", repr=False)  # what was written, secrets masked: to echo, never to keep
    options: tuple[Option, ...] = ()
    sources: tuple[Source, ...] = ()
    footing: str = ""  # how sure we are and when it was last verified, as a sentence
    evidence: Evidence = NO_EVIDENCE
    handoff: Handoff | None = None
    judged: Verdict | None = None

    @property
    def offers(self) -> tuple[str, ...]:
        """The articles and flows that the options open, in their order."""
        return tuple(dict.fromkeys(option.about for option in self.options if option.about))
