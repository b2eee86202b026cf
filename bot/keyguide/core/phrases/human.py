"""The sentences for a person who asks for a human, where no helper can be called to the conversation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HumanPhrases:
    """What the page and the terminal say; words in {braces} are filled in."""

    alone: str
    offer: str
    pass_on: str
    line: str
    passed: str
    trying: str
    failed: str
    summary: str
    answered: str
    known: str
    read: str
    tried: str
    copy: str
