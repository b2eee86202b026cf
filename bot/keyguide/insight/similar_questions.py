"""Group questions that mean much the same, so that a hundred of them become a handful to read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from keyguide.core.finding.normalise import Vocabulary

_MIN_SIMILARITY = 0.4  # to a group, from 0 to 1, above which a question joins it
_STEM_LENGTH = 5  # letters of a word that carry its meaning: activate, activation, activated
_MAX_WORDS = 40  # words of one question that are compared
_MAX_QUESTIONS = 5_000  # only the latest are grouped, because they say most
_MAX_GROUPS_PER_WORD = 200  # a word that occurs in more groups leads to none


class TextItem(Protocol):
    """Anything that has a text."""

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
    """A group while it grows: its questions, the sum of their weighted words, and the norm of the sum."""

    questions: list[T]
    words: Counter[str]
    length: float = 0.0

    def add(self, question: T, weights: Counter[str]) -> None:
        self.questions.append(question)
        self.words.update(weights)
        self.length = _compute_norm(self.words)


def group_questions(
    questions: Sequence[T], vocabulary: Vocabulary, fillers: frozenset[str]
) -> list[QuestionGroup[T]]:
    """Group the latest questions, the largest group first; within a group they keep their order."""
    latest = questions[-_MAX_QUESTIONS:]
    all_stems = [_extract_stems(question.text, vocabulary, fillers) for question in latest]
    idf = _compute_idf(all_stems)
    growing: list[_GrowingGroup[T]] = []
    by_word: dict[str, set[int]] = {}
    for question, stems in zip(latest, all_stems, strict=True):
        weights = Counter({stem: idf[stem] for stem in stems})
        number = _find_nearest(weights, growing, by_word)
        if number < 0:
            number = len(growing)
            growing.append(_GrowingGroup([], Counter()))
        growing[number].add(question, weights)
        for stem in stems:
            by_word.setdefault(stem, set()).add(number)
    groups = [QuestionGroup(_choose_heading(group.questions), tuple(group.questions)) for group in growing]
    return sorted(groups, key=lambda group: -len(group.questions))


def _extract_stems(text: str, vocabulary: Vocabulary, fillers: frozenset[str]) -> frozenset[str]:
    words = vocabulary.normalise_words(text)[:_MAX_WORDS]
    content = [word for word in words if word not in fillers and (len(word) > 2 or word.isdecimal())]  # noqa: PLR2004
    return frozenset(word[:_STEM_LENGTH] for word in content or words)


def _compute_idf(all_stems: Iterable[frozenset[str]]) -> dict[str, float]:
    """Compute a weight for each stem: the fewer questions it occurs in, the higher."""
    occurrences: Counter[str] = Counter()
    count = 0
    for stems in all_stems:
        occurrences.update(stems)
        count += 1
    return {stem: math.log((1 + count) / (1 + times)) + 0.5 for stem, times in occurrences.items()}


def _find_nearest(
    weights: Counter[str], groups: Sequence[_GrowingGroup[T]], by_word: dict[str, set[int]]
) -> int:
    """Find the number of the group that is most like a question, or -1 if none is like it."""
    products: Counter[int] = Counter()
    for stem, weight in weights.items():
        candidates = by_word.get(stem, set())
        if len(candidates) <= _MAX_GROUPS_PER_WORD:
            for number in candidates:
                products[number] += weight * groups[number].words[stem]
    length = _compute_norm(weights)
    best = max(
        ((product / (groups[number].length * length), -number) for number, product in products.items()),
        default=(0.0, 1),
    )
    return -best[1] if best[0] >= _MIN_SIMILARITY else -1


def _compute_norm(words: Counter[str]) -> float:
    return math.sqrt(sum(weight * weight for weight in words.values()))


def _choose_heading(questions: Sequence[TextItem]) -> str:
    """Choose the question that was asked most often; if there are several, the shortest."""
    counts = Counter(question.text for question in questions)
    return min(counts, key=lambda text: (-counts[text], len(text), text))
