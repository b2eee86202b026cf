"""The small Markdown of the answers as HTML: nothing in a text can become anything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN_RULES = ["list", "emphasis", "backticks", "link", "escape", "newline", "entity"]
_LINK_ATTRIBUTES = {"target": "_blank", "rel": "noopener noreferrer"}


def _is_safe(address: str) -> bool:
    return address.startswith("https://")


_markdown = MarkdownIt("zero", {"html": False}).enable(_MARKDOWN_RULES)
_markdown.validateLink = _is_safe  # type: ignore[method-assign,assignment]  # the library's way to narrow links


def escape_html(text: str) -> str:
    """Return HTML that shows every sign of a text."""
    return escape(text, quote=True)


def render_hidden(text: str) -> str:
    """Return HTML that is read aloud and not drawn."""
    return f'<span class="unseen">{escape_html(text)}</span>'


def render_link(title: str, address: str, new_tab: str) -> str:
    """Return a link that leaves the page in a tab of its own; what is no https address is shown as text."""
    if not _is_safe(address):
        return f"{escape_html(title)} ({escape_html(address)})"
    outside = " ".join(f'{name}="{value}"' for name, value in _LINK_ATTRIBUTES.items())
    return (
        f'<a href="{escape_html(address)}" {outside}>{escape_html(title)}{render_hidden(f" {new_tab}")}</a>'
    )


def render_line(text: str) -> str:
    """Return one line of Markdown as HTML, with nothing around it."""
    return str(_markdown.renderInline(text))


@lru_cache(maxsize=1_000)
def render_markdown(text: str, new_tab: str = "") -> str:
    """Return a body as HTML; a first line that is bold from end to end becomes a heading."""
    tokens = list(_mark_headings(_markdown.parse(text)))
    for token in tokens:
        token.children = list(_mark_links(token.children or (), new_tab))
    return str(_markdown.renderer.render(tokens, _markdown.options, {}))


def _mark_headings(tokens: Sequence[Token]) -> Iterator[Token]:
    at = 0
    while at < len(tokens):
        if tokens[at].type == "paragraph_open" and tokens[at].level == 0:
            yield from _split_paragraph(*tokens[at : at + 3])
            at += 3
        else:
            yield tokens[at]
            at += 1


def _split_paragraph(start: Token, inline: Token, end: Token) -> Iterator[Token]:
    """Yield a paragraph, its bold first line as a heading of its own."""
    words = [token for token in inline.children or () if token.type != "text" or token.content]
    types = [token.type for token in words]
    line = types.index("softbreak") if "softbreak" in types else len(types)
    if types[:1] == ["strong_open"] and types.index("strong_close") == line - 1:
        yield Token("heading_open", "h3", 1)
        yield _make_inline(words[1 : line - 1])
        yield Token("heading_close", "h3", -1)
        words = words[line + 1 :]
    if words:
        yield from (start, _make_inline(words), end)


def _make_inline(words: Sequence[Token]) -> Token:
    return Token("inline", "", 0, children=list(words))


def _mark_links(words: Sequence[Token], new_tab: str) -> Iterator[Token]:
    """Yield the words, links opening outside and saying so; a link that leads nowhere is no link."""
    leads_on = False
    for word in words:
        if word.type == "link_open":
            leads_on = _is_safe(str(word.attrs.get("href", "")))
            word.attrs |= _LINK_ATTRIBUTES
        if word.type == "link_close" and leads_on:
            yield Token("html_inline", "", 0, content=render_hidden(f" {new_tab}"))
        if leads_on or word.type not in {"link_open", "link_close"}:
            yield word
