"""Group the questions that found no answer, with what keepers decided about each group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Generic, TypeVar

from keyguide.core.finding.index import Decision
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.insight.similar_questions import QuestionGroup, TextItem, group_questions

T = TypeVar("T", bound=TextItem)

_NO_NOTES: Mapping[str, str] = MappingProxyType({})
_MAX_NEAREST = 3
_IGNORED, _ASSIGNED, _DRAFTED = "ignored", "assigned", "drafted"  # how a decision is noted


@dataclass(frozen=True, slots=True)
class GapDecision:
    """What was decided about a group: to ignore it, who takes care of it, or that a draft was made."""

    ignored: bool = False
    assigned: str = ""
    drafted: str = ""  # the day, as 2026-11-27


_NOTHING_DECIDED = GapDecision()


@dataclass(frozen=True, slots=True)
class Gap(Generic[T]):
    """Questions without an answer that mean much the same, and the ids of the nearest answers."""

    group: QuestionGroup[T]
    nearest: tuple[str, ...]
    decision: GapDecision = _NOTHING_DECIDED

    @property
    def key(self) -> str:
        """The name under which decisions are noted: the same as long as this wording is kept."""
        return make_gap_key(self.group.heading)

    @property
    def times(self) -> int:
        """How often it was asked."""
        return len(self.group.questions)

    @property
    def wordings(self) -> tuple[str, ...]:
        """The different wordings, that which stands for all of them first."""
        texts = (question.text for question in self.group.questions)
        return tuple(dict.fromkeys((self.group.heading, *texts)))


def find_gaps(
    knowledge: Knowledge, misses: Sequence[T], notes: Mapping[str, str] = _NO_NOTES
) -> list[Gap[T]]:
    """Group the questions, the largest group first; `notes` holds the decisions by the keys of wordings."""
    gaps = []
    for group in group_questions(misses, knowledge.words, knowledge.fillers):
        gap = Gap(group, tuple(_find_nearest(knowledge, group.heading)))
        noted = next((notes[key] for key in map(make_gap_key, gap.wordings) if key in notes), "")
        gaps.append(replace(gap, decision=read_decision(noted)))
    return gaps


def _find_nearest(knowledge: Knowledge, text: str) -> Iterator[str]:
    result = knowledge.finder.find(text)
    is_near = result.decision in {Decision.ANSWER, Decision.SUGGEST}
    labels = (*result.labels, *result.guesses) if is_near else result.guesses
    known = (label for label in labels if knowledge.find_title(label))
    yield from [*dict.fromkeys(known)][:_MAX_NEAREST]


def make_gap_key(wording: str) -> str:
    """Make the name under which a decision about a question is noted; it does not tell the words."""
    return sha256(" ".join(sorted(wording.lower().split())).encode()).hexdigest()[:16]


def list_gap_keys(misses: Iterable[TextItem]) -> set[str]:
    """List the keys of all questions that are still kept; decisions about others can be dropped."""
    return {make_gap_key(question.text) for question in misses}


def read_decision(note: str) -> GapDecision:
    """Read a decision from its note; anything else is no decision."""
    name, _, value = note.partition(":")
    return GapDecision(
        ignored=name == _IGNORED,
        assigned=value if name == _ASSIGNED else "",
        drafted=value if name == _DRAFTED else "",
    )


def write_decision(decision: GapDecision) -> str:
    """Write a decision as a note; empty if nothing was decided."""
    if decision.ignored:
        return _IGNORED
    if decision.assigned:
        return f"{_ASSIGNED}:{decision.assigned}"
    return f"{_DRAFTED}:{decision.drafted}" if decision.drafted else ""
