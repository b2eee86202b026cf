"""Convert HTML to lines of the small Markdown subset that articles use, which every face can show."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from keyguide.core.evidence.secrets import mask
from keyguide.desk.importing.adverts import LINK_LIST_HEADING, is_paid, remove_tracking

ITEM_MARK = re.compile(r"[0-9]{1,3}\. |- ")  # begins a step or a point
# At first these marks begin with "<", as do those of headings (<h2>, for example) and of pictures (<[),
# because strip_marks removes every other "<".
_LINE_MARK = re.compile(rf"^<(?:{ITEM_MARK.pattern}|h.>)")
_LINK = re.compile(r"<?\[([^\]\n]*)\]\([^)\s]*\)")
_PICTURE = re.compile(r"<\[[^\]\n]*\]\([^)\s]*\)")
_PICTURE_IN_STEPS = re.compile(rf"^(<[0-9]+\. .*)\n({_PICTURE.pattern})\n(?=<(?!1\.)[0-9]+\. )", re.MULTILINE)
_BLOCK_TAGS = re.compile(
    "p|div|section|article|main|ul|fig(?:ure|caption)|caption|blockquote|d[dlt]|details|summary|center|header|hr"
)
_MAX_STEP = 200  # a greater number is a year or a mistake

_ADDRESS = re.compile(r"(\bhttps?://[^\s()<>\"'`\[\]*]{1,2000})")
_BARE_SCHEME = re.compile(r"(`[^`\n]*`)|(?<!\()\bhttps?://")  # or code, which may contain one
_REPLACEMENTS = str.maketrans({"*": "", "`": "'", "[": "(", "]": ")", "<": "\u2039"})
_ESCAPES = str.maketrans({"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E", "`": "%60", "*": "%2A"})
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")


def convert_html(content: LexborNode, base: str) -> str:
    """Convert an element to Markdown, one block a line; add a picture between two steps to the first step."""
    lines = (" ".join(line.split()).lstrip("#|> ") for line in _write(content, base).split("\n"))
    kept = (line for line in lines if line and not LINK_LIST_HEADING.fullmatch(line))
    joined = _PICTURE_IN_STEPS.sub(r"\1 \2\n", "\n".join(kept))
    return re.sub("^<(?=[0-9-])", "", joined, flags=re.MULTILINE)


def _write(node: LexborNode, base: str) -> str:
    """Write an element as Markdown; the blocks inside it become lines of their own."""
    if node.is_text_node:
        return strip_marks(node.text_content or "").replace("\n", " ")
    inner = "".join(_write(child, base) for child in node.iter(include_text=True))
    if writer := _WRITERS.get(node.tag or ""):
        return writer(node, inner, base)
    return f"\n{inner}\n" if _BLOCK_TAGS.fullmatch(node.tag or "") else inner


def _join_lines(inner: str) -> str:
    """Join lines to one, with a semicolon after a line that has no final punctuation."""
    lines = (_LINE_MARK.sub("", " ".join(line.split())) for line in inner.split("\n"))
    text = re.sub(r"(?<=[.:!?;])\n|\n(?=<?\[)", " ", "\n".join(filter(None, lines)))
    return text.replace("\n", "; ")


def _write_picture(node: LexborNode, _: str, base: str) -> str:
    """Write a picture that has a usable address; an empty description marks decoration."""
    alt = node.attributes.get("alt")
    address = clean_address(node.attributes.get("src") or node.attributes.get("data-src") or "", base)
    label = clean_label(alt or node.attributes.get("title") or "Screenshot")
    return f" <[{label}]({address}) " if address and alt != "" else ""


def _write_link(node: LexborNode, inner: str, base: str) -> str:
    """Write a link; keep only its pictures if it has any, and only its text if it has no usable address."""
    if pictures := _PICTURE.findall(inner):
        return " ".join(("", *pictures, ""))
    href = node.attributes.get("href") or "#"
    if "\n" in inner or href.startswith("#") or not (address := clean_address(href, base)):
        return inner
    label = clean_label(node.text())
    return f"[{label}]({address})" if label else ""


def _write_heading(node: LexborNode, inner: str, _: str) -> str:
    label = clean_text(clean_label(_LINK.sub(r"\1", _join_lines(inner))))
    return f"\n<{node.tag}>{label}\n" if label else ""


def _write_steps(node: LexborNode, inner: str, _: str) -> str:
    """Number the items of a list, from the number that the page gives to the first one."""
    start = node.attributes.get("start") or ""
    numbers = count(int(start) if re.fullmatch("[0-9]{1,3}", start) else 1)
    marks = (f"<{number}. " if number <= _MAX_STEP else "<- " for number in numbers)
    return re.sub("^<- ", lambda _: next(marks), f"\n{inner}\n", flags=re.MULTILINE)


def _write_bold(_: LexborNode, inner: str, base: str) -> str:
    """Write bold text, unless it contains several lines or marks that cannot be bold."""
    if any(mark in inner for mark in ("`", "](", "\n")):
        return inner
    return re.sub(r"\S(?:.*\S)?", r"**\g<0>**", inner.replace("**", ""), count=1)


def _write_point(text: str) -> str:
    return f"\n<- {text}\n" if text else ""


def _format_code(text: str) -> str:
    plain = _UNPRINTABLE.sub("", text).replace("`", "'").replace("](", "] (").replace("<[", "< [")
    return f"`{' '.join(plain.split())}`" if plain.strip() else ""


_WRITERS: dict[str, Callable[[LexborNode, str, str], str]] = {
    "a": _write_link,
    "br": lambda node, inner, base: " ",
    "img": _write_picture,
    "li": lambda node, inner, base: _write_point(_join_lines(inner)),
    "ol": _write_steps,
    "pre": lambda node, inner, base: "\n".join(("", *map(_format_code, node.text().splitlines()), "")),
    "tr": lambda node, inner, base: _write_point(": ".join(filter(None, inner.split("\n")))),
    **dict.fromkeys(("td", "th"), lambda node, inner, base: f"\n{_join_lines(inner)}\n"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _write_heading),
    **dict.fromkeys(("b", "strong", "kbd"), _write_bold),
    **dict.fromkeys(("code", "samp", "tt", "var"), lambda node, inner, base: _format_code(node.text())),
}


def strip_marks(text: str) -> str:
    """Replace the characters that have a special meaning in articles, and put addresses in code marks."""
    parts = _ADDRESS.split(_UNPRINTABLE.sub("", text))
    parts[::2] = (part.translate(_REPLACEMENTS) for part in parts[::2])
    parts[1::2] = ("" if is_paid(address) else f"`{address}`" for address in parts[1::2])
    return "".join(parts)


def clean_label(text: str) -> str:
    """Clean a text that has no marks, such as the label of a link."""
    return _BARE_SCHEME.sub("", " ".join(strip_marks(text).replace("`", "").split())).lstrip("#|> ")


def clean_address(address: str, base: str) -> str:
    """Build the absolute https address, or return "" if a reader could not or should not open it."""
    try:
        absolute = re.sub("^http:", "https:", urljoin(base or "https:", address.strip()))
        host = urlsplit(absolute).hostname or ""
    except ValueError:
        return ""
    is_usable = absolute.startswith("https://") and "." in host and not _UNPRINTABLE.search(absolute)
    return remove_tracking(absolute).translate(_ESCAPES) if is_usable and not is_paid(absolute) else ""


def clean_text(text: str) -> str:
    """Remove bare addresses and mask secrets; a masked text has no marks, which the mask may cut in two."""
    text = _BARE_SCHEME.sub(r"\1", text)
    if not mask(text, {}).secret:
        return text
    return clean_label(mask(clean_label(text), {}).text.replace("*", "\u2022"))
