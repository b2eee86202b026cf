"""Rules for one text: what every face can show, and what no answer may contain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from keyguide.core.evidence.secrets import mask

MAX_LABEL = 80  # a button's label
MAX_ANSWER = 3_000  # all parts of one answer: leaves room in Discord's 4,000 for title, sources and footing
MAX_ASK = 400
MAX_PICK = 90  # a button's id may have 100, and a face puts a few of its own in front

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LINK = re.compile(r"\]\(([^)\s]*)")
_FORBIDDEN_MARKUP = {
    "a heading": re.compile(r"^#{1,6} ", re.MULTILINE),
    "a table": re.compile(r"^\|.*\|\s*$", re.MULTILINE),
    "a picture": re.compile(r"!\["),
    "HTML": re.compile(r"</?[a-zA-Z][^<>\n]*>"),
    "a bare web address (write [text](address))": re.compile(r"(?<!\()\bhttps?://"),
}
_CODE_SPAN = re.compile(r"`[^`\n]*`")


def check_id(id: str, longest: int = 40) -> Iterator[str]:
    """Tell what keeps an id from travelling in a button and a link."""
    if not _ID.fullmatch(id):
        yield f"`{id}` is no id: use lower-case letters, digits and single hyphens"
    elif len(id) > longest:
        yield f"`{id}` has {len(id)} characters, at most {longest} fit"


def check_label(text: str) -> Iterator[str]:
    """Tell what keeps a text from being a button's label or a title."""
    if not text.strip():
        yield "this text is empty"
    elif "\n" in text.strip():
        yield "this must be one line"
    elif len(text) > MAX_LABEL:
        yield f"this is {len(text)} characters long, a button shows at most {MAX_LABEL}"


def check_text(text: str, links: frozenset[str], public: Mapping[str, str]) -> Iterator[str]:
    """Tell what a face could not show in a text, and what must never stand in one."""
    prose = _CODE_SPAN.sub("`x`", text)
    for name, pattern in _FORBIDDEN_MARKUP.items():
        if pattern.search(prose):
            yield f"this holds {name}, which not every face can show"
    if prose.count("**") % 2:
        yield "a ** is opened and never closed"
    if _CODE_SPAN.sub("", text).count("`") % 2:
        yield "a ` is opened and never closed on its line"
    for address in _LINK.findall(text):
        if address not in links:
            yield f"this links to {address}, which is not in sources.yaml"
    if mask(text, public).secret:
        yield "this holds what looks like somebody's product key or another secret"


def check_length(whole: int) -> Iterator[str]:
    """Tell whether an answer is too long for one card."""
    if whole > MAX_ANSWER:
        yield f"all parts together are {whole} characters long, at most {MAX_ANSWER} fit on one card"


def check_date(text: str) -> Iterator[str]:
    """Tell whether a date is not one, or written in another way than all others."""
    try:
        written = date.fromisoformat(text).isoformat()
    except ValueError:
        written = None
    if written != text:
        yield f"`{text}` is no date: write it as 2026-11-20"
