"""Questions that mean much the same, put together, so that a hundred of them become a handful to read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.core.words import Vocabulary

_ALIKE = 0.4  # likeness to a group, from 0 to 1, that makes a question one of it
_STEM = 5  # letters of a word that carry its meaning: activate, activation, activated
_WORDS = 40  # of one question that are compared
_MOST = 5_000  # questions; the latest say most
_COMMON = 0.5  # a word in more than this share of the groups leads to none


class _Asked(Protocol):
    @property
    def text(self) -> str: ...


T = TypeVar("T", bound=_Asked)


@dataclass(frozen=True, slots=True)
class Alike(Generic[T]):
    """Questions that mean much the same, and the one that stands for them."""

    heading: str
    asked: tuple[T, ...]


@dataclass(slots=True)
class _Pile(Generic[T]):
    """A group while it grows: the sum of its questions' words, weighed."""

    words: Counter[str]
    asked: list[T]

    def likeness(self, other: Counter[str]) -> float:
        small, large = sorted((self.words, other), key=len)
        product = sum(weight * large[word] for word, weight in small.items() if word in large)
        return product / (_length(self.words) * _length(other) or 1.0)


def grouped(asked: Sequence[T], words: Vocabulary, fillers: frozenset[str]) -> list[Alike[T]]:
    """Return the questions in groups, the largest first; within a group in the order they came."""
    latest = asked[-_MOST:]
    stems = [_stems(one.text, words, fillers) for one in latest]
    rare = _rarity(stems)
    piles: list[_Pile[T]] = []
    by_word: dict[str, set[int]] = {}
    for one, said in zip(latest, stems, strict=True):
        weighed = Counter({stem: rare[stem] for stem in said})
        at = _nearest(weighed, piles, by_word)
        if at < 0:
            at = len(piles)
            piles.append(_Pile(Counter(), []))
        piles[at].asked.append(one)
        piles[at].words.update(weighed)
        for stem in said:
            by_word.setdefault(stem, set()).add(at)
    found = [Alike(_heading(pile.asked), tuple(pile.asked)) for pile in piles]
    return sorted(found, key=lambda group: -len(group.asked))


def _stems(text: str, words: Vocabulary, fillers: frozenset[str]) -> frozenset[str]:
    said = words.normal(text)[:_WORDS]
    telling = [word for word in said if word not in fillers and (len(word) > 2 or word.isdecimal())]  # noqa: PLR2004
    return frozenset(word[:_STEM] for word in telling or said)


def _rarity(stems: Iterable[frozenset[str]]) -> dict[str, float]:
    """Return how telling each word is: the rarer, the more."""
    seen: Counter[str] = Counter()
    count = 0
    for said in stems:
        seen.update(said)
        count += 1
    return {stem: math.log((1 + count) / (1 + times)) + 0.5 for stem, times in seen.items()}


def _nearest(said: Counter[str], piles: Sequence[_Pile[T]], by_word: dict[str, set[int]]) -> int:
    """Return the number of the group that is most like a question, -1 where none is like it."""
    most = max(20, _COMMON * len(piles))
    near = {at for stem in said for at in by_word.get(stem, ()) if len(by_word[stem]) <= most}
    best = max(((piles[at].likeness(said), -at) for at in near), default=(0.0, 1))
    return -best[1] if best[0] >= _ALIKE else -1


def _length(words: Counter[str]) -> float:
    return math.sqrt(sum(weight * weight for weight in words.values()))


def _heading(asked: Sequence[_Asked]) -> str:
    """Return the question that was asked most often, of those the shortest."""
    counts = Counter(one.text for one in asked)
    return min(counts, key=lambda text: (-counts[text], len(text), text))
