"""The sentences about pictures that people send."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PicturePhrases:
    """What was read in a picture, and why one was not read; words in {braces} are filled in."""

    read: str
    doubt: str
    ask_title: str
    nothing_found: str
    secret: str
    yes: str
    no: str
    other: str
    type_title: str
    type_body: str
    other_title: str
    other_body: str
    not_installed: str
    not_a_picture: str
    too_heavy: str
    too_large: str
    moving: str
    damaged: str
    busy: str
    too_slow: str
    unreachable: str
