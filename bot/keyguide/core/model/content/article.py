"""The records of answers: articles, error codes and their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Certainty = Literal["official", "confirmed", "reported", "unverified", "disputed"]
Status = Literal["draft", "reviewed", "stale", "retired"]


@dataclass(frozen=True, slots=True)
class Source:
    """A page that an answer is based on; articles refer to it by its id."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The articles that are better than this one for people with another Windows version."""

    win10: str = ""
    win11: str = ""


NO_ALTERNATIVES = Alternatives()


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A source whose page was not found when the links were last checked."""

    source: str
    since: str  # the day when it was first not found
    checked: str  # the last day when it was not found
    reason: str

    @property
    def has_lasted(self) -> bool:
        """Whether the page was missing on two days: on one, it may have been only our network."""
        return self.since < self.checked


@dataclass(frozen=True, slots=True)
class Variants:
    """One action, or the id of one picture, that differs between Windows versions."""

    win11: str
    win10: str

    def choose(self, windows: str) -> str:
        """Choose the side for a Windows version, that for Windows 11 if it is unknown."""
        return self.win10 if windows == "10" else self.win11


@dataclass(frozen=True, slots=True)
class Article:
    """An answer: what is shown at first, and what is folded away until somebody asks for it.

    A draft is not served yet, and a retired article no longer: it leads to its successor. A stale one is
    served, but marked, because somebody knows that it is out of date.
    """

    id: str
    title: str
    answer: str  # complete in itself
    sources: tuple[str, ...]
    verified: str
    certainty: Certainty
    status: Status = "reviewed"
    successor: str = ""  # the page that a retired article leads to
    review_days: int = 90  # after so many days somebody must read it again
    steps: tuple[str | Variants, ...] = ()
    need: str = ""
    fails: str = ""
    avoid: str = ""
    why: str = ""
    not_this_if: str = ""  # when another page is the right one
    aspects: Mapping[str, str] = field(default_factory=dict)  # short answers to usual questions about it
    asks: tuple[str, ...] = ()  # example questions; those of reviewed articles are in asks/
    see: tuple[str, ...] = ()
    picture: str | Variants = ""  # what people see on their screen meanwhile
    instead: Alternatives = NO_ALTERNATIVES
    refuses: bool = False
    notes: str = ""

    @property
    def is_served(self) -> bool:
        """Whether people are shown this article."""
        return self.status in {"reviewed", "stale"}

    def list_texts(self) -> Iterator[str]:
        """Yield every text that people may be shown."""
        yield from (self.title, self.answer)
        for step in self.steps:
            yield from (step.win11, step.win10) if isinstance(step, Variants) else (step,)
        yield from (self.need, self.fails, self.avoid, self.why, self.not_this_if, *self.aspects.values())

    @property
    def has_variants(self) -> bool:
        """Whether a step or the picture of the article differs between Windows 10 and 11."""
        return any(isinstance(part, Variants) for part in (*self.steps, self.picture))


@dataclass(frozen=True, slots=True)
class Group:
    """One file of articles, which people can browse as a topic."""

    id: str
    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One error code: its message, its meaning and its fix."""

    code: str
    message: str
    means: str
    fix: str
    see: tuple[str, ...]
    sources: tuple[str, ...]
    verified: str
    certainty: Certainty
    title: str = ""
    review_days: int = 180  # a code changes less often than a label
    notes: str = ""

    @property
    def id(self) -> str:
        """The id of the code's page, which references and statistics use."""
        return f"error-{self.code.lower()}"

    @property
    def name(self) -> str:
        """The title of the code's page: the code, and its short title if it has one."""
        return f"{self.code}: {self.title}" if self.title else self.code


@dataclass(frozen=True, slots=True)
class CodeFamily:
    """What we know about any code with this prefix, even if we do not know the code itself."""

    prefix: str
    says: str
    see: tuple[str, ...]
    shared: bool = False  # used all over Windows, so the other words of a question decide what it is about


@dataclass(frozen=True, slots=True)
class ErrorCatalogue:
    """The content of errors.yaml: the codes that we know, and the families of all others."""

    codes: tuple[ErrorCode, ...]
    families: tuple[CodeFamily, ...]
