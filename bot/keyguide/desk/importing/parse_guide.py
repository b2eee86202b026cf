"""Parse one Markdown or HTML file into a Guide, or report in one line why that is not possible."""

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

MAX_BYTES = 1_000_000  # bytes; a long guide has about 50,000
_MAX_DEPTH = 100  # levels of nested elements
_MAX_KEYWORDS = 30
_MAX_TOPICS = 200
_HTML = re.compile(r"\s{0,100}<(?:!doctype|html|head|body|article|main|div|section|p|h1)\b", re.IGNORECASE)
_NUMBERED_LINE = re.compile(r" {0,3}[0-9]{1,3}[.)] ")
_ADDRESS_KEYS = ("canonical", "canonical_url", "url", "permalink", "source", "link")


class GuideError(KeyguideError):
    """A guide cannot be imported; the text names the file and the reason."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A parsed page with its front matter."""

    root: LexborNode
    front_matter: dict[str, Data]


def read_guide(path: Path, address: str = "") -> Guide:
    """Read one guide; `address` is its origin and replaces the address in the file, if given."""
    page = _parse_page(path, _read_text(path))
    base = address or _find_address(page)
    parts = extract_parts(_find_content(page.root), base)
    title = _find_title(page, parts)
    opening, topics = _split_topics(parts, title)
    if not topics:
        topics, opening = [Topic(title or path.stem, tuple(opening))], []
    if not any(topic.blocks for topic in topics):
        raise GuideError(f"{path}: no content is left without the advertising")
    if len(topics) > _MAX_TOPICS:
        raise GuideError(f"{path}: {len(topics)} topics are too many for one guide, at most {_MAX_TOPICS}")
    return Guide(
        file=path.name,
        title=title or topics[0].title,
        address=base,
        day=_find_day(page.front_matter),
        keywords=tuple(_find_keywords(page)),
        opening=tuple(opening),
        topics=tuple(topic for topic in topics if topic.blocks),
    )


def _read_text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise GuideError(
                f"{path}: {size / 1e6:.0f} MB is too large for a guide, at most {MAX_BYTES / 1e6:.0f} MB"
            )
        content = path.read_bytes()
    except OSError as error:
        raise GuideError(f"{path}: {error.strerror}") from None
    if not content.strip():
        raise GuideError(f"{path}: the file is empty")
    if b"\0" in content:
        raise GuideError(f"{path}: this is not text; import Markdown or HTML")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise GuideError(f"{path}:{line}: this is not UTF-8 text; import Markdown or HTML") from None


def _parse_page(path: Path, text: str) -> _Page:
    front_matter, content = _split_front_matter(path, text)
    html = remove_marked_parts(content)
    if not _HTML.match(html):
        html = MarkdownIt("commonmark", {"html": True}).enable("table").render(_add_blank_lines(html))
    root = LexborHTMLParser(html).root
    if root is None or _is_too_deep(root):
        raise GuideError(f"{path}: the HTML is nested too deeply for an article")
    return _Page(root, front_matter)


def _split_front_matter(path: Path, text: str) -> tuple[dict[str, Data], str]:
    """Split a text into its front matter, empty if it has none, and the content after it."""
    if not text.startswith("---\n"):
        return {}, text
    end = text.find("\n---\n", 3)
    if end < 0:
        raise GuideError(f"{path}:1: the front matter (---) has no end")
    front_matter = text[4 : end + 1]
    document = read_yaml(front_matter) if front_matter.strip() else None
    if document and document.problems:
        (line, column), problem = document.problems[0]
        raise GuideError(f"{path}:{line + 1}:{column}: in the front matter: {problem}")
    data = document.data if document else None
    return data if isinstance(data, dict) else {}, text[end + 5 :]


def _add_blank_lines(text: str) -> str:
    """Put a blank line before each numbered list, or Markdown reads it as part of the paragraph above."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and lines[-1].strip() and _NUMBERED_LINE.match(line) and not _NUMBERED_LINE.match(lines[-1]):
            lines.append("")
        lines.append(line)
    return "\n".join(lines)


def _is_too_deep(root: LexborNode) -> bool:
    remaining = [(root, 0)]
    while remaining:
        node, depth = remaining.pop()
        if depth > _MAX_DEPTH:
            return True
        remaining += ((child, depth + 1) for child in node.iter())
    return False


def _find_content(root: LexborNode) -> LexborNode:
    """Find the element that contains the article, or return the root if no candidate is unique."""
    for selector in ("article", "main", "[role=main]", "body"):
        matches = root.css(selector)
        if len(matches) == 1:
            return matches[0]
    return root


def _find_title(page: _Page, parts: list[PagePart]) -> str:
    """Find the title in the front matter, in the only main heading, or in the HTML title."""
    headings = [part for part in parts if isinstance(part, Heading)]
    main_headings = [heading.text for heading in headings if heading.level == 1]
    title_node = page.root.css_first("title")
    title = _flatten_text(page.front_matter.get("title"))
    title = title or (main_headings[0] if len(main_headings) == 1 else "")
    return title or (_flatten_text(title_node.text(deep=True)) if title_node else "")


def _split_topics(parts: list[PagePart], title: str) -> tuple[list[GuideBlock], list[Topic]]:
    """Split a page into its opening and its topics, which are the highest headings below the title."""
    headings = [(index, part) for index, part in enumerate(parts) if isinstance(part, Heading)]
    if headings and _is_title(headings, title):
        headings = headings[1:]
    top = min((heading.level for _, heading in headings), default=0)
    starts = [(index, heading.text) for index, heading in headings if heading.level == top]
    ends = [index for index, _ in starts[1:]] + [len(parts)]
    opening = parts[: starts[0][0]] if starts else parts
    topics = [
        Topic(text, tuple(_iterate_blocks(parts[start + 1 : end], title)))
        for (start, text), end in zip(starts, ends, strict=False)
    ]
    return list(_iterate_blocks(opening, title)), topics


def _is_title(headings: list[tuple[int, Heading]], title: str) -> bool:
    """Check whether the first heading is the title of the guide and not a topic."""
    first, *others = (heading for _, heading in headings)
    return first.text.casefold() == title.casefold() or (
        first.level == 1 and all(other.level > 1 for other in others)
    )


def _iterate_blocks(parts: list[PagePart], title: str) -> Iterator[GuideBlock]:
    """Yield the blocks; a subheading becomes a bold text block, unless it repeats the title."""
    for part in parts:
        if isinstance(part, GuideBlock):
            yield part
        elif part.text.casefold() != title.casefold():
            yield GuideBlock("text", f"**{part.text}**")


def _find_address(page: _Page) -> str:
    candidates = [_flatten_text(page.front_matter.get(key)) for key in _ADDRESS_KEYS]
    for selector, name in (("link[rel=canonical]", "href"), ("meta[property='og:url']", "content")):
        node = page.root.css_first(selector)
        candidates.append((node.attributes.get(name) or "") if node else "")
    return next((address for address in candidates if address.startswith("https://")), "")


def _find_day(front_matter: dict[str, Data]) -> str:
    for key in ("updated", "lastmod", "date"):
        try:
            return date.fromisoformat(_flatten_text(front_matter.get(key))[:10]).isoformat()
        except ValueError:
            continue
    return ""


def _find_keywords(page: _Page) -> Iterator[str]:
    node = page.root.css_first("meta[name=keywords]")
    value = page.front_matter.get("keywords") or ((node.attributes.get("content") or "") if node else "")
    names = value if isinstance(value, list) else str(value).split(",")
    # Split names such as CheckLicence or check_licence into words.
    keywords = (re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", _flatten_text(name))[:100] for name in names)
    yield from [keyword for keyword in dict.fromkeys(keywords) if keyword.strip()][:_MAX_KEYWORDS]


def _flatten_text(value: Data | None) -> str:
    """Collapse the white space of a text, or return "" if the value is not a text."""
    return " ".join(value.split()) if isinstance(value, str) else ""
