"""The record of one mistake in a knowledge base."""

from __future__ import annotations

from dataclasses import dataclass

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake; `path` is its place in the file, as keys and list indices."""

    file: str
    path: KeyPath
    text: str
