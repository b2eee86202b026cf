"""The name, the colour and the footer of an operator: on every page, and always possible to read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from keyguide.faces.web.brand import Brand, compute_contrast, make_shades

Client = TestClient[Any, Any]
Opening = Callable[..., Awaitable[Client]]

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
GROUNDS = {"light": ("#f5f1e8", "#fffdf9"), "dark": ("#12191a", "#1a2324")}  # --ground, --paper of page.css
PAGES = ("/", "/api", "/nowhere", "/desk")


def test_contrast_is_measured_as_wcag_does() -> None:
    assert compute_contrast("#000000", "#ffffff") == pytest.approx(21)
    assert compute_contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(COLOURS)
def test_text_in_the_colour_can_be_read_whatever_it_is(colour: str) -> None:
    for scheme, shades in make_shades(colour).items():
        for ground in (*GROUNDS[scheme], shades["tint"]):
            assert compute_contrast(shades["key"], ground) >= 4.5
            assert compute_contrast(shades["key-deep"], ground) >= 4.5
        assert compute_contrast(shades["on-key"], shades["key"]) >= 4.5
        assert compute_contrast(shades["on-key"], shades["key-deep"]) >= 4.5
        assert compute_contrast(shades["tint-ink"], shades["tint"]) >= 7


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert make_shades("#1b6661")["light"]["key"] == "#1b6661"


@pytest.mark.parametrize("path", PAGES)
async def test_a_brand_is_on_every_page(opened: Opening, path: str) -> None:
    brand = Brand("Example's help", "#aa3366", "Run by [Example](https://site.example/imprint).")
    async with (await opened(brand=brand)).get(path) as response:
        html = await response.text()

    assert "<span>Example&#39;s help</span>" in html
    assert " · Example&#39;s help</title>" in html
    assert '<a href="https://site.example/imprint" target="_blank"' in html
    assert 'href="/static/brand.css?v=' in html


@pytest.mark.parametrize("path", PAGES)
async def test_without_a_brand_the_pages_are_keyguide_s(client: Client, path: str) -> None:
    async with client.get(path) as response:
        html = await response.text()

    assert "<span>Keyguide</span>" in html
    assert "brand-footer" not in html
    assert "brand.css" not in html


async def test_the_colour_is_served_as_a_file_because_the_policy_allows_no_inline_style(
    opened: Opening,
) -> None:
    client = await opened(brand=Brand(colour="#aa3366"))
    async with client.get("/static/brand.css") as sheet, client.get("/static/icon.svg") as icon:
        assert sheet.content_type == "text/css"
        assert "  --key: #aa3366;\n" in await sheet.text()
        assert 'fill="#aa3366"' in await icon.text()
        assert "unsafe" not in sheet.headers["Content-Security-Policy"]
