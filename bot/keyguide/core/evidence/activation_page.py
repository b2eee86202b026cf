"""The messages of the Activation page, recognised in what people copy, shorten or retype."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from keyguide.core.model.recognition import ActivationState

MAX_TEXT_LENGTH = 8_000  # characters; a message stands near the top or not at all


@dataclass(frozen=True, slots=True)
class StateMatch:
    """The message that a text holds, and what the text says besides."""

    id: str
    rest: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One way in which Windows words a message, folded for comparing."""

    id: str
    verbatim: str
    words: tuple[str, ...]
    min_run: int  # so many of its words, in a row, are the message

    @property
    def middle(self) -> int:
        """Where its middle word stands: every run of enough words holds that one."""
        return len(self.words) // 2


WordingIndex = Mapping[str, tuple[tuple[int, Wording], ...]]  # by middle word, each with its place among all


class _Word(NamedTuple):
    """A word of the text, folded, and where it stands."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Words of the text that are words of a wording, in the same order and with nothing between."""

    wording: Wording
    order: int  # of the wording among all
    first: int  # word of the text
    length: int
    is_at_end: bool  # with the wording's own last word


_WORD = re.compile(r"[^\W_]+(?:['\u2019\u02bc][^\W_]+)*")
_ARTICLE = re.compile(r"\b(?:an?|the)\Z", re.IGNORECASE)  # it belonged to the message
_APOSTROPHES = re.compile(r"['\u2019\u02bc]")
_CLAUSE = re.compile(r"[.,;:!?()\n]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\s-\s|\n")
_SPELLINGS = {
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
_MIN_SHARE = 0.6  # of a message's words that must be there ...
_SHARE_BEFORE_OTHER_WORDS = 0.7  # ... or more, where the text goes on in other words than the message
_MIN_WORDS = 5  # words that a part of a message must have
_LABEL_WORDS = 2  # words of a mere label, which counts only by itself and in Windows' own capitals
_MIN_SENTENCE_WORDS = 8  # that a sentence must have to stand for its whole message

# Before a message these words say that it is not what the screen shows.
_DOUBT_WORDS = frozenset(("if", "whether", "not", "never", "unless", "ensure", "sure"))
_CONDITION_WORDS = frozenset(("when", "once", "after", "before", "until", "till"))
# Before a message that lacks its "Windows is", so do these: "how do i get it activated with ...".
_WITHOUT_SUBJECT = "activated"
_FORMS_OF_BE = frozenset(("is", "are", "was", "were"))
_ACTIVE_WORDS = frozenset(("i", "we", "have", "had"))
_REQUEST_WORDS = frozenset(
    (
        *("be", "being", "can", "could", "will", "would", "should", "how", "does", "do", "did"),
        *("want", "need", "get", "getting", "make"),
    )
)
_NEAR_WORDS = 3  # words
_CLAUSE_REACH = 120  # characters

_BEFORE_QUOTE = " \t*_`>#-"
_AFTER_QUOTE = " \t*_`.!"
_OPENING_MARKS = frozenset("\n\"'\u201c\u2018\u00ab:|(")
_CLOSING_MARKS = frozenset("\n\"'\u201d\u2019\u00bb|)")
_SEAM_BEFORE = " \t\r\n\"'\u201c\u2018\u00ab*_`>|:-("
_SEAM_AFTER = " \t\r\n\"'\u201d\u2019\u00bb*_`|.!,;)"


def index_wordings(states: tuple[ActivationState, ...]) -> WordingIndex:
    """Prepare the messages for find_state; done once, when the knowledge is loaded."""
    whole = tuple(_fold_wording(state.id, says) for state in states for says in state.says)
    owners: dict[tuple[str, ...], set[str]] = {}
    sentences = [one for wording in whole for one in _split_sentences(wording)]
    for one in (*whole, *sentences):
        owners.setdefault(one.words, set()).add(one.id)
    alone = (one for one in sentences if len(owners[one.words]) == 1)
    placed: dict[str, list[tuple[int, Wording]]] = {}
    for order, one in enumerate(one for one in (*whole, *alone) if one.words):
        placed.setdefault(one.words[one.middle], []).append((order, one))
    return {word: tuple(wordings) for word, wordings in placed.items()}


def find_state(text: str, wordings: WordingIndex) -> StateMatch | None:
    """Return the message that the text shows, the longest where several fit, or None."""
    seen = text[:MAX_TEXT_LENGTH]
    words = tuple(_split_words(seen))
    shown = (run for run in _find_runs(wordings, words) if _is_shown(run, words, seen))
    best = min(shown, key=_rank_run, default=None)
    return None if best is None else StateMatch(best.wording.id, _remove_run(best, words, text))


def _fold_wording(id: str, says: str) -> Wording:
    words = tuple(word.folded for word in _split_words(says))
    articles = len(_WORD.findall(says)) - len(words)
    share = max(_MIN_WORDS - max(0, articles), math.ceil(_MIN_SHARE * len(words)))
    return Wording(id, says.strip(" ."), words, min(len(words), share))


def _split_sentences(wording: Wording) -> Iterator[Wording]:
    """Yield the sentences of a long message that are long enough to be known by themselves."""
    for part in _SENTENCE.split(wording.verbatim):
        sentence = _fold_wording(wording.id, part)
        if _MIN_SENTENCE_WORDS <= len(sentence.words) < len(wording.words):
            yield sentence


def _split_words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        plain = _APOSTROPHES.sub("", match[0].lower())
        for folded in _SPELLINGS.get(plain, (plain,)):
            yield _Word(folded, match.start(), match.end())


def _find_runs(wordings: WordingIndex, words: tuple[_Word, ...]) -> Iterator[_Run]:
    """Yield the runs that have enough words of a wording."""
    said = [word.folded for word in words]
    for at, word in enumerate(said):
        for order, wording in wordings.get(word, ()):
            middle = wording.middle
            ahead = _count_equal(wording.words[middle:], said[at : at + len(wording.words) - middle])
            back = _count_equal(wording.words[:middle][::-1], said[max(0, at - middle) : at][::-1])
            if back + ahead >= wording.min_run:
                closes = middle + ahead == len(wording.words)
                yield _Run(wording, order, at - back, back + ahead, closes)


def _count_equal(expected: Iterable[str], said: Iterable[str]) -> int:
    """Return how many words agree before the first that does not."""
    count = 0
    for one, other in zip(expected, said, strict=False):
        if one != other:
            break
        count += 1
    return count


def _rank_run(run: _Run) -> tuple[int, int]:
    return -run.length, run.order


def _is_shown(run: _Run, words: tuple[_Word, ...], text: str) -> bool:
    if len(run.wording.words) <= _LABEL_WORDS:
        return _is_standalone(run, words, text)
    return not _is_doubted(run, words, text) and not _is_diverging(run, words, text)


def _is_standalone(run: _Run, words: tuple[_Word, ...], text: str) -> bool:
    start, end = _find_span(run, words)
    before = text[:start].rstrip(_BEFORE_QUOTE)[-1:]
    after = text[end:].lstrip(_AFTER_QUOTE)[:1]
    apart = (not before or before in _OPENING_MARKS) and (not after or after in _CLOSING_MARKS)
    return apart and text[start:end] == run.wording.verbatim


def _is_doubted(run: _Run, words: tuple[_Word, ...], text: str) -> bool:
    """Whether the words before the message ask for it or deny it, instead of reporting it."""
    start, _ = _find_span(run, words)
    clause = _CLAUSE.split(text[max(0, start - _CLAUSE_REACH) : start])[-1]
    before = [word.folded for word in _split_words(clause)]
    near = before[-_NEAR_WORDS:]
    if not _DOUBT_WORDS.isdisjoint(near) or not _CONDITION_WORDS.isdisjoint(before[-1:]):
        return True
    reported = (
        _FORMS_OF_BE.isdisjoint(near)
        and _ACTIVE_WORDS.isdisjoint(before[-1:])
        and _REQUEST_WORDS.isdisjoint(before)
    )
    return words[run.first].folded == _WITHOUT_SUBJECT and not reported


def _is_diverging(run: _Run, words: tuple[_Word, ...], text: str) -> bool:
    """Whether a part of a message goes on in other words, too early to be that message."""
    if run.is_at_end or run.length >= _SHARE_BEFORE_OTHER_WORDS * len(run.wording.words):
        return False
    _, end = _find_span(run, words)
    after = _CLAUSE.split(text[end : end + _CLAUSE_REACH], maxsplit=1)[0]
    return _WORD.search(after) is not None


def _find_span(run: _Run, words: tuple[_Word, ...]) -> tuple[int, int]:
    return words[run.first].start, words[run.first + run.length - 1].end


def _remove_run(run: _Run, words: tuple[_Word, ...], text: str) -> str:
    start, end = _find_span(run, words)
    before, after = text[:start].rstrip(_SEAM_BEFORE), text[end:].lstrip(_SEAM_AFTER)
    return f"{_ARTICLE.sub('', before).rstrip()} {after}".strip()
