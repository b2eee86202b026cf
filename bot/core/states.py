"""The messages of the Activation page, recognised in what people copy, shorten or retype."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.facts import State

LOOKED_AT = 8_000  # characters; a message stands near the top or not at all


@dataclass(frozen=True, slots=True)
class Found:
    """The message that a text holds, and what the text says besides."""

    id: str
    rest: str


@dataclass(frozen=True, slots=True)
class Folded:
    """One way in which Windows words a message, folded for comparing."""

    id: str
    verbatim: str
    words: tuple[str, ...]
    enough: int  # so many of its words, in a row, are the message

    @property
    def middle(self) -> int:
        """Where its middle word stands: every run of enough words holds that one."""
        return len(self.words) // 2


Wordings = Mapping[str, tuple[tuple[int, Folded], ...]]  # by middle word, each with its place among all


class _Word(NamedTuple):
    """A word of the text, folded, and where it stands."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Words of the text that are words of a wording, in the same order and with nothing between."""

    wording: Folded
    order: int  # of the wording among all
    first: int  # word of the text
    length: int
    closes: bool  # with the wording's own last word


_WORD = re.compile(r"[^\W_]+(?:['\u2019\u02bc][^\W_]+)*")
_ARTICLE = re.compile(r"\b(?:an?|the)\Z", re.IGNORECASE)  # it belonged to the message
_APOSTROPHES = re.compile(r"['\u2019\u02bc]")
_CLAUSE = re.compile(r"[.,;:!?()\n]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\s-\s|\n")
_SPELT = {
    **dict.fromkeys(("licence", "licenses", "licences"), ("license",)),
    **dict.fromkeys(("organisations", "organisation", "organization"), ("organizations",)),
    **dict.fromkeys(("my", "ur"), ("your",)),
    **dict.fromkeys(("isnt", "aint"), ("is", "not")),
    **dict.fromkeys(("cant", "cannot"), ("can", "not")),
    **dict.fromkeys(("a", "an", "the"), ()),  # people drop them
    "dont": ("do", "not"),
    "couldnt": ("could", "not"),
    "youre": ("your", "are"),
    "its": ("it", "is"),
    "signin": ("sign", "in"),
}
_SHARE = 0.6  # of a message's words that must be there ...
_SHARE_BEFORE_OTHER_WORDS = 0.7  # ... or more, where the text goes on in other words than the message
_FEWEST = 5  # words that a part of a message must have
_LABEL = 2  # words of a mere label, which counts only by itself and in Windows' own capitals
_SENTENCE_WORDS = 8  # that a sentence must have to stand for its whole message

# Before a message these words say that it is not what the screen shows.
_DOUBTS = frozenset(("if", "whether", "not", "never", "unless", "ensure", "sure"))
_CONDITIONS = frozenset(("when", "once", "after", "before", "until", "till"))
# Before a message that lacks its "Windows is", so do these: "how do i get it activated with ...".
_LACKING = "activated"
_TURNED = frozenset(("is", "are", "was", "were"))
_DOES = frozenset(("i", "we", "have", "had"))
_ASKS = frozenset(
    (
        *("be", "being", "can", "could", "will", "would", "should", "how", "does", "do", "did"),
        *("want", "need", "get", "getting", "make"),
    )
)
_NEAR = 3  # words
_CLAUSE_REACH = 120  # characters

_BEFORE_QUOTE = " \t*_`>#-"
_AFTER_QUOTE = " \t*_`.!"
_OPENS = frozenset("\n\"'\u201c\u2018\u00ab:|(")
_CLOSES = frozenset("\n\"'\u201d\u2019\u00bb|)")
_SEAM_BEFORE = " \t\r\n\"'\u201c\u2018\u00ab*_`>|:-("
_SEAM_AFTER = " \t\r\n\"'\u201d\u2019\u00bb*_`|.!,;)"


def fold_states(states: tuple[State, ...]) -> Wordings:
    """Prepare the messages for find_state; done once, when the knowledge is loaded."""
    whole = tuple(_wording(state.id, says) for state in states for says in state.says)
    owners: dict[tuple[str, ...], set[str]] = {}
    sentences = [one for wording in whole for one in _sentences(wording)]
    for one in (*whole, *sentences):
        owners.setdefault(one.words, set()).add(one.id)
    alone = (one for one in sentences if len(owners[one.words]) == 1)
    placed: dict[str, list[tuple[int, Folded]]] = {}
    for order, one in enumerate(one for one in (*whole, *alone) if one.words):
        placed.setdefault(one.words[one.middle], []).append((order, one))
    return {word: tuple(wordings) for word, wordings in placed.items()}


def find_state(text: str, wordings: Wordings) -> Found | None:
    """Return the message that the text shows, the longest where several fit, or None."""
    seen = text[:LOOKED_AT]
    words = tuple(_words(seen))
    shown = (run for run in _runs(wordings, words) if _is_shown(run, words, seen))
    best = min(shown, key=_rank, default=None)
    return None if best is None else Found(best.wording.id, _without(best, words, text))


def _wording(id: str, says: str) -> Folded:
    words = tuple(word.folded for word in _words(says))
    articles = len(_WORD.findall(says)) - len(words)
    share = max(_FEWEST - max(0, articles), math.ceil(_SHARE * len(words)))
    return Folded(id, says.strip(" ."), words, min(len(words), share))


def _sentences(wording: Folded) -> Iterator[Folded]:
    """Yield the sentences of a long message that are long enough to be known by themselves."""
    for part in _SENTENCE.split(wording.verbatim):
        sentence = _wording(wording.id, part)
        if _SENTENCE_WORDS <= len(sentence.words) < len(wording.words):
            yield sentence


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        plain = _APOSTROPHES.sub("", match[0].lower())
        for folded in _SPELT.get(plain, (plain,)):
            yield _Word(folded, match.start(), match.end())


def _runs(wordings: Wordings, words: tuple[_Word, ...]) -> Iterator[_Run]:
    """Yield the runs that have enough words of a wording."""
    said = [word.folded for word in words]
    for at, word in enumerate(said):
        for order, wording in wordings.get(word, ()):
            middle = wording.middle
            ahead = _same(wording.words[middle:], said[at : at + len(wording.words) - middle])
            back = _same(wording.words[:middle][::-1], said[max(0, at - middle) : at][::-1])
            if back + ahead >= wording.enough:
                closes = middle + ahead == len(wording.words)
                yield _Run(wording, order, at - back, back + ahead, closes)


def _same(expected: Iterable[str], said: Iterable[str]) -> int:
    """Return how many words agree before the first that does not."""
    count = 0
    for one, other in zip(expected, said, strict=False):
        if one != other:
            break
        count += 1
    return count


def _rank(run: _Run) -> tuple[int, int]:
    return -run.length, run.order


def _is_shown(run: _Run, words: tuple[_Word, ...], text: str) -> bool:
    if len(run.wording.words) <= _LABEL:
        return _stands_alone(run, words, text)
    return not _doubted(run, words, text) and not _strays(run, words, text)


def _stands_alone(run: _Run, words: tuple[_Word, ...], text: str) -> bool:
    start, end = _span(run, words)
    before = text[:start].rstrip(_BEFORE_QUOTE)[-1:]
    after = text[end:].lstrip(_AFTER_QUOTE)[:1]
    apart = (not before or before in _OPENS) and (not after or after in _CLOSES)
    return apart and text[start:end] == run.wording.verbatim


def _doubted(run: _Run, words: tuple[_Word, ...], text: str) -> bool:
    """Whether the words before the message ask for it or deny it, instead of reporting it."""
    start, _ = _span(run, words)
    clause = _CLAUSE.split(text[max(0, start - _CLAUSE_REACH) : start])[-1]
    before = [word.folded for word in _words(clause)]
    near = before[-_NEAR:]
    if not _DOUBTS.isdisjoint(near) or not _CONDITIONS.isdisjoint(before[-1:]):
        return True
    reported = _TURNED.isdisjoint(near) and _DOES.isdisjoint(before[-1:]) and _ASKS.isdisjoint(before)
    return words[run.first].folded == _LACKING and not reported


def _strays(run: _Run, words: tuple[_Word, ...], text: str) -> bool:
    """Whether a part of a message goes on in other words, too early to be that message."""
    if run.closes or run.length >= _SHARE_BEFORE_OTHER_WORDS * len(run.wording.words):
        return False
    _, end = _span(run, words)
    after = _CLAUSE.split(text[end : end + _CLAUSE_REACH], maxsplit=1)[0]
    return _WORD.search(after) is not None


def _span(run: _Run, words: tuple[_Word, ...]) -> tuple[int, int]:
    return words[run.first].start, words[run.first + run.length - 1].end


def _without(run: _Run, words: tuple[_Word, ...], text: str) -> str:
    start, end = _span(run, words)
    before, after = text[:start].rstrip(_SEAM_BEFORE), text[end:].lstrip(_SEAM_AFTER)
    return f"{_ARTICLE.sub('', before).rstrip()} {after}".strip()
