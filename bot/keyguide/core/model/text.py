"""Cutting a text to the room there is for it."""

from __future__ import annotations


def shorten(text: str, length: int) -> str:
    """Cut a text that is too long and end it with an ellipsis."""
    return text if len(text) <= length else f"{text[: length - 1]}\u2026"
