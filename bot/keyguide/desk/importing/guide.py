"""What a guide is once its advertising is gone: topics, each made of a few kinds of blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class GuideBlock:
    """One paragraph, step, point or picture, written in the few marks that articles know."""

    kind: Literal["text", "step", "point", "picture"]
    text: str
    number: int = 0  # of a step


@dataclass(frozen=True, slots=True)
class Topic:
    """What stands under one heading."""

    title: str
    blocks: tuple[GuideBlock, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """One file as a writer wants to read it."""

    file: str
    title: str
    address: str  # empty where the file does not say where it is from
    day: str  # when it was last changed, as 2026-11-20; empty where it does not say
    keywords: tuple[str, ...]
    opening: tuple[GuideBlock, ...]  # what stands before the first topic
    topics: tuple[Topic, ...]
