"""Parse one Markdown or HTML file into a Guide, or report in one line why that is not possible."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser, LexborNode

from keyguide.desk.importing.adverts import remove_adverts, remove_marked_parts
from keyguide.desk.importing.article_markdown import clean_label, clean_text, convert_html
from keyguide.errors import KeyguideError
from keyguide.load.strict_yaml import Data, Document, read_yaml

MAX_BYTES = 1_000_000  # bytes; a long guide has about 50,000
_MAX_DEPTH = 100  # levels of nested elements
_MAX_OPEN_TAGS = 20_000  # because the time of parsing grows with the square of the levels
_MAX_KEYWORDS = 30
_MAX_TOPICS = 200
_HTML = re.compile(r"\s{0,100}<(?:!doctype|html|head|body|article|main|div|section|p|h1)\b", re.IGNORECASE)
_HEAD = ("head title", "link[rel=canonical]", "meta[property='og:url']", "meta[name=keywords]")
_ADDRESS_KEYS = ("canonical", "canonical_url", "url", "permalink", "source", "link", *_HEAD)


class GuideError(KeyguideError):
    """A guide cannot be imported; the text names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A heading with the lines below it; merged copies add their files and how they differ."""

    title: str
    lines: tuple[str, ...]
    pictures: int = 0
    files: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """The content of one guide file, and the other files that are copies of it."""

    file: str
    title: str
    address: str  # empty if the file does not contain it
    day: str  # of the last change, as 2026-11-20; empty if unknown
    keywords: tuple[str, ...]
    opening: tuple[str, ...]  # the text before the first topic
    topics: tuple[Topic, ...]
    copies: tuple[Guide, ...] = ()


def read_guide(path: Path, address: str = "", name: str = "") -> Guide:
    """Read one guide; `address` and `name` replace the address in the file and its file name, if given."""
    front_matter, text = _split_front_matter(path, _read_text(path))
    page = _parse_page(path, remove_marked_parts(text))
    facts = _read_head(page) | front_matter
    addresses = [facts[key] for key in _ADDRESS_KEYS if facts.get(key, "").startswith("https://")]
    base = address or next(iter(addresses), "")
    markdown = _extract_content(page, base)
    headings = re.findall("^<h1>(.*)", markdown, re.MULTILINE)
    title = facts.get("title") or (headings[0] if len(headings) == 1 else facts.get("head title", ""))
    title = clean_text(clean_label(title))
    opening, *topics = _split_topics(markdown, title)
    if not topics:
        opening, topics = Topic("", ()), [replace(opening, title=title or path.stem)]
    topics = [replace(topic, files=(name or path.name,)) for topic in topics if topic.lines]
    if not topics:
        raise GuideError(f"{path}: no content is left without the advertising")
    if len(topics) > _MAX_TOPICS:
        raise GuideError(f"{path}: {len(topics)} topics are too many for one guide, at most {_MAX_TOPICS}")
    return Guide(
        file=name or path.name,
        title=title or topics[0].title,
        address=base,
        day=_find_day(facts),
        keywords=_find_keywords(facts),
        opening=opening.lines,
        topics=tuple(topics),
    )


def _read_text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            limit = f"at most {MAX_BYTES / 1e6:.0f} MB"
            raise GuideError(f"{path}: {size / 1e6:.0f} MB is too large for a guide, {limit}")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GuideError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        expected = "text" if b"\0" in error.object else "UTF-8 text"
        raise GuideError(f"{path}:{line}: this is not {expected}; import Markdown or HTML") from None
    if "\0" in text:
        raise GuideError(f"{path}: this is not text; import Markdown or HTML")
    if not text.strip():
        raise GuideError(f"{path}: the file is empty")
    return text


def _split_front_matter(path: Path, text: str) -> tuple[dict[str, str], str]:
    """Split a text into its front matter, empty if it has none, and the content after it."""
    if not text.startswith("---\n"):
        return {}, text
    front_matter, end, content = text[3:].partition("\n---\n")
    if not end:
        raise GuideError(f"{path}:1: the front matter (---) has no end")
    document = read_yaml(front_matter) if front_matter.strip() else Document()
    if document.problems:
        (line, column), problem = document.problems[0]
        raise GuideError(f"{path}:{line}:{column}: in the front matter: {problem}")
    data = document.data if isinstance(document.data, dict) else {}
    return {key: _flatten_text(value) for key, value in data.items()}, content


def _flatten_text(value: Data) -> str:
    """Collapse the white space of a text, and join the texts of a list with commas."""
    if isinstance(value, str):
        return " ".join(value.split())
    return ",".join(_flatten_text(each) for each in value) if isinstance(value, list) else ""


def _parse_page(path: Path, text: str) -> LexborNode:
    if not _HTML.match(text):
        # Without a blank line before it, Markdown reads a numbered line as part of the paragraph above.
        spaced = re.sub(r"(?<=\S)[ \t]*\n(?= {0,3}[0-9]{1,3}[.)] )", "\n\n", text)
        text = MarkdownIt("commonmark", {"html": True}).enable("table").render(spaced)
    open_tags = len(re.findall("<[A-Za-z]", text)) - len(re.findall("</[A-Za-z]", text))
    page = LexborHTMLParser(text).root if open_tags <= _MAX_OPEN_TAGS else None
    if page is None or page.css_first(" > ".join("*" * _MAX_DEPTH)):
        raise GuideError(f"{path}: the HTML is nested too deeply for an article")
    return page


def _read_head(page: LexborNode) -> dict[str, str]:
    """Read the title, addresses and keywords of an HTML page, by their CSS selectors."""
    facts = {}
    for selector in _HEAD:
        if node := page.css_first(selector):
            value = node.attributes.get("href") or node.attributes.get("content") or node.text()
            facts[selector] = _flatten_text(value)
    return facts


def _extract_content(page: LexborNode, base: str) -> str:
    """Extract the element that contains the article, or the whole page if no candidate is unique."""
    candidates = (page.css(selector) for selector in ("article", "main", "[role=main]", "body"))
    content = next((found[0] for found in candidates if len(found) == 1), page)
    remove_adverts(content)
    return convert_html(content, base)


def _split_topics(markdown: str, title: str) -> list[Topic]:
    """Split Markdown into the opening and the topics, which are the highest headings below the title."""
    first, *others = re.findall("^<h.>.*", markdown, re.MULTILINE) or [""]
    is_main = first.startswith("<h1>") and not any(other.startswith("<h1>") for other in others)
    if first and (is_main or first[4:].casefold() == title.casefold()):
        markdown = markdown.replace(first, f"**{first[4:]}**", 1)
    top = min(re.findall("^<h.>", markdown, re.MULTILINE), default="<h1>")
    opening, *parts = re.split(f"^{top}(.*)", markdown, flags=re.MULTILINE)
    sections = zip(["", *parts[::2]], [opening, *parts[1::2]], strict=True)
    return [_make_topic(heading, text, title) for heading, text in sections]


def _make_topic(heading: str, markdown: str, title: str) -> Topic:
    """Build a topic; a subheading becomes a bold line, unless it repeats the title."""
    text = re.sub("^<h.>(.*)", r"**\1**", markdown, flags=re.MULTILINE).replace("![", "! [")
    cleaned = map(clean_text, text.replace("<[", "[").split("\n"))
    unwanted = {f"**{title}**".casefold(), ""}
    lines = tuple(line for line in cleaned if line.casefold() not in unwanted)
    return Topic(heading, lines, text.count("<["))


def _find_day(facts: dict[str, str]) -> str:
    for key in ("updated", "lastmod", "date"):
        with suppress(ValueError):
            return date.fromisoformat(facts.get(key, "")[:10]).isoformat()
    return ""


def _find_keywords(facts: dict[str, str]) -> tuple[str, ...]:
    names = (facts.get("keywords") or facts.get("meta[name=keywords]", "")).split(",")
    # Split names such as CheckLicence or check_licence into words.
    keywords = (re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", clean_text(name).strip())[:100] for name in names)
    return tuple(keyword for keyword in dict.fromkeys(keywords) if keyword.strip())[:_MAX_KEYWORDS]
