"""Word pieces: what BERT's own tokenizer makes of a text. The expected words are what it returned."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.tiny_model import WORDS

from keyguide.load.sentences.wordpiece import MAX_PIECES, WordPieces, read_vocabulary, split_words

PIECES = WordPieces(WORDS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How do I LINK it?", ["how", "do", "i", "link", "it", "?"]),
        ("don't", ["don", "'", "t"]),
        ("Schlüssel für ÄÖß", ["schlussel", "fur", "aoß"]),
        ("0xC004F211: $5+", ["0xc004f211", ":", "$", "5", "+"]),
        ("激活 windows", ["激", "活", "windows"]),
        ("a\tb\nc\u00a0d\u2003e", ["a", "b", "c", "d", "e"]),
        ("zero\u200bwidth\x00\ufffd\ud800", ["zerowidth"]),
        ("“quoted” – €5 🙂", ["“", "quoted", "”", "–", "€5", "🙂"]),
        ("", []),
    ],
)
def test_a_text_is_split_into_plain_words(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Link my keys!", ["link", "my", "key", "##s", "!"]),
        ("keyss", ["key", "##s", "##s"]),
        ("keyx my", ["[UNK]", "my"]),
        ("key" + "s" * 97, ["key", *["##s"] * 97]),
        ("key" + "s" * 98, ["[UNK]"]),
        ("[SEP]", ["[UNK]", "[UNK]", "[UNK]"]),
    ],
    ids=["known", "continued twice", "unknown", "the longest word", "too long a word", "a mark in a text"],
)
def test_a_word_is_split_into_the_longest_pieces(text: str, pieces: list[str]) -> None:
    assert [WORDS[number] for number in PIECES.encode(text)] == ["[CLS]", *pieces, "[SEP]"]


def test_a_long_text_is_cut_and_still_ends() -> None:
    numbers = PIECES.encode("key " * 1_000)

    assert len(numbers) == MAX_PIECES
    assert WORDS[numbers[-1]] == "[SEP]"


def test_a_file_of_something_else_is_no_vocabulary(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("something\nelse")

    with pytest.raises(ValueError, match="not that of a BERT model"):
        read_vocabulary(tmp_path / "vocab.txt")
