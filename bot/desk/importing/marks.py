"""HTML inside a paragraph becomes the few marks that articles know; nothing else of it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from bot.core.secrets import mask
from bot.desk.importing.adverts import paid, untracked, unwanted

_BOLD = frozenset(("b", "strong", "kbd", "th", "dt"))
_CODE = frozenset(("code", "samp", "tt", "pre", "var"))
_ADDRESS = re.compile(r"\bhttps?://[^\s()<>\"'`\[\]*]{1,2000}")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}")
_BARE = re.compile(r"(?<!\()\bhttps?://")
_LINK = re.compile(r"\[([^\]\n]{0,500})\]\([^)\s]{0,3000}\)")
_TYPED = re.compile(r"`[^`\n]*`")
_LOST = str.maketrans({"*": "", "`": "'", "[": "(", "]": ")", "<": "\u2039"})
_UNPRINTED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff]"
)
_PICTURE = "Screenshot"  # how a picture is called that nobody described


def marked(nodes: list[LexborNode], base: str) -> str:
    """Return inline nodes as one line of text with marks."""
    text = " ".join("".join(_pieces(nodes, base, bold=False)).split())
    return sound(text.lstrip("#|> "))


def headed(nodes: list[LexborNode]) -> str:
    """Return inline nodes as a heading: one line without any mark."""
    return sound(_label(_LINK.sub(r"\1", marked(nodes, "")))).lstrip("#|> ")


def _pieces(nodes: list[LexborNode], base: str, *, bold: bool) -> Iterator[str]:
    for node in nodes:
        if node.is_text_node:
            yield plain(node.text(deep=False) or "")
        elif node.is_element_node and not unwanted(node):
            yield from _element(node, base, bold=bold)


def _element(node: LexborNode, base: str, *, bold: bool) -> Iterator[str]:
    tag = node.tag or ""
    inner = list(node.iter(include_text=True))
    if tag == "br":
        yield " "
    elif tag == "img":
        yield f" {picture(node, base)} "
    elif tag == "a":
        yield _link(node, inner, base)
    elif tag in _CODE:
        yield typed(node.text(deep=True))
    elif tag in _BOLD and not bold:
        yield _strong("".join(_pieces(inner, base, bold=True)))
    else:
        yield from _pieces(inner, base, bold=bold)


def plain(text: str) -> str:
    """Return text without the characters that would mean something in an article."""
    seen = _UNPRINTED.sub("", text)
    if "http" not in seen:
        return seen.translate(_LOST)
    parts, here = [], 0
    for match in _ADDRESS.finditer(seen):
        parts += [seen[here : match.start()].translate(_LOST), "" if paid(match[0]) else f"`{match[0]}`"]
        here = match.end()
    return "".join((*parts, seen[here:].translate(_LOST)))


def picture(node: LexborNode, base: str) -> str:
    """Return a picture as a link named by its description, nothing where it cannot be linked to."""
    shown = node.attributes.get("src") or node.attributes.get("data-src") or ""
    alt = node.attributes.get("alt")
    if alt == "" or not (address := linked(shown, base)):  # an empty description says: only decoration
        return ""
    return f"[{_label(alt or node.attributes.get('title') or _PICTURE)}]({address})"


def linked(address: str, base: str) -> str:
    """Return an address in full and at https, empty where a reader could not or should not follow it."""
    try:
        whole = urljoin(base or "https:", address.strip())
        host = urlsplit(whole).hostname or ""
    except ValueError:
        return ""
    whole = re.sub(r"^http:", "https:", whole, flags=re.IGNORECASE)
    if (
        not whole.startswith("https://")
        or not _HOST.fullmatch(host)
        or paid(whole)
        or _UNPRINTED.search(whole)
    ):
        return ""
    safe = {"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E", "`": "%60", "*": "%2A"}
    return "".join(safe.get(sign, sign) for sign in untracked(whole) if not sign.isspace())


def _link(node: LexborNode, inner: list[LexborNode], base: str) -> str:
    href = node.attributes.get("href") or ""
    pictures = [child for child in node.css("img") if not unwanted(child)]
    if pictures:
        return " ".join(filter(None, (picture(one, base) for one in pictures)))
    if href.startswith("#") or not (address := linked(href, base)):
        return "".join(_pieces(inner, base, bold=True))
    label = _label(node.text(deep=True))
    return f"[{label}]({address})" if label else ""


def _label(text: str) -> str:
    return _BARE.sub("", " ".join(plain(text).replace("`", "").split()))


def typed(text: str) -> str:
    """Return what people type, marked so."""
    inside = " ".join(_UNPRINTED.sub("", text).replace("`", "'").replace("](", "] (").split())
    return f"`{inside}`" if inside else ""


def _strong(inside: str) -> str:
    text = inside.strip()
    if not text or "`" in text or "](" in text:
        return inside
    before, after = (" " if inside[:1].isspace() else ""), (" " if inside[-1:].isspace() else "")
    return f"{before}**{text}**{after}"


def _masked(text: str) -> str:
    """Return a text without its secrets; without marks too, as the mask may cut one in two."""
    bare = text.replace("**", "").replace("`", "").replace("](", " (")
    plainly = mask(bare, {}).text.replace("*", "\u2022").translate(_LOST)
    return _BARE.sub("", plainly).lstrip("#|> ")


def sound(text: str) -> str:
    """Return a text that every face can show and that gives away no secret."""
    if mask(text, {}).secret:
        return _masked(text)
    return _BARE.sub("", text) if _BARE.search(_TYPED.sub("`x`", text)) else text
