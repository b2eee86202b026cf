"""The input and the output of the engine: a Turn and a Reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from keyguide.core.model.content.article import Source
from keyguide.core.model.content.picture import Picture
from keyguide.core.model.evidence import NO_EVIDENCE, Evidence
from keyguide.core.model.screenshot import Screen
from keyguide.core.model.server_answer import OwnAnswer


class Kind(StrEnum):
    """The kind of a reply; the values are part of the output format of `keyguide ask --json`."""

    ARTICLE = "article"
    STEP = "step"
    SUGGEST = "suggest"
    MENU = "menu"
    MISS = "miss"
    ELSEWHERE = "elsewhere"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person did: `text` is what they wrote, `pick` is the option that they pressed."""

    who: str
    text: str = ""
    pick: str = ""
    place: str = ""
    locale: str = "en"
    today: date | None = None  # None: no answer is overdue
    screens: tuple[Screen, ...] = ()  # what was read in the pictures that came with it
    picture_problem: str = ""  # why a picture was not read
    own: tuple[OwnAnswer, ...] = ()  # what the server where this is answers itself
    earlier: tuple[str, ...] = ()  # the last few masked texts of this person, oldest first; never stored


class Role(StrEnum):
    """What an option is for; a face decides by it where the option goes, and how it looks."""

    CHOICE = "choice"  # an answer to the question of a step
    PAGE = "page"  # another page or flow, or a list of them
    WALK = "walk"  # the flow that goes through the same matter step by step
    READING = "reading"  # whether a picture was read rightly
    RESUME = "resume"  # back to the question that is open
    VERDICT = "verdict"  # whether an answer helped
    WINDOWS = "windows"  # the same answer for another Windows version
    HOW = "how"  # how to find the answer to a step
    BACK = "back"  # to the step, or the page, before this one
    MOVE = "move"  # start over, all topics, the menu
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class Option:
    """Something to press; a face returns its pick to the engine without reading it."""

    label: str
    pick: str
    about: str = ""  # the article, error page or flow that it opens, if it opens one
    role: Role = Role.PAGE
    hint: str = ""  # what Windows shows to those who should choose it, in its own words


@dataclass(frozen=True, slots=True)
class Detail:
    """A part of an answer that is folded away; a face that cannot unfold it offers its pick."""

    title: str
    text: str
    pick: str


@dataclass(frozen=True, slots=True)
class Handoff:
    """A summary for a human helper, so that the helper need not ask again."""

    answers: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    tried: tuple[str, ...] = ()
    read: str = ""  # the title of the answer that the person saw last


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person thinks of an answer: it solved the problem, did not, or was all there was once again."""

    subject: str
    verdict: Literal["good", "bad", "again"]


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything that a face must show, but not how to show it."""

    kind: Kind
    title: str
    body: str = ""
    subject: str | None = None
    step: str = ""  # the step that a reply of kind STEP asks
    progress: str = ""
    notice: str = ""  # shown above everything else, for example about a secret or an outdated button
    masked_text: str = field(default="", repr=False)  # with secrets masked; to show, but never to store
    picture: Picture | None = None
    details: tuple[Detail, ...] = ()
    options: tuple[Option, ...] = ()
    sources: tuple[Source, ...] = ()
    footing: str = ""  # how sure we are and when it was last verified, as a sentence
    evidence: Evidence = NO_EVIDENCE
    handoff: Handoff | None = None
    judged: Verdict | None = None
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)  # what is known of the person's case
    act: str = ""  # what the message did, such as thanking
    aspect: str = ""  # the usual question about the last page that this answers

    @property
    def offers(self) -> tuple[str, ...]:
        """The articles, error pages and flows that the options open, in the order of the options."""
        return tuple(dict.fromkeys(option.about for option in self.options if option.about))
