"""Rules for one text: every face must be able to show it, and it must not contain a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from keyguide.core.evidence.secrets import mask

MAX_LABEL = 80  # a button's label
MAX_ANSWER = 3_000  # all parts of one answer; leaves space in Discord's 4,000 for title, sources and footing
MAX_ASK = 400
MAX_PICK = 90  # a button's id may have 100, and a face needs a few for its prefix

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


def check_id(name: str, max_length: int = 40) -> Iterator[str]:
    """Report why an id is not safe in a button or URL."""
    if not _ID.fullmatch(name):
        yield f"`{name}` is not a valid id: use lower-case letters, digits and single hyphens"
    elif len(name) > max_length:
        yield f"`{name}` has {len(name)} characters, at most {max_length} are allowed"


def check_label(text: str) -> Iterator[str]:
    """Report why a text cannot be the label of a button or a title."""
    if not text.strip():
        yield "this text is empty"
    elif "\n" in text.strip():
        yield "this must be one line"
    elif len(text) > MAX_LABEL:
        yield f"this is {len(text)} characters long, a button shows at most {MAX_LABEL}"


def check_text(text: str, links: frozenset[str], public_keys: Mapping[str, str]) -> Iterator[str]:
    """Report markup that a face cannot show, links that are not sources, and secrets."""
    prose = _CODE_SPAN.sub("`x`", text)
    for name, pattern in _FORBIDDEN_MARKUP.items():
        if pattern.search(prose):
            yield f"this contains {name}, which not every face can show"
    if prose.count("**") % 2:
        yield "a ** is opened and never closed"
    if _CODE_SPAN.sub("", text).count("`") % 2:
        yield "a ` is opened and never closed on its line"
    for address in _LINK.findall(text):
        if address not in links:
            yield f"this links to {address}, which is not in sources.yaml"
    if mask(text, public_keys).secret:
        yield "this contains what looks like somebody's product key or another secret"


def check_length(length: int) -> Iterator[str]:
    """Report if an answer is too long for one card."""
    if length > MAX_ANSWER:
        yield f"all parts together are {length} characters long, at most {MAX_ANSWER} fit on one card"


def check_date(text: str) -> Iterator[str]:
    """Report if a text is not a date, or not written as YYYY-MM-DD."""
    try:
        expected = date.fromisoformat(text).isoformat()
    except ValueError:
        expected = None
    if expected != text:
        yield f"`{text}` is not a date: write it as 2026-11-20"
