"""The data types of a parsed guide: topics, each with a list of simple blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class GuideBlock:
    """One paragraph, step, point or picture, in the small Markdown subset that articles use."""

    kind: Literal["text", "step", "point", "picture"]
    text: str
    number: int = 0  # only for steps


@dataclass(frozen=True, slots=True)
class Topic:
    """A heading with the blocks below it."""

    title: str
    blocks: tuple[GuideBlock, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The content of one guide file."""

    file: str
    title: str
    address: str  # empty if the file does not contain it
    day: str  # of the last change, as 2026-11-20; empty if unknown
    keywords: tuple[str, ...]
    opening: tuple[GuideBlock, ...]  # the text before the first topic
    topics: tuple[Topic, ...]
