"""Fit Markdown to Discord, which keeps every line break and limits the length of a message."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_LENGTH = 3_900  # characters in one message; Discord takes 4,000
_ITEM = re.compile(r"(?:\d{1,3}\.|-)\s")
_HEADING = re.compile(r"\*\*[^*\n]{1,200}\*\*")
_MARKS = re.compile(r"\*\*|`|^\s*(?:\d{1,3}\.|-|>|#+)\s+", re.MULTILINE)
_LINK_MARK = re.compile(r"\[([^\]\n]{0,200})\]\([^)\s]{0,500}\)")
_LINK = str.maketrans({"[": "(", "]": ")"})


def join_broken_lines(text: str) -> str:
    """Join the lines of each paragraph and list item, because Discord would show every break."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if lines and _is_continuation(lines[-1], line):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.rstrip())
    return "\n".join(lines)


def _is_continuation(previous: str, line: str) -> bool:
    text = line.strip()
    return bool(text and previous and not _ITEM.match(text) and not _HEADING.fullmatch(previous.strip()))


def make_small(text: str) -> str:
    """Write text in small letters, "" if it is empty."""
    return f"-# {text}" if text else ""


def make_link(title: str, url: str) -> str:
    """Write a link; brackets in the title are replaced, because they would end it early."""
    return f"[{title.translate(_LINK)}]({url})"


def remove_markdown(text: str) -> str:
    """Write a text on one line and without Markdown, for places where Discord shows every character."""
    return " ".join(_MARKS.sub("", _LINK_MARK.sub(r"\1", text)).split())


def split_into_pages(blocks: Iterable[str], limit: int = MAX_LENGTH) -> list[list[str]]:
    """Split blocks of text into as few pages as possible, in order and without loss."""
    pages: list[list[str]] = [[]]
    left = limit
    for block in blocks:
        rest = block
        while rest:
            if len(rest) > left < limit // 2:  # a short piece alone here reads better on the next page
                pages.append([])
                left = limit
            piece, rest = _cut(rest, left)
            pages[-1].append(piece)
            left -= len(piece)
    return pages


def _cut(text: str, limit: int) -> tuple[str, str]:
    """Cut text at the limit, after a paragraph, a line or a word if one ends late enough."""
    if len(text) <= limit:
        return text, ""
    ends = (text.rfind(mark, limit // 4, limit) for mark in ("\n\n", "\n", " "))
    end = next((end for end in ends if end > 0), limit)
    return text[:end].rstrip(), text[end:].lstrip()
