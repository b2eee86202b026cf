"""Split an HTML page into headings and blocks, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from keyguide.desk.importing.adverts import is_unwanted
from keyguide.desk.importing.guide import GuideBlock
from keyguide.desk.importing.inline_marks import clean_text, format_code, format_heading, format_inline

_BLOCK_TAGS = frozenset(
    (
        *("p", "div", "section", "article", "main", "ul", "ol", "li", "table", "tr", "pre", "blockquote"),
        *(
            "figure",
            "figcaption",
            "dl",
            "dt",
            "dd",
            "details",
            "summary",
            "center",
            "header",
            "hr",
            "body",
            "tbody",
        ),
        *("thead", "address", "fieldset", "html", "h1", "h2", "h3", "h4", "h5", "h6"),
    )
)
_HEADING = re.compile(r"h[1-6]")
_MAX_STEP = 200  # a greater number is a year or a mistake


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest."""

    level: int
    text: str


PagePart = Heading | GuideBlock


def extract_parts(node: LexborNode, base: str) -> list[PagePart]:
    """Collect the headings and blocks of a page; add a picture between two steps to the first step."""
    parts: list[PagePart] = []
    for part in _iterate_parts(node, base):
        if _is_continuation(part, parts):
            picture, step = parts.pop(), parts.pop()
            assert isinstance(picture, GuideBlock)  # noqa: S101 -- checked by _is_continuation
            assert isinstance(step, GuideBlock)  # noqa: S101
            parts.append(replace(step, text=f"{step.text} {picture.text}"))
        parts.append(part)
    return [replace(part, text=clean_text(part.text)) for part in parts]


def _is_continuation(part: PagePart, previous: list[PagePart]) -> bool:
    """Check whether a step continues a list of steps that only a picture interrupted."""
    if not (isinstance(part, GuideBlock) and part.kind == "step" and len(previous) > 1):
        return False
    step, picture = previous[-2:]
    return (
        isinstance(picture, GuideBlock)
        and isinstance(step, GuideBlock)
        and (step.kind, picture.kind) == ("step", "picture")
        and part.number == step.number + 1
    )


def _iterate_parts(node: LexborNode, base: str) -> Iterator[PagePart]:
    """Yield the parts of an element; inline content between its block elements becomes a paragraph."""
    inline: list[LexborNode] = []
    for child in node.iter(include_text=True):
        if child.is_comment_node or (child.is_element_node and is_unwanted(child)):
            continue
        if not _is_block(child):
            inline.append(child)
            continue
        yield from _make_paragraph(inline, base)
        inline = []
        yield from _read_part(child, base)
    yield from _make_paragraph(inline, base)


def _is_block(node: LexborNode) -> bool:
    if not node.is_element_node:
        return False
    return node.tag in _BLOCK_TAGS or (
        node.tag in {"a", "span", "font"} and node.css_first("p, div, ul, ol, h2, h3") is not None
    )


def _read_part(node: LexborNode, base: str) -> Iterator[PagePart]:
    tag = node.tag or ""
    if _HEADING.fullmatch(tag):
        text = format_heading(list(node.iter(include_text=True)))
        yield from [Heading(int(tag[1]), text)] if text else []
    elif tag in {"ol", "ul"}:
        yield from _iterate_items(node, base)
    elif tag == "tr":
        cells = [
            format_inline(list(cell.iter(include_text=True)), base)
            for cell in node.iter()
            if not is_unwanted(cell)
        ]
        yield from [GuideBlock("point", ": ".join(filter(None, cells)))] if any(cells) else []
    elif tag == "pre":
        lines = node.text(deep=True).splitlines()
        yield from (GuideBlock("text", code) for line in lines if (code := format_code(line)))
    else:
        yield from _iterate_parts(node, base)


def _iterate_items(node: LexborNode, base: str) -> Iterator[GuideBlock]:
    """Yield the items of a list, each as one line that includes its nested lists."""
    start = node.attributes.get("start") or "1"
    number = int(start) if start.isdecimal() and len(start) < 4 else 1  # noqa: PLR2004
    for item in node.iter():
        if is_unwanted(item):
            continue
        text = _join_lines(_iterate_lines(item, base))
        if not text:
            continue
        if node.tag == "ol" and number <= _MAX_STEP:
            yield GuideBlock("step", text, number)
        else:
            yield GuideBlock("point", text)
        number += 1


def _join_lines(lines: Iterable[str]) -> str:
    """Join the lines of an item, with a semicolon if the previous line has no final punctuation."""
    text = ""
    for line in lines:
        gap = " " if text.endswith((".", ":", "!", "?", ";")) or line.startswith("[") else "; "
        text = f"{text}{gap}{line}" if text else line
    return text


def _iterate_lines(item: LexborNode, base: str) -> Iterator[str]:
    yield from (part.text for part in _iterate_parts(item, base) if part.text)


def _make_paragraph(inline: list[LexborNode], base: str) -> Iterator[GuideBlock]:
    """Yield a picture if the nodes are one picture, a text block if there is text, and no block otherwise."""
    text = format_inline(inline, base)
    is_picture = (
        text.startswith("[")
        and text.endswith(")")
        and text.count("](") == 1
        and any(map(_has_picture, inline))
    )
    if text:
        yield GuideBlock("picture" if is_picture else "text", text)


def _has_picture(node: LexborNode) -> bool:
    return node.is_element_node and (node.tag == "img" or node.css_first("img") is not None)
