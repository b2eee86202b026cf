"""Suggest titles and common questions for /ask, and codes for /error, while somebody types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import Article
from keyguide.core.model.content.flow import Flow
from keyguide.core.model.shorten import shorten

MAX_CHOICES = 25  # choices that Discord accepts
_MAX_LENGTH = 100  # characters of one
_MARK = "go/"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line to choose, and the value that choosing it sends."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    label: str
    folded: str
    id: str


class Suggestions:
    """All lines that can be suggested, prepared once for a knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Collect the lines of a knowledge base."""
        self._knowledge = knowledge
        pages: tuple[Article | Flow, ...] = (*knowledge.flows.values(), *knowledge.articles.values())
        self._titles = [_make_candidate(page.title, page.id) for page in pages]
        asks = ((ask, page.id) for page in pages for ask in page.asks if len(ask) <= _MAX_LENGTH)
        self._questions = [_make_candidate(ask, page_id) for ask, page_id in asks]
        self._codes = [_make_candidate(error.name, error.code) for error in knowledge.errors.values()]

    def is_built_from(self, knowledge: Knowledge) -> bool:
        """Check whether these are the lines of that knowledge base."""
        return self._knowledge is knowledge

    def suggest_questions(self, typed: str) -> list[Suggestion]:
        """Find titles and common questions that contain every typed word, one for each answer."""
        suggestions: dict[str, Suggestion] = {}
        for candidate in _filter_by_words(typed, [*self._titles, *self._questions]):
            suggestions.setdefault(candidate.id, Suggestion(candidate.label, _MARK + candidate.id))
            if len(suggestions) == MAX_CHOICES:
                break
        return list(suggestions.values())

    def suggest_codes(self, typed: str) -> list[Suggestion]:
        """Find the codes that contain every typed word."""
        candidates = _filter_by_words(typed, self._codes)
        return [Suggestion(candidate.label, candidate.id) for candidate in islice(candidates, MAX_CHOICES)]


def _make_candidate(label: str, page_id: str) -> _Candidate:
    return _Candidate(shorten(label, _MAX_LENGTH), label.casefold(), page_id)


def _filter_by_words(typed: str, candidates: list[_Candidate]) -> Iterator[_Candidate]:
    words = typed[:_MAX_LENGTH].casefold().split()
    return (candidate for candidate in candidates if all(word in candidate.folded for word in words))


def find_pick(knowledge: Knowledge, value: str) -> str:
    """Find the pick that a suggestion stands for, "" if the value is free text."""
    return value if value.startswith(_MARK) and knowledge.find_title(value.removeprefix(_MARK)) else ""
