"""The Markdown of the answers as HTML: what it can become, and that it can become nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyguide.faces.web.html.markdown import render_line, render_markdown

TAGS = {"p", "h3", "ol", "ul", "li", "strong", "em", "code", "a", "span", "br"}
ATTRIBUTES = {"href", "target", "rel", "class", "start"}


class Seen(HTMLParser):
    """Every tag, attribute and address that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]


def test_a_bold_first_line_becomes_a_heading() -> None:
    html = render_markdown("**On Windows 11**\n1. Press **Win + I**.\n2. Type `winver`.")

    assert html.startswith("<h3>On Windows 11</h3>")
    assert "<li>Press <strong>Win + I</strong>.</li>" in html
    assert '<code class="command short">winver</code>' in html


def test_what_follows_a_bold_first_line_is_a_paragraph_of_its_own() -> None:
    assert render_markdown("**What it means**\nWindows takes it for another PC.") == (
        "<h3>What it means</h3><p>Windows takes it for another PC.</p>\n"
    )


@pytest.mark.parametrize("text", ["**Bold** and more", "more **bold**", "**a** and **b**", "plain"])
def test_a_line_that_is_only_partly_bold_stays_a_paragraph(text: str) -> None:
    assert "<h3>" not in render_markdown(text)


def test_a_bold_line_in_a_list_stays_there() -> None:
    assert render_markdown("- **Home**") == "<ul>\n<li><strong>Home</strong></li>\n</ul>\n"


def test_single_line_breaks_do_not_end_a_paragraph() -> None:
    assert render_markdown("one\ntwo") == "<p>one\ntwo</p>\n"


def test_a_link_opens_outside_and_says_so() -> None:
    html = render_markdown("[Microsoft](https://support.microsoft.com/a?b=1&c=2)", "(new tab)")

    assert 'href="https://support.microsoft.com/a?b=1&amp;c=2"' in html
    assert 'target="_blank" rel="noopener noreferrer"' in html
    assert '<span class="unseen"> (new tab)</span></a>' in html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://example.com", "data:text/html,x", "//evil.example", "/forget"]
)
def test_only_https_addresses_become_links(address: str) -> None:
    assert Seen(render_markdown(f"[here]({address})")).addresses == []
    assert Seen(render_line(f"[here]({address})")).addresses == []


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "&lt;b&gt;",
     "`<b>`", "![x](https://example.com/x.png)", "<https://example.com>", '[a](https://e.example/"onclick=x)',
     "# head", "| a | b |\n|---|---|", "```html\n<b>\n```", "> quote", "---", "[x]: https://e.example\n[x]"],
)  # fmt: skip
def test_everything_else_is_shown_as_it_was_written(text: str) -> None:
    seen = Seen(render_markdown(text))

    assert seen.tags <= {"p", "code", "a", "span", "h3"}
    assert seen.attributes <= ATTRIBUTES


PIECES = [*"<>&\"'`*[]()!#-_1.\\\n a:/", "https://", "javascript:", "script", "**", "](", "1. ", "- "]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_text_can_make_other_tags(text: str) -> None:
    seen = Seen(render_markdown(text))

    assert seen.tags <= TAGS
    assert seen.attributes <= ATTRIBUTES
    assert all(address.startswith("https://") for address in seen.addresses)


def test_a_link_that_leads_nowhere_is_no_link() -> None:
    assert render_markdown('[]() []("x") [a]()').count("<a") == 0


def test_a_link_in_a_line_opens_outside_too() -> None:
    html = render_line("[Imprint](https://site.example/imprint)", "(new tab)")

    assert 'href="https://site.example/imprint" target="_blank" rel="noopener noreferrer"' in html
    assert 'Imprint<span class="unseen"> (new tab)</span></a>' in html


def test_one_line_has_nothing_around_it() -> None:
    assert render_line("What does `slmgr` say?") == 'What does <code class="short">slmgr</code> say?'


@pytest.mark.parametrize("page", ["ms-settings:activation", "ms-settings:network-wifi"])
def test_a_page_of_the_settings_opens_by_a_link(page: str) -> None:
    html = render_markdown(f"Type `{page}`.")

    assert f'<a href="{page}"><code class="command short">{page}</code></a>' in html


@pytest.mark.parametrize(
    "text",
    [
        "`ms-settings:`", "`ms-settings:a b`", "`ms-settings:activation?x=1`",
        "`ms-settings:a//evil.example`", "`MS-SETTINGS:activation`",
        "`xms-settings:activation`", "`ms-windows-store:activation`",
        "`javascript:alert`", "`ms-settings:a-`", "ms-settings:activation", "[x](ms-settings:activation)",
    ],
)  # fmt: skip
def test_nothing_else_that_looks_like_one_opens_anything(text: str) -> None:
    assert "<a" not in render_markdown(text)


def test_a_page_of_the_settings_inside_a_link_is_no_second_link() -> None:
    html = render_markdown("[open `ms-settings:activation`](https://a.example)")

    assert re.findall('href="(.*?)"', html) == ["https://a.example"]


@pytest.mark.parametrize(
    ("code", "is_command"),
    [
        ("slmgr /dli", True), ("0xC004F211", True), ("winver", True), ("services.msc", True),
        ("DISM /Online /Cleanup-Image /RestoreHealth", True), ("net start sppsvc", True),
        ("Windows is activated", False), ("OEM_DM", False), ("net", False), ("0x", False),
    ],
)  # fmt: skip
def test_what_a_person_types_is_told_from_what_windows_says(code: str, *, is_command: bool) -> None:
    assert ("command" in render_markdown(f"`{code}`")) == is_command


def test_a_short_code_is_never_broken_and_a_long_one_may_be() -> None:
    assert "short" in render_markdown("`ms-settings:activation`")
    assert "short" not in render_markdown("`Windows is activated with a digital license`")
