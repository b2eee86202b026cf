"""Split a text into the word pieces that a BERT model knows, as its own tokenizer for uncased text does."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

MAX_PIECES = 256  # what the model was trained on; with the marks for start and end
_MAX_WORD = 100  # characters: the model knows no longer word
_CLASS, _SEPARATOR, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_CHINESE = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2CEAF), (0x2F800, 0x2FA1F))


class WordPieces:
    """The vocabulary of a model: the number of every word, beginning and continuation that it knows."""

    def __init__(self, words: Sequence[str]) -> None:
        """Number the words in their order; raise ValueError if the marks of a BERT model are not there."""
        self._numbers = {word: number for number, word in enumerate(words)}
        if not self._numbers.keys() >= {_CLASS, _SEPARATOR, _UNKNOWN}:
            raise ValueError("the vocabulary is not that of a BERT model")

    def encode(self, text: str) -> list[int]:
        """Return the numbers of the pieces of a text between the marks for start and end."""
        pieces = [piece for word in split_words(text) for piece in self._split_word(word)]
        marked = [_CLASS, *pieces[: MAX_PIECES - 2], _SEPARATOR]
        return [self._numbers[piece] for piece in marked]

    def _split_word(self, word: str) -> Iterator[str]:
        """Split a word into the longest pieces from left to right, or into one unknown if that fails."""
        pieces, start = list[str](), 0
        while start < len(word) <= _MAX_WORD:
            prefix = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if prefix + word[start:end] in self._numbers), 0)
            if not end:
                break
            pieces.append(prefix + word[start:end])
            start = end
        yield from pieces if start == len(word) else [_UNKNOWN]


def read_vocabulary(path: Path) -> WordPieces:
    """Read a vocabulary file, which has one word on each line."""
    return WordPieces(path.read_text(encoding="utf-8").split("\n"))


def split_words(text: str) -> list[str]:
    """Split a text into words without accents and capitals, and into single punctuation marks."""
    return "".join(map(_replace, unicodedata.normalize("NFD", text))).split()


@lru_cache(maxsize=4096)
def _replace(character: str) -> str:
    """Return what a character becomes: nothing, a space, itself in lower case, or a word of its own."""
    category = unicodedata.category(character)
    if character in "\t\n\r" or category[0] == "Z":
        return " "
    if category[0] == "C" or category == "Mn" or character == "\N{REPLACEMENT CHARACTER}":
        return ""
    is_symbol = character.isascii() and not character.isalnum()  # such as $ and +, as BERT has it
    is_chinese = any(first <= ord(character) <= last for first, last in _CHINESE)
    return f" {character.lower()} " if is_symbol or is_chinese or category[0] == "P" else character.lower()
