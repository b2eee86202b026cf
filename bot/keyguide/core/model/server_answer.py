"""An answer that a server wrote for itself, such as its rules or its shop, and how it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SUBJECT = "own:"  # no id of a page has a colon


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """A server's own answer, and how its people ask for it."""

    id: str
    title: str
    text: str
    asks: tuple[str, ...]

    @property
    def subject(self) -> str:
        """What stands for it where a page of the knowledge would have its id."""
        return f"{_SUBJECT}{self.id}"


def is_own_subject(subject: str) -> bool:
    """Check whether a subject is an answer that a server wrote for itself."""
    return subject.startswith(_SUBJECT)


def make_own_place(place: str) -> str:
    """Name the place of the notes that hold the own answers of a server, from the server's place."""
    return f"own:{place.partition(':')[2]}"


def parse_own_answers(notes: Mapping[str, str]) -> Iterator[OwnAnswer]:
    """Parse the notes that hold own answers; what another version wrote is left out."""
    for name, value in notes.items():
        try:
            content = json.loads(value)
            yield OwnAnswer(name, content["title"], content["text"], tuple(content["asks"]))
        except (ValueError, TypeError, KeyError):
            continue
