"""An answer that a server wrote for itself, such as its rules or its shop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """A server's own answer, and how its people ask for it."""

    id: str
    title: str
    text: str
    asks: tuple[str, ...]
