"""Facts that people mention in passing, such as "it came with the pc", with their negation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from keyguide.core.model.content.acts_and_facts import Fact

_WORD = re.compile(r"[^\W_]+(?:['\u2019\u02bc][^\W_]+)*")
_CLAUSE_END = re.compile(r"[.!?;\n]+|,|\bbut\b|\bthough\b", re.IGNORECASE)
_APOSTROPHES = re.compile(r"['\u2019\u02bc]")
_NEGATIONS = frozenset((
    "not", "no", "never", "without", "none", "nor", "neither", "dont", "doesnt", "didnt", "isnt", "arent",
    "wasnt", "werent", "havent", "hasnt", "hadnt", "wont", "cant", "cannot", "couldnt", "aint", "instead",
))  # fmt: skip
_QUESTION_WORDS = frozenset((
    "is", "are", "do", "does", "did", "can", "could", "will", "would", "should", "what", "how", "why",
    "where", "when", "which", "who", "if", "whether",
))  # fmt: skip
_NEGATION_REACH = 3  # words before a phrase in which a negation denies it
_OPPOSITE = {"yes": "no", "no": "yes"}


@dataclass(frozen=True, slots=True)
class Mention:
    """One phrase, ready for comparing, and the value that it stands for."""

    words: tuple[str, ...]
    fact: str
    value: str
    order: int  # among the values of the fact
    in_questions: bool


MentionIndex = Mapping[str, tuple[Mention, ...]]  # by first word, longest phrase first


def index_mentions(facts: Iterable[Fact]) -> MentionIndex:
    """Prepare the phrases of all facts for find_facts; done once, when the knowledge is loaded."""
    mentions: dict[str, list[Mention]] = {}
    for fact in facts:
        for order, value in enumerate(fact.values):
            for phrase in value.says:
                if words := tuple(_fold(phrase)):
                    mention = Mention(words, fact.id, value.id, order, fact.only_one)
                    mentions.setdefault(words[0], []).append(mention)
    return {
        word: tuple(sorted(found, key=lambda mention: -len(mention.words)))
        for word, found in mentions.items()
    }


def find_facts(text: str, index: MentionIndex) -> dict[str, str]:
    """Find the facts that a text states; what it asks or denies is no fact, unless the opposite is one."""
    found: dict[str, list[tuple[int, str]]] = {}
    several: set[str] = set()
    for mention, value in _find_mentions(text, index):
        values = found.setdefault(mention.fact, [])
        if mention.in_questions and values and value not in {other for _, other in values}:
            several.add(mention.fact)
        values.append((mention.order, value))
    return {fact: min(values)[1] for fact, values in found.items() if fact not in several}


def _find_mentions(text: str, index: MentionIndex) -> Iterator[tuple[Mention, str]]:
    ends = [match.end() for match in _CLAUSE_END.finditer(text)]
    for start, end in zip([0, *ends], [*ends, len(text)], strict=True):
        clause = text[start:end]
        words = list(_fold(clause))
        asks = "?" in clause or (words[:1] and words[0] in _QUESTION_WORDS)
        for position, mention in _match(words, index):
            if asks and not mention.in_questions:
                continue
            before = words[max(0, position - _NEGATION_REACH) : position]
            if _NEGATIONS.isdisjoint(before):
                yield mention, mention.value
            elif mention.value in _OPPOSITE:
                yield mention, _OPPOSITE[mention.value]


def _match(words: Sequence[str], index: MentionIndex) -> Iterator[tuple[int, Mention]]:
    position = 0
    while position < len(words):
        for mention in index.get(words[position], ()):
            length = len(mention.words)
            if tuple(words[position : position + length]) == mention.words:
                yield position, mention
                position += length - 1
                break
        position += 1


def _fold(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text.lower()):
        yield _APOSTROPHES.sub("", match[0])
