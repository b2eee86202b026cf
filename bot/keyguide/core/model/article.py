"""What an answer is: one question people bring, and the text we stand behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Certainty = Literal["official", "confirmed", "reported", "unverified", "disputed"]


@dataclass(frozen=True, slots=True)
class Source:
    """A page that an answer rests on; articles name it by its id."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The article that serves people on the other Windows better than this one."""

    win10: str = ""
    win11: str = ""


NO_ALTERNATIVES = Alternatives()


@dataclass(frozen=True, slots=True)
class Article:
    """An answer, with the words people use to ask for it."""

    id: str
    title: str
    body: str
    sources: tuple[str, ...]
    verified: str
    certainty: Certainty
    win11: str = ""
    win10: str = ""
    fails: str = ""
    avoid: str = ""
    asks: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    instead: Alternatives = NO_ALTERNATIVES
    refuses: bool = False
    draft: bool = False
    notes: str = ""

    @property
    def has_variants(self) -> bool:
        """Whether Windows 10 and 11 are told different things here."""
        return bool(self.win10 and self.win11)


@dataclass(frozen=True, slots=True)
class Group:
    """One file of articles: a shelf that people can browse."""

    id: str
    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """What one error code says, means and asks for."""

    code: str
    message: str
    means: str
    fix: str
    see: tuple[str, ...]
    sources: tuple[str, ...]
    verified: str
    certainty: Certainty
    title: str = ""
    notes: str = ""

    @property
    def id(self) -> str:
        """The id under which the code is shown, counted and linked."""
        return f"error-{self.code.lower()}"

    @property
    def name(self) -> str:
        """How the code is headed: the code, and in a few words what it is."""
        return f"{self.code}: {self.title}" if self.title else self.code


@dataclass(frozen=True, slots=True)
class CodeFamily:
    """What can honestly be said of a code that we do not know."""

    prefix: str
    says: str
    see: tuple[str, ...]
    shared: bool = False  # such codes are used all over Windows, and the words around decide whose it is


@dataclass(frozen=True, slots=True)
class ErrorCatalogue:
    """errors.yaml: every code that we know, and the families of those that we do not."""

    codes: tuple[ErrorCode, ...]
    families: tuple[CodeFamily, ...]
