"""Shorten a text to a maximum length."""

from __future__ import annotations


def shorten(text: str, length: int) -> str:
    """Cut a text if it is too long, and end it with an ellipsis then."""
    return text if len(text) <= length else f"{text[: length - 1]}\u2026"
