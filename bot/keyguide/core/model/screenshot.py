"""The records of a picture that was read: its lines, and what they show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """One line of words in a picture, and where it is, in pixels.

    `again` is a second reading of the same words, made larger; it is there if they may hold an error code.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    again: str = ""


Screen = tuple[ScreenLine, ...]


@dataclass(frozen=True, slots=True)
class ScreenReading:
    """What one or more pictures show: a message of Windows, error codes, a secret.

    `text` is the masked text of the pictures; `doubtful` holds codes that two readings spelt differently.
    """

    text: str = ""
    state: str = ""
    message: str = ""  # that of the state, in the words of Windows
    codes: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    secret: bool = False
