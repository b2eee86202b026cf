"""Find the titles of other pages that a text mentions: `see "Get a genuine licence"`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TITLE = r"[“\"]([^”\"]+)[”\"]"
_MENTION = re.compile(rf"\b(?:see|read|go to)\s+{_TITLE}(?:(?:,| or| and)\s+{_TITLE})*", re.IGNORECASE)
_SIGNS = re.compile(r"[“”\".?!]")


def list_mentions(text: str) -> Iterator[str]:
    """Yield each title that a text sends its reader to, as it is written there."""
    yield from (title for title, _ in list_conditions(text))


def list_conditions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each title that a text sends its reader to, with what it says before: who should go there."""
    start = 0
    for mention in _MENTION.finditer(text):
        condition = text[start : mention.start()]
        yield from ((" ".join(title.split()), condition) for title in re.findall(_TITLE, mention[0]))
        start = mention.end()


def simplify_title(title: str) -> str:
    """Leave out quotation marks and the sign at the end, which depend on the sentence around a title."""
    return _SIGNS.sub("", " ".join(title.split()))
