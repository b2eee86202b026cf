"""Recognise messages of the Activation page in texts that people copy, shorten or retype."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from keyguide.core.model.content.recognition import ActivationState

MAX_TEXT_LENGTH = 8_000  # characters; in a longer text, a message is near the beginning


@dataclass(frozen=True, slots=True)
class StateMatch:
    """The state whose message a text contains, and the rest of the text."""

    id: str
    rest: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a message, with its words folded for comparison."""

    id: str
    verbatim: str
    words: tuple[str, ...]
    min_run: int  # how many of its words, in a row, are enough to recognise it

    @property
    def middle(self) -> int:
        """The index of the middle word, which every run of enough words contains."""
        return len(self.words) // 2


WordingIndex = Mapping[str, tuple[tuple[int, Wording], ...]]  # by middle word, each with its number


class _Word(NamedTuple):
    """A folded word of a text, and its place."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Consecutive words of a text that are also consecutive words of a wording."""

    wording: Wording
    order: int  # the number of the wording
    first: int  # the index of the first word in the text
    length: int  # in words
    is_at_end: bool  # if it contains the last word of the wording


_WORD = re.compile(r"[^\W_]+(?:['\u2019\u02bc][^\W_]+)*")
_ARTICLE = re.compile(r"\b(?:an?|the)\Z", re.IGNORECASE)  # before a message, it is part of it
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
_MIN_SHARE = 0.6  # of a message's words that a text must contain ...
_SHARE_BEFORE_OTHER_WORDS = 0.7  # ... or more, if the text then diverges from the message
_MIN_WORDS = 5  # in a part of a message that is enough to recognise it
_LABEL_WORDS = 2  # in a mere label, which counts only if it stands alone and has the capitals of Windows
_MIN_SENTENCE_WORDS = 8  # in a sentence that is enough to recognise its whole message

# If these words precede a message, it is not what the screen shows.
_DOUBT_WORDS = frozenset(("if", "whether", "not", "never", "unless", "ensure", "sure"))
_CONDITION_WORDS = frozenset(("when", "once", "after", "before", "until", "till"))
# The same is true of these if the message lacks its "Windows is": "how do i get it activated with ...".
_WITHOUT_SUBJECT = "activated"
_FORMS_OF_BE = frozenset(("is", "are", "was", "were"))
_ACTIVE_WORDS = frozenset(("i", "we", "have", "had"))
_REQUEST_WORDS = frozenset(
    (
        *("be", "being", "can", "could", "will", "would", "should", "how", "does", "do", "did"),
        *("want", "need", "get", "getting", "make"),
    )
)
_NEAR_WORDS = 3
_CLAUSE_REACH = 120  # characters before or after a message that are searched for the end of its clause

_BEFORE_QUOTE = " \t*_`>#-"
_AFTER_QUOTE = " \t*_`.!"
_OPENING_MARKS = frozenset("\n\"'\u201c\u2018\u00ab:|(")
_CLOSING_MARKS = frozenset("\n\"'\u201d\u2019\u00bb|)")
_SEAM_BEFORE = " \t\r\n\"'\u201c\u2018\u00ab*_`>|:-("
_SEAM_AFTER = " \t\r\n\"'\u201d\u2019\u00bb*_`|.!,;)"


def index_wordings(states: tuple[ActivationState, ...]) -> WordingIndex:
    """Index the messages for `find_state`; this is done once, when the knowledge is loaded."""
    messages = tuple(_fold_wording(state.id, message) for state in states for message in state.says)
    sentences = [sentence for message in messages for sentence in _split_sentences(message)]
    owners: dict[tuple[str, ...], set[str]] = {}
    for wording in (*messages, *sentences):
        owners.setdefault(wording.words, set()).add(wording.id)
    unique = (sentence for sentence in sentences if len(owners[sentence.words]) == 1)
    index: dict[str, list[tuple[int, Wording]]] = {}
    for order, wording in enumerate(wording for wording in (*messages, *unique) if wording.words):
        index.setdefault(wording.words[wording.middle], []).append((order, wording))
    return {word: tuple(wordings) for word, wordings in index.items()}


def find_state(text: str, wordings: WordingIndex) -> StateMatch | None:
    """Find the state whose message a text contains, or return None; if several match, the longest wins."""
    beginning = text[:MAX_TEXT_LENGTH]
    words = tuple(_split_words(beginning))
    candidates = (run for run in _find_runs(wordings, words) if _is_shown(run, words, beginning))
    best = min(candidates, key=_rank_run, default=None)
    return None if best is None else StateMatch(best.wording.id, _remove_run(best, words, text))


def _fold_wording(state_id: str, message: str) -> Wording:
    words = tuple(word.folded for word in _split_words(message))
    articles = len(_WORD.findall(message)) - len(words)
    min_run = max(_MIN_WORDS - max(0, articles), math.ceil(_MIN_SHARE * len(words)))
    return Wording(state_id, message.strip(" ."), words, min(len(words), min_run))


def _split_sentences(wording: Wording) -> Iterator[Wording]:
    """Split a long message into the sentences that are long enough to be recognised alone."""
    for text in _SENTENCE.split(wording.verbatim):
        sentence = _fold_wording(wording.id, text)
        if _MIN_SENTENCE_WORDS <= len(sentence.words) < len(wording.words):
            yield sentence


def _split_words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        word = _APOSTROPHES.sub("", match[0].lower())
        for folded in _SPELLINGS.get(word, (word,)):
            yield _Word(folded, match.start(), match.end())


def _find_runs(wordings: WordingIndex, words: tuple[_Word, ...]) -> Iterator[_Run]:
    """Find the runs that contain enough words of a wording, starting from its middle word."""
    text = [word.folded for word in words]
    for place, word in enumerate(text):
        for order, wording in wordings.get(word, ()):
            middle = wording.middle
            after = _count_equal(wording.words[middle:], text[place : place + len(wording.words) - middle])
            before = _count_equal(wording.words[:middle][::-1], text[max(0, place - middle) : place][::-1])
            if before + after >= wording.min_run:
                is_at_end = middle + after == len(wording.words)
                yield _Run(wording, order, place - before, before + after, is_at_end)


def _count_equal(expected: Iterable[str], actual: Iterable[str]) -> int:
    """Count how many words are equal before the first difference."""
    count = 0
    for expected_word, actual_word in zip(expected, actual, strict=False):
        if expected_word != actual_word:
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
    is_apart = (not before or before in _OPENING_MARKS) and (not after or after in _CLOSING_MARKS)
    return is_apart and text[start:end] == run.wording.verbatim


def _is_doubted(run: _Run, words: tuple[_Word, ...], text: str) -> bool:
    """Check whether the words before the message ask for it or deny it, instead of reporting it."""
    start, _ = _find_span(run, words)
    clause = _CLAUSE.split(text[max(0, start - _CLAUSE_REACH) : start])[-1]
    before = [word.folded for word in _split_words(clause)]
    near = before[-_NEAR_WORDS:]
    if not _DOUBT_WORDS.isdisjoint(near) or not _CONDITION_WORDS.isdisjoint(before[-1:]):
        return True
    is_report = (
        _FORMS_OF_BE.isdisjoint(near)
        and _ACTIVE_WORDS.isdisjoint(before[-1:])
        and _REQUEST_WORDS.isdisjoint(before)
    )
    return words[run.first].folded == _WITHOUT_SUBJECT and not is_report


def _is_diverging(run: _Run, words: tuple[_Word, ...], text: str) -> bool:
    """Check whether the text diverges from the message after too few matching words."""
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
