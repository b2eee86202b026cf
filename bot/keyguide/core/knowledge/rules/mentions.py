"""Rules for titles that a text mentions: `see "Get a genuine licence"` must name a page that exists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keyguide.core.knowledge.files import Files
from keyguide.core.knowledge.problem import Problem
from keyguide.core.knowledge.rules.articles import list_parts

_TITLE = r"[“\"]([^”\"]+)[”\"]"
_MENTION = re.compile(rf"\b(?:see|read|go to)\s+{_TITLE}(?:(?:,| or| and)\s+{_TITLE})*", re.IGNORECASE)
_SIGNS = re.compile(r"[“”\".?!]")


def check_mentions(files: Files) -> Iterator[Problem]:
    """Report titles that a reader is sent to and that no page has."""
    titles = {_simplify(article.title) for _, _, article in files.list_articles()}
    titles |= {_simplify(flow.title) for flow in files.flows.values()}
    if files.broken:
        return  # the page may be in a file that could not be read
    for file, number, article in files.list_articles():
        for path, part in list_parts(article):
            for title in _list_mentions(part):
                if _simplify(title) not in titles:
                    text = f'no page has the title "{title}"'
                    yield Problem(file, ("articles", number, *path), text)


def _list_mentions(text: str) -> Iterator[str]:
    for mention in _MENTION.finditer(text):
        yield from (" ".join(title.split()) for title in re.findall(_TITLE, mention[0]))


def _simplify(title: str) -> str:
    """Leave out quotation marks and the sign at the end, which depend on the sentence around a title."""
    return _SIGNS.sub("", " ".join(title.split()))
