"""Normalising: the many ways that people write the same word become one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘`´\u200b\u200c\u200d\u2060\ufeff\u00ad")


def fold(text: str) -> str:
    """Return the text in lower case, without accents, apostrophes or characters that cannot be seen."""
    plain = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    if plain.isascii():
        return plain.lower()
    apart = unicodedata.normalize("NFD", plain.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def tokenise(text: str) -> list[str]:
    """Return the words and numbers of a text, folded."""
    return _TOKEN.findall(fold(text))


@dataclass(frozen=True, slots=True, eq=False)  # one is only ever the same as itself, so it can be a key
class Vocabulary:
    """Phrases by their first word, longest first, each with the word that they stand for."""

    phrases: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]

    def normalise_words(self, text: str) -> list[str]:
        """Return the tokens of a text with every synonym replaced by its canonical word."""
        return list(self._replace_synonyms(tuple(tokenise(text))))

    def normalise(self, text: str) -> str:
        """Return the text in its one normal spelling, to compare it with another."""
        return " ".join(self.normalise_words(text))

    def _replace_synonyms(self, words: tuple[str, ...]) -> Iterator[str]:
        here = 0
        while here < len(words):
            for ways, canonical in self.phrases.get(words[here], ()):
                if words[here : here + len(ways)] == ways:
                    yield from canonical
                    here += len(ways)
                    break
            else:
                yield words[here]
                here += 1


def build_vocabulary(same: Mapping[str, Iterable[str]]) -> Vocabulary:
    """Build the vocabulary from words.yaml: canonical word to the other ways of writing it."""
    phrases: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for word, ways in same.items():
        canonical = tuple(tokenise(word))
        for way in (word, *ways):
            if written := tuple(tokenise(way)):
                phrases.setdefault(written[0], []).append((written, canonical))
    return Vocabulary(
        {first: tuple(sorted(found, key=lambda pair: -len(pair[0]))) for first, found in phrases.items()}
    )


@lru_cache(maxsize=4096)
def normalise_all(words: Vocabulary, ways: tuple[str, ...]) -> frozenset[str]:
    """Return the normal spelling of what the knowledge says; never of what a person wrote: it is kept."""
    return frozenset(map(words.normalise, ways))
