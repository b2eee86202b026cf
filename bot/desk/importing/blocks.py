"""A page becomes headings and blocks, in the order in which people read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from bot.desk.importing.adverts import unwanted
from bot.desk.importing.guide import Block
from bot.desk.importing.marks import headed, marked, sound, typed

_PARTS = frozenset(
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
_MOST_STEPS = 200  # a number above is a year or a mistake


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, 1 the greatest."""

    level: int
    text: str


Part = Heading | Block


def parts(node: LexborNode, base: str) -> list[Part]:
    """Return what a page says, a picture between two steps joined to the step before it."""
    found: list[Part] = []
    for part in _parts(node, base):
        if _goes_on(part, found):
            shown, before = found.pop(), found.pop()
            assert isinstance(shown, Block)  # noqa: S101 -- _goes_on looked
            assert isinstance(before, Block)  # noqa: S101
            found.append(replace(before, text=f"{before.text} {shown.text}"))
        found.append(part)
    return [replace(part, text=sound(part.text)) for part in found]


def _goes_on(part: Part, found: list[Part]) -> bool:
    """Whether a step goes on a list of steps that only a picture interrupted."""
    if not (isinstance(part, Block) and part.kind == "step" and len(found) > 1):
        return False
    before, shown = found[-2:]
    return (
        isinstance(shown, Block)
        and isinstance(before, Block)
        and (before.kind, shown.kind) == ("step", "picture")
        and part.number == before.number + 1
    )


def _parts(node: LexborNode, base: str) -> Iterator[Part]:
    """Yield the parts of an element; what stands loose between its elements is a paragraph."""
    loose: list[LexborNode] = []
    for child in node.iter(include_text=True):
        if child.is_comment_node or (child.is_element_node and unwanted(child)):
            continue
        if not _is_part(child):
            loose.append(child)
            continue
        yield from _paragraph(loose, base)
        loose = []
        yield from _part(child, base)
    yield from _paragraph(loose, base)


def _is_part(node: LexborNode) -> bool:
    if not node.is_element_node:
        return False
    return node.tag in _PARTS or (
        node.tag in {"a", "span", "font"} and node.css_first("p, div, ul, ol, h2, h3") is not None
    )


def _part(node: LexborNode, base: str) -> Iterator[Part]:
    tag = node.tag or ""
    if _HEADING.fullmatch(tag):
        text = headed(list(node.iter(include_text=True)))
        yield from [Heading(int(tag[1]), text)] if text else []
    elif tag in {"ol", "ul"}:
        yield from _items(node, base)
    elif tag == "tr":
        cells = [
            marked(list(cell.iter(include_text=True)), base) for cell in node.iter() if not unwanted(cell)
        ]
        yield from [Block("point", ": ".join(filter(None, cells)))] if any(cells) else []
    elif tag == "pre":
        lines = node.text(deep=True).splitlines()
        yield from (Block("text", said) for line in lines if (said := typed(line)))
    else:
        yield from _parts(node, base)


def _items(node: LexborNode, base: str) -> Iterator[Block]:
    """Yield the items of a list, each on one line with whatever lists it holds."""
    start = node.attributes.get("start") or "1"
    number = int(start) if start.isdecimal() and len(start) < 4 else 1  # noqa: PLR2004
    for item in node.iter():
        if unwanted(item):
            continue
        text = _joined(_lines(item, base))
        if not text:
            continue
        if node.tag == "ol" and number <= _MOST_STEPS:
            yield Block("step", text, number)
        else:
            yield Block("point", text)
        number += 1


def _joined(lines: Iterable[str]) -> str:
    """Return the lines of an item as one, with a semicolon where none of them ends."""
    text = ""
    for line in lines:
        gap = " " if text.endswith((".", ":", "!", "?", ";")) or line.startswith("[") else "; "
        text = f"{text}{gap}{line}" if text else line
    return text


def _lines(item: LexborNode, base: str) -> Iterator[str]:
    yield from (part.text for part in _parts(item, base) if part.text)


def _paragraph(loose: list[LexborNode], base: str) -> Iterator[Block]:
    text = marked(loose, base)
    shown = text.startswith("[") and text.endswith(")") and text.count("](") == 1 and any(map(_shows, loose))
    if text:
        yield Block("picture" if shown else "text", text)


def _shows(node: LexborNode) -> bool:
    return node.is_element_node and (node.tag == "img" or node.css_first("img") is not None)
