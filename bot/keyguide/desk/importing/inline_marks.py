"""Convert HTML inside a paragraph to the small Markdown subset that articles use, and drop the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from keyguide.core.evidence.secrets import mask
from keyguide.desk.importing.adverts import is_paid, is_unwanted, remove_tracking

_BOLD_TAGS = frozenset(("b", "strong", "kbd", "th", "dt"))
_CODE_TAGS = frozenset(("code", "samp", "tt", "pre", "var"))
_ADDRESS = re.compile(r"\bhttps?://[^\s()<>\"'`\[\]*]{1,2000}")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}")
_BARE_SCHEME = re.compile(r"(?<!\()\bhttps?://")
_LINK = re.compile(r"\[([^\]\n]{0,500})\]\([^)\s]{0,3000}\)")
_CODE_SPAN = re.compile(r"`[^`\n]*`")
_REPLACEMENTS = str.maketrans({"*": "", "`": "'", "[": "(", "]": ")", "<": "\u2039"})
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff]"
)
_DEFAULT_LABEL = "Screenshot"  # the label of a picture without a description


def format_inline(nodes: list[LexborNode], base: str) -> str:
    """Format inline nodes as one line of text with Markdown marks."""
    text = " ".join("".join(_format_nodes(nodes, base, bold=False)).split())
    return clean_text(text.lstrip("#|> "))


def format_heading(nodes: list[LexborNode]) -> str:
    """Format inline nodes as a heading: one line without marks."""
    return clean_text(_clean_label(_LINK.sub(r"\1", format_inline(nodes, "")))).lstrip("#|> ")


def _format_nodes(nodes: list[LexborNode], base: str, *, bold: bool) -> Iterator[str]:
    for node in nodes:
        if node.is_text_node:
            yield strip_marks(node.text(deep=False) or "")
        elif node.is_element_node and not is_unwanted(node):
            yield from _format_element(node, base, bold=bold)


def _format_element(node: LexborNode, base: str, *, bold: bool) -> Iterator[str]:
    tag = node.tag or ""
    inner = list(node.iter(include_text=True))
    if tag == "br":
        yield " "
    elif tag == "img":
        yield f" {format_picture(node, base)} "
    elif tag == "a":
        yield _format_link(node, inner, base)
    elif tag in _CODE_TAGS:
        yield format_code(node.text(deep=True))
    elif tag in _BOLD_TAGS and not bold:
        yield _format_bold("".join(_format_nodes(inner, base, bold=True)))
    else:
        yield from _format_nodes(inner, base, bold=bold)


def strip_marks(text: str) -> str:
    """Replace the characters that have a special meaning in articles, and put addresses in code marks."""
    printable = _UNPRINTABLE.sub("", text)
    if "http" not in printable:
        return printable.translate(_REPLACEMENTS)
    parts, position = [], 0
    for match in _ADDRESS.finditer(printable):
        parts += [
            printable[position : match.start()].translate(_REPLACEMENTS),
            "" if is_paid(match[0]) else f"`{match[0]}`",
        ]
        position = match.end()
    return "".join((*parts, printable[position:].translate(_REPLACEMENTS)))


def format_picture(node: LexborNode, base: str) -> str:
    """Format a picture as a link with its description, or return "" if it has no usable address."""
    source = node.attributes.get("src") or node.attributes.get("data-src") or ""
    alt = node.attributes.get("alt")
    if alt == "" or not (address := clean_address(source, base)):  # an empty alt text marks decoration
        return ""
    return f"[{_clean_label(alt or node.attributes.get('title') or _DEFAULT_LABEL)}]({address})"


def clean_address(address: str, base: str) -> str:
    """Build the absolute https address, or return "" if a reader could not or should not open it."""
    try:
        absolute = urljoin(base or "https:", address.strip())
        host = urlsplit(absolute).hostname or ""
    except ValueError:
        return ""
    absolute = re.sub(r"^http:", "https:", absolute, flags=re.IGNORECASE)
    if (
        not absolute.startswith("https://")
        or not _HOST.fullmatch(host)
        or is_paid(absolute)
        or _UNPRINTABLE.search(absolute)
    ):
        return ""
    escapes = {"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E", "`": "%60", "*": "%2A"}
    characters = (character for character in remove_tracking(absolute) if not character.isspace())
    return "".join(escapes.get(character, character) for character in characters)


def _format_link(node: LexborNode, inner: list[LexborNode], base: str) -> str:
    """Format a link; keep only its pictures if it has any, and only its text if it has no usable address."""
    href = node.attributes.get("href") or ""
    pictures = [child for child in node.css("img") if not is_unwanted(child)]
    if pictures:
        return " ".join(filter(None, (format_picture(picture, base) for picture in pictures)))
    if href.startswith("#") or not (address := clean_address(href, base)):
        return "".join(_format_nodes(inner, base, bold=True))
    label = _clean_label(node.text(deep=True))
    return f"[{label}]({address})" if label else ""


def _clean_label(text: str) -> str:
    return _BARE_SCHEME.sub("", " ".join(strip_marks(text).replace("`", "").split()))


def format_code(text: str) -> str:
    """Format text that people type, in code marks."""
    inside = " ".join(_UNPRINTABLE.sub("", text).replace("`", "'").replace("](", "] (").split())
    return f"`{inside}`" if inside else ""


def _format_bold(inside: str) -> str:
    text = inside.strip()
    if not text or "`" in text or "](" in text:
        return inside
    before, after = (" " if inside[:1].isspace() else ""), (" " if inside[-1:].isspace() else "")
    return f"{before}**{text}**{after}"


def _mask_secrets(text: str) -> str:
    """Mask the secrets of a text, and remove its marks because the mask may cut a pair of them in two."""
    unmarked = text.replace("**", "").replace("`", "").replace("](", " (")
    masked = mask(unmarked, {}).text.replace("*", "\u2022").translate(_REPLACEMENTS)
    return _BARE_SCHEME.sub("", masked).lstrip("#|> ")


def clean_text(text: str) -> str:
    """Clean a text so that every face can show it and it contains no secret."""
    if mask(text, {}).secret:
        return _mask_secrets(text)
    return _BARE_SCHEME.sub("", text) if _BARE_SCHEME.search(_CODE_SPAN.sub("`x`", text)) else text
