"""Questions that mean much the same, put together, so that a hundred of them become a handful to read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from keyguide.core.finding.normalise import Vocabulary

_MIN_SIMILARITY = 0.4  # likeness to a group, from 0 to 1, that makes a question one of it
_STEM_LENGTH = 5  # letters of a word that carry its meaning: activate, activation, activated
_MAX_WORDS = 40  # of one question that are compared
_MAX_QUESTIONS = 5_000  # questions; the latest say most
_MAX_GROUPS_PER_WORD = 200  # groups; a word of more of them leads to none


class TextItem(Protocol):
    """Something with words in it."""

    @property
    def text(self) -> str: ...


T = TypeVar("T", bound=TextItem)


@dataclass(frozen=True, slots=True)
class QuestionGroup(Generic[T]):
    """Questions that mean much the same, and the one that stands for them."""

    heading: str
    questions: tuple[T, ...]


@dataclass(slots=True)
class _GrowingGroup(Generic[T]):
    """A group while it grows: the sum of its questions' words, weighed, and how long that is."""

    questions: list[T]
    words: Counter[str]
    length: float = 0.0

    def add(self, one: T, said: Counter[str]) -> None:
        self.questions.append(one)
        self.words.update(said)
        self.length = _compute_norm(self.words)


def group_questions(asked: Sequence[T], words: Vocabulary, fillers: frozenset[str]) -> list[QuestionGroup[T]]:
    """Return the questions in groups, the largest first; within a group in the order they came."""
    latest = asked[-_MAX_QUESTIONS:]
    stems = [_extract_stems(one.text, words, fillers) for one in latest]
    rare = _compute_idf(stems)
    piles: list[_GrowingGroup[T]] = []
    by_word: dict[str, set[int]] = {}
    for one, said in zip(latest, stems, strict=True):
        weighed = Counter({stem: rare[stem] for stem in said})
        at = _find_nearest(weighed, piles, by_word)
        if at < 0:
            at = len(piles)
            piles.append(_GrowingGroup([], Counter()))
        piles[at].add(one, weighed)
        for stem in said:
            by_word.setdefault(stem, set()).add(at)
    found = [QuestionGroup(_choose_heading(pile.questions), tuple(pile.questions)) for pile in piles]
    return sorted(found, key=lambda group: -len(group.questions))


def _extract_stems(text: str, words: Vocabulary, fillers: frozenset[str]) -> frozenset[str]:
    said = words.normalise_words(text)[:_MAX_WORDS]
    telling = [word for word in said if word not in fillers and (len(word) > 2 or word.isdecimal())]  # noqa: PLR2004
    return frozenset(word[:_STEM_LENGTH] for word in telling or said)


def _compute_idf(stems: Iterable[frozenset[str]]) -> dict[str, float]:
    """Return how telling each word is: the rarer, the more."""
    seen: Counter[str] = Counter()
    count = 0
    for said in stems:
        seen.update(said)
        count += 1
    return {stem: math.log((1 + count) / (1 + times)) + 0.5 for stem, times in seen.items()}


def _find_nearest(said: Counter[str], piles: Sequence[_GrowingGroup[T]], by_word: dict[str, set[int]]) -> int:
    """Return the number of the group that is most like a question, -1 where none is like it."""
    alike: Counter[int] = Counter()
    for stem, weight in said.items():
        near = by_word.get(stem, set())
        if len(near) <= _MAX_GROUPS_PER_WORD:
            for at in near:
                alike[at] += weight * piles[at].words[stem]
    length = _compute_norm(said)
    best = max(
        ((product / (piles[at].length * length), -at) for at, product in alike.items()), default=(0.0, 1)
    )
    return -best[1] if best[0] >= _MIN_SIMILARITY else -1


def _compute_norm(words: Counter[str]) -> float:
    return math.sqrt(sum(weight * weight for weight in words.values()))


def _choose_heading(asked: Sequence[TextItem]) -> str:
    """Return the question that was asked most often, of those the shortest."""
    counts = Counter(one.text for one in asked)
    return min(counts, key=lambda text: (-counts[text], len(text), text))
