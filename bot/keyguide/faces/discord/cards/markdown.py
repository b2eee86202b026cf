"""Our Markdown as Discord shows it, which breaks a line where the text does and has room for so much."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_LENGTH = 3_900  # characters in one message; Discord takes 4,000
_ITEM = re.compile(r"(?:\d{1,3}\.|-)\s")
_HEADING = re.compile(r"\*\*[^*\n]{1,200}\*\*")
_LINK = str.maketrans({"[": "(", "]": ")"})


def join_broken_lines(text: str) -> str:
    """Return text with the line breaks inside paragraphs and list items taken out."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if lines and _is_continuation(lines[-1], line):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.rstrip())
    return "\n".join(lines)


def _is_continuation(before: str, line: str) -> bool:
    said = line.strip()
    return bool(said and before and not _ITEM.match(said) and not _HEADING.fullmatch(before.strip()))


def make_small(text: str) -> str:
    """Return text in small letters."""
    return f"-# {text}" if text else ""


def make_link(title: str, url: str) -> str:
    """Return a link; what would end its title early is replaced."""
    return f"[{title.translate(_LINK)}]({url})"


def split_into_pages(blocks: Iterable[str], room: int = MAX_LENGTH) -> list[list[str]]:
    """Put blocks of text onto as few pages as hold them, in order; nothing is left out."""
    told: list[list[str]] = [[]]
    left = room
    for block in blocks:
        rest = block
        while rest:
            if len(rest) > left < room // 2:  # what would stand here alone reads better on the next page
                told.append([])
                left = room
            piece, rest = _cut(rest, left)
            told[-1].append(piece)
            left -= len(piece)
    return told


def _cut(text: str, room: int) -> tuple[str, str]:
    """Cut off what there is room for, after a paragraph, a line or a word where that can be."""
    if len(text) <= room:
        return text, ""
    ends = (text.rfind(mark, room // 4, room) for mark in ("\n\n", "\n", " "))
    end = next((end for end in ends if end > 0), room)
    return text[:end].rstrip(), text[end:].lstrip()
