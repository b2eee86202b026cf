"""Render the small subset of Markdown in answers as safe HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_MARKDOWN_RULES = ["list", "emphasis", "backticks", "link", "escape", "newline", "entity"]
_LINK_ATTRIBUTES = {"target": "_blank", "rel": "noopener noreferrer"}
_SETTINGS_PAGE = re.compile(r"ms-settings:[a-z]+(?:-[a-z]+)*")  # Windows opens it; the only other scheme
_COMMAND = re.compile(
    rf"{_SETTINGS_PAGE.pattern}|0x[0-9A-Fa-f]{{8}}|winver|[a-z]+\.msc"
    r"|(?:cd|cscript(?:\.exe)?|dism|ipconfig|net|netsh|ren|sfc|slmgr|slui) \S.*",
    re.IGNORECASE,
)  # what a person types into Windows, unlike what Windows says
_MAX_UNBROKEN = 24  # characters of a code span that stays on one line


def is_safe_address(address: str) -> bool:
    """Check whether an address may become a link."""
    return address.startswith("https://")


_markdown = MarkdownIt("zero", {"html": False}).enable(_MARKDOWN_RULES)
_markdown.validateLink = is_safe_address  # type: ignore[method-assign,assignment]  # how the library restricts links


def render_line(text: str, new_tab: str = "") -> Markup:
    """Render one line of Markdown without a paragraph around it."""
    return _render_tokens(_markdown.parseInline(text), new_tab)


def render_markdown(text: str, new_tab: str = "") -> Markup:
    """Render a body; if the first line of a paragraph is bold from end to end, make it a heading."""
    return _render_tokens(list(_mark_headings(_markdown.parse(text))), new_tab)


def _render_tokens(tokens: Sequence[Token], new_tab: str) -> Markup:
    for token in tokens:
        token.children = list(_mark_links(token.children or (), new_tab))
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(html)  # noqa: S704 -- markdown-it escapes every text and attribute, and passes no HTML on


def _mark_headings(tokens: Sequence[Token]) -> Iterator[Token]:
    position = 0
    while position < len(tokens):
        if tokens[position].type == "paragraph_open" and tokens[position].level == 0:
            yield from _split_paragraph(*tokens[position : position + 3])
            position += 3
        else:
            yield tokens[position]
            position += 1


def _split_paragraph(start: Token, inline: Token, end: Token) -> Iterator[Token]:
    """Yield a paragraph; if its first line is bold, yield that line as a heading before it."""
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
    """Yield the tokens; mark links and commands, and drop links without a safe address."""
    is_link = False
    for word in words:
        if word.type == "code_inline":
            yield from _mark_code(word, is_link=is_link)
            continue
        if word.type == "link_open":
            is_link = is_safe_address(str(word.attrs.get("href", "")))
            word.attrs |= _LINK_ATTRIBUTES
        if word.type == "link_close" and is_link:
            yield from _make_hidden(f" {new_tab}")
        if is_link or word.type not in {"link_open", "link_close"}:
            yield word


def _mark_code(word: Token, *, is_link: bool) -> Iterator[Token]:
    """Yield the tokens of a code span; mark a command, and link a page of the settings of Windows."""
    opens_settings = not is_link and _SETTINGS_PAGE.fullmatch(word.content)
    marks = {"command": _COMMAND.fullmatch(word.content), "short": len(word.content) <= _MAX_UNBROKEN}
    if names := " ".join(name for name, holds in marks.items() if holds):
        word.attrs["class"] = names
    if opens_settings:
        yield Token("link_open", "a", 1, attrs={"href": word.content})
    yield word
    if opens_settings:
        yield Token("link_close", "a", -1)


def _make_hidden(text: str) -> Iterator[Token]:
    """Yield the tokens of a text that only screen readers read."""
    yield Token("span_open", "span", 1, attrs={"class": "unseen"})
    yield Token("text", "", 0, content=text)
    yield Token("span_close", "span", -1)
