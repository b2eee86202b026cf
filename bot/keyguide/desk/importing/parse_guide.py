"""Parse one Markdown or HTML file into a Guide, or report in one line why that is not possible."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser, LexborNode

from keyguide.core.knowledge.rules.answers.single_text import check_date
from keyguide.desk.importing.adverts import remove_adverts, remove_marked_parts
from keyguide.desk.importing.html_to_markdown import clean_label, clean_text, convert_html
from keyguide.load.front_matter import UnusableFileError as GuideError
from keyguide.load.front_matter import read_front_matter

_MAX_BYTES = 1_000_000  # bytes; a long guide has about 50,000
_MAX_DEPTH = 100  # levels of nested elements
_MAX_OPEN_TAGS = 20_000  # because the time of parsing grows with the square of the levels
_MAX_TOPICS = 200
_HTML = re.compile(r"\s{0,100}<(?:!doctype|html|head|body|article|main|div|section|p|h1)\b", re.IGNORECASE)
_HEAD = ("head title", "link[rel=canonical]", "meta[property='og:url']", "meta[name=keywords]")
_ADDRESS_KEYS = ("canonical", "canonical_url", "url", "permalink", "source", "link", *_HEAD)


@dataclass(slots=True)
class Topic:
    """A heading with the lines below it; merged copies add their files and how they differ."""

    title: str
    lines: tuple[str, ...]
    pictures: int
    files: list[str]
    differences: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Guide:
    """The content of one guide file."""

    file: str
    title: str
    address: str  # empty if the file does not contain it
    day: str  # of the last change, as 2026-11-20; empty if unknown
    keywords: tuple[str, ...]
    opening: tuple[str, ...]  # the text before the first topic
    topics: list[Topic]


def read_guide(path: Path, address: str = "", name: str = "") -> Guide:
    """Read one guide; `address` and `name` replace the address in the file and its file name, if given."""
    front_matter, text = read_front_matter(path, _MAX_BYTES)
    page = _parse_page(path, remove_marked_parts(text))
    facts = _read_head(page) | front_matter
    addresses = [facts[key] for key in _ADDRESS_KEYS if facts.get(key, "").startswith("https://")]
    address = address or next(iter(addresses), "")
    markdown = _extract_content(page, address)
    main_headings = re.findall("^<h1>(.*)", markdown, re.MULTILINE)
    title = facts.get("title") or facts.get("head title", "")
    title = clean_text(clean_label(main_headings[0] if len(main_headings) == 1 else title))
    opening, *sections = _split_sections(markdown, title)
    topics = [
        Topic(heading or path.stem, lines, section.count("<["), [name or path.name])
        for heading, section in zip(sections[::2], sections[1::2], strict=True)
        if (lines := _clean_lines(section))
    ]
    if not topics:
        raise GuideError(f"{path}: no content is left without the advertising")
    if len(topics) > _MAX_TOPICS:
        raise GuideError(f"{path}: {len(topics)} topics are too many for one guide, at most {_MAX_TOPICS}")
    title, day, keywords = title or topics[0].title, _find_day(facts), _find_keywords(facts)
    return Guide(name or path.name, title, address, day, keywords, _clean_lines(opening), topics)


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
    """Read the title, addresses and keywords of an HTML page."""
    nodes = [(selector, node) for selector in _HEAD if (node := page.css_first(selector))]
    return {
        selector: node.attributes.get("href") or node.attributes.get("content") or node.text()
        for selector, node in nodes
    }


def _extract_content(page: LexborNode, base: str) -> str:
    """Extract the element that contains the article, or the whole page if no candidate is unique."""
    candidates = (page.css(selector) for selector in ("article", "main", "[role=main]", "body"))
    content = next((found[0] for found in candidates if len(found) == 1), page)
    remove_adverts(content)
    return convert_html(content, base)


def _split_sections(markdown: str, title: str) -> list[str]:
    """Split Markdown into the opening, and the highest headings below the title, each with its section."""
    markdown = re.sub(rf"(?im)\A((?:(?!<h.>).*\n)*)<h.>{re.escape(title)}$", r"\1", markdown)
    top = min(re.findall("^<h.>", markdown, re.MULTILINE), default="<h1>")
    opening, *sections = re.split(f"^{top}(.*)", markdown, flags=re.MULTILINE)
    return [opening, *sections] if sections else ["", title, opening]


def _clean_lines(section: str) -> tuple[str, ...]:
    """Clean the lines of a section; a subheading becomes a bold line."""
    text = re.sub("^<h.>(.*)", r"**\1**", section, flags=re.MULTILINE).replace("![", "! [")
    return tuple(filter(None, map(clean_text, text.replace("<[", "[").split("\n"))))


def _find_day(facts: dict[str, str]) -> str:
    days = (facts.get(key, "")[:10] for key in ("updated", "lastmod", "date"))
    return next((day for day in days if not any(check_date(day))), "")


def _find_keywords(facts: dict[str, str]) -> tuple[str, ...]:
    """Split names such as CheckLicence or check_licence into words."""
    names = map(clean_text, (facts.get("keywords") or facts.get("meta[name=keywords]", "")).split(","))
    keywords = (re.sub(r"(?<=[a-z])(?=[A-Z])|[_\s]+", " ", name).strip() for name in names)
    return tuple(dict.fromkeys(filter(None, keywords)))
