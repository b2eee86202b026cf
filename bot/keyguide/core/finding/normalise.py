"""Normalise text, so that the many ways of writing the same word compare as equal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"[^\W_]+")
_CODE = re.compile(r"(?:[0o]x)?(?=[a-f]*\d)[0-9a-f]{6,}")  # its letters say nothing about a topic
_APOSTROPHES = str.maketrans("", "", "'’‘`´\u200b\u200c\u200d\u2060\ufeff\u00ad")


def fold(text: str) -> str:
    """Convert a text to lower case and remove accents, apostrophes and invisible characters."""
    plain = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    if plain.isascii():
        return plain.lower()
    decomposed = unicodedata.normalize("NFD", plain.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def tokenise(text: str) -> list[str]:
    """Split a text into its words and numbers, after folding it."""
    return _TOKEN.findall(fold(text))


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity, hence hashable
class Vocabulary:
    """Synonyms by their first word, longest first, each with the canonical words that replace it."""

    phrases: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]

    def normalise_words(self, text: str) -> list[str]:
        """Split a text into tokens and replace every synonym by its canonical words."""
        return list(self._replace_synonyms(tuple(tokenise(text))))

    def extract_search_words(self, text: str) -> list[str]:
        """Extract the words that a text is searched by: in normal spelling, without codes and keys."""
        return [word for word in self.normalise_words(text) if not _CODE.fullmatch(word)]

    def normalise(self, text: str) -> str:
        """Convert a text to its normal spelling, so that it can be compared with another."""
        return " ".join(self.normalise_words(text))

    def _replace_synonyms(self, words: tuple[str, ...]) -> Iterator[str]:
        position = 0
        while position < len(words):
            for synonym, canonical in self.phrases.get(words[position], ()):
                if words[position : position + len(synonym)] == synonym:
                    yield from canonical
                    position += len(synonym)
                    break
            else:
                yield words[position]
                position += 1


def build_vocabulary(same: Mapping[str, Iterable[str]]) -> Vocabulary:
    """Build the vocabulary from words.yaml, which maps each canonical word to its other spellings."""
    phrases: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for word, spellings in same.items():
        canonical = tuple(tokenise(word))
        for spelling in (word, *spellings):
            if synonym := tuple(tokenise(spelling)):
                phrases.setdefault(synonym[0], []).append((synonym, canonical))
    return Vocabulary(
        {first: tuple(sorted(pairs, key=lambda pair: -len(pair[0]))) for first, pairs in phrases.items()}
    )


@lru_cache(maxsize=4096)
def normalise_all(vocabulary: Vocabulary, phrases: tuple[str, ...]) -> frozenset[str]:
    """Normalise phrases of the knowledge. Never pass what a person wrote, because the cache keeps it."""
    return frozenset(map(vocabulary.normalise, phrases))


@lru_cache(maxsize=4096)
def split_all(vocabulary: Vocabulary, phrases: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Split phrases of the knowledge into normal words; never what people write, as for `normalise_all`."""
    return tuple(tuple(vocabulary.normalise_words(phrase)) for phrase in phrases)
