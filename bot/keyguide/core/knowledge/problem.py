"""A rule that the knowledge breaks, and where in which file."""

from __future__ import annotations

from dataclasses import dataclass

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: `path` leads to it through the file's keys and list places."""

    file: str
    path: KeyPath
    text: str
