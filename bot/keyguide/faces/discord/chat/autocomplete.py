"""What Discord offers while somebody types: titles and common questions for /ask, codes for /error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.article import Article
from keyguide.core.model.flow import Flow
from keyguide.core.model.text import shorten

MAX_CHOICES = 25  # choices that Discord takes
_MAX_LENGTH = 100  # characters of one
_MARK = "go/"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line to pick, and what picking it sends."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    label: str
    folded: str
    id: str


class Suggestions:
    """Every line that could be offered, made ready once."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Gather the lines of a knowledge."""
        self._knowledge = knowledge
        named: tuple[Article | Flow, ...] = (*knowledge.flows.values(), *knowledge.articles.values())
        self._titles = [_make_candidate(page.title, page.id) for page in named]
        asks = ((ask, page.id) for page in named for ask in page.asks if len(ask) <= _MAX_LENGTH)
        self._questions = [_make_candidate(ask, id) for ask, id in asks]
        self._codes = [_make_candidate(error.name, error.code) for error in knowledge.errors.values()]

    def is_built_from(self, knowledge: Knowledge) -> bool:
        """Tell whether these are the lines of that knowledge."""
        return self._knowledge is knowledge

    def suggest_questions(self, typed: str) -> list[Suggestion]:
        """Return titles and common questions that hold every word that was typed, one for each answer."""
        found: dict[str, Suggestion] = {}
        for line in _filter_by_words(typed, [*self._titles, *self._questions]):
            found.setdefault(line.id, Suggestion(line.label, _MARK + line.id))
            if len(found) == MAX_CHOICES:
                break
        return list(found.values())

    def suggest_codes(self, typed: str) -> list[Suggestion]:
        """Return the codes that hold what was typed."""
        fitting = _filter_by_words(typed, self._codes)
        return [Suggestion(line.label, line.id) for line in islice(fitting, MAX_CHOICES)]


def _make_candidate(label: str, id: str) -> _Candidate:
    return _Candidate(shorten(label, _MAX_LENGTH), label.casefold(), id)


def _filter_by_words(typed: str, lines: list[_Candidate]) -> Iterator[_Candidate]:
    words = typed[:_MAX_LENGTH].casefold().split()
    return (line for line in lines if all(word in line.folded for word in words))


def find_pick(knowledge: Knowledge, value: str) -> str:
    """Return the pick that a suggestion stands for; nothing for words that somebody typed."""
    return value if value.startswith(_MARK) and knowledge.find_title(value.removeprefix(_MARK)) else ""


def find_code_pick(knowledge: Knowledge, value: str) -> str:
    """Return the pick that opens the page of a code that we know; nothing for any other."""
    error = knowledge.errors.get(value)
    return f"{_MARK}{error.id}" if error else ""
