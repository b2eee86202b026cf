"""One file becomes one Guide, or one plain line that says why it cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser, LexborNode

from keyguide.desk.importing.adverts import remove_marked_parts
from keyguide.desk.importing.blocks import Heading, PagePart, extract_parts
from keyguide.desk.importing.guide import Guide, GuideBlock, Topic
from keyguide.errors import KeyguideError
from keyguide.load.strict_yaml import Data, read_yaml

MAX_BYTES = 1_000_000  # bytes; a long guide has a twentieth of it
_MAX_DEPTH = 100  # elements inside elements
_MAX_KEYWORDS = 30
_MAX_TOPICS = 200
_HTML = re.compile(r"\s{0,100}<(?:!doctype|html|head|body|article|main|div|section|p|h1)\b", re.IGNORECASE)
_NUMBERED_LINE = re.compile(r" {0,3}[0-9]{1,3}[.)] ")
_ADDRESS_KEYS = ("canonical", "canonical_url", "url", "permalink", "source", "link")


class GuideError(KeyguideError):
    """A guide cannot be used; the text says which, and why."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A page with what is said of it before it begins."""

    root: LexborNode
    head: dict[str, Data]


def read_guide(path: Path, address: str = "") -> Guide:
    """Read one guide; `address` is where it is from, if the file does not say so itself."""
    page = _parse_page(path, _read_text(path))
    base = address or _find_address(page)
    found = extract_parts(_find_content(page.root), base)
    title = _find_title(page, found)
    opening, topics = _split_topics(found, title)
    if not topics:
        topics, opening = [Topic(title or path.stem, tuple(opening))], []
    if not any(topic.blocks for topic in topics):
        raise GuideError(f"{path}: nothing is left of it without its advertising")
    if len(topics) > _MAX_TOPICS:
        raise GuideError(f"{path}: {len(topics)} topics are no single guide, at most {_MAX_TOPICS}")
    return Guide(
        file=path.name,
        title=title or topics[0].title,
        address=base,
        day=_find_day(page.head),
        keywords=tuple(_find_keywords(page)),
        opening=tuple(opening),
        topics=tuple(topic for topic in topics if topic.blocks),
    )


def _read_text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise GuideError(
                f"{path}: {size / 1e6:.0f} MB are too much for a guide, at most {MAX_BYTES / 1e6:.0f} MB"
            )
        content = path.read_bytes()
    except OSError as error:
        raise GuideError(f"{path}: {error.strerror}") from None
    if not content.strip():
        raise GuideError(f"{path}: the file is empty")
    if b"\0" in content:
        raise GuideError(f"{path}: this is no text; import Markdown or HTML")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise GuideError(f"{path}:{line}: this is not UTF-8 text; import Markdown or HTML") from None


def _parse_page(path: Path, text: str) -> _Page:
    head, rest = _split_front_matter(path, text)
    clean = remove_marked_parts(rest)
    if not _HTML.match(clean):
        clean = MarkdownIt("commonmark", {"html": True}).enable("table").render(_add_blank_lines(clean))
    root = LexborHTMLParser(clean).root
    if root is None or _is_too_deep(root):
        raise GuideError(f"{path}: its HTML is nested too deeply to be an article")
    return _Page(root, head)


def _split_front_matter(path: Path, text: str) -> tuple[dict[str, Data], str]:
    if not text.startswith("---\n"):
        return {}, text
    end = text.find("\n---\n", 3)
    if end < 0:
        raise GuideError(f"{path}:1: the front matter (---) is opened and never closed")
    said = text[4 : end + 1]
    document = read_yaml(said) if said.strip() else None
    if document and document.problems:
        (line, column), problem = document.problems[0]
        raise GuideError(f"{path}:{line + 1}:{column}: in the front matter: {problem}")
    data = document.data if document else None
    return data if isinstance(data, dict) else {}, text[end + 5 :]


def _add_blank_lines(text: str) -> str:
    """Return Markdown with a blank line before a numbered one, else lost in what is above it."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and lines[-1].strip() and _NUMBERED_LINE.match(line) and not _NUMBERED_LINE.match(lines[-1]):
            lines.append("")
        lines.append(line)
    return "\n".join(lines)


def _is_too_deep(root: LexborNode) -> bool:
    ahead = [(root, 0)]
    while ahead:
        node, depth = ahead.pop()
        if depth > _MAX_DEPTH:
            return True
        ahead += ((child, depth + 1) for child in node.iter())
    return False


def _find_content(root: LexborNode) -> LexborNode:
    """Return the part of a page that holds the article."""
    for selector in ("article", "main", "[role=main]", "body"):
        found = root.css(selector)
        if len(found) == 1:
            return found[0]
    return root


def _find_title(page: _Page, found: list[PagePart]) -> str:
    headings = [part for part in found if isinstance(part, Heading)]
    great = [heading.text for heading in headings if heading.level == 1]
    named = page.root.css_first("title")
    said = _flatten_text(page.head.get("title")) or (great[0] if len(great) == 1 else "")
    return said or (_flatten_text(named.text(deep=True)) if named else "")


def _split_topics(found: list[PagePart], title: str) -> tuple[list[GuideBlock], list[Topic]]:
    """Return what stands before the first topic, and the topics: the greatest headings below the title."""
    heads = [(at, part) for at, part in enumerate(found) if isinstance(part, Heading)]
    if heads and _is_title(heads, title):
        heads = heads[1:]
    top = min((heading.level for _, heading in heads), default=0)
    begins = [(at, heading.text) for at, heading in heads if heading.level == top]
    ends = [at for at, _ in begins[1:]] + [len(found)]
    opening = found[: begins[0][0]] if begins else found
    topics = [
        Topic(text, tuple(_iterate_blocks(found[begin + 1 : end], title)))
        for (begin, text), end in zip(begins, ends, strict=False)
    ]
    return list(_iterate_blocks(opening, title)), topics


def _is_title(heads: list[tuple[int, Heading]], title: str) -> bool:
    """Whether the first heading is the guide's title and no topic."""
    first, *others = (heading for _, heading in heads)
    return first.text.casefold() == title.casefold() or (
        first.level == 1 and all(other.level > 1 for other in others)
    )


def _iterate_blocks(found: list[PagePart], title: str) -> Iterator[GuideBlock]:
    for part in found:
        if isinstance(part, GuideBlock):
            yield part
        elif part.text.casefold() != title.casefold():
            yield GuideBlock("text", f"**{part.text}**")


def _find_address(page: _Page) -> str:
    told = [_flatten_text(page.head.get(key)) for key in _ADDRESS_KEYS]
    for selector, name in (("link[rel=canonical]", "href"), ("meta[property='og:url']", "content")):
        node = page.root.css_first(selector)
        told.append((node.attributes.get(name) or "") if node else "")
    return next((address for address in told if address.startswith("https://")), "")


def _find_day(head: dict[str, Data]) -> str:
    for key in ("updated", "lastmod", "date"):
        try:
            return date.fromisoformat(_flatten_text(head.get(key))[:10]).isoformat()
        except ValueError:
            continue
    return ""


def _find_keywords(page: _Page) -> Iterator[str]:
    node = page.root.css_first("meta[name=keywords]")
    said = page.head.get("keywords") or ((node.attributes.get("content") or "") if node else "")
    words = said if isinstance(said, list) else str(said).split(",")
    apart = (re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", _flatten_text(word))[:100] for word in words)
    yield from [word for word in dict.fromkeys(apart) if word.strip()][:_MAX_KEYWORDS]


def _flatten_text(said: Data | None) -> str:
    return " ".join(said.split()) if isinstance(said, str) else ""
