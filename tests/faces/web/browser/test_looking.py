"""The page at any width and zoom, and read by axe."""

from __future__ import annotations

from typing import Any

import pytest
from tests.faces.web.browser_page import KEY, Open, ask, find_violations, heading, press

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_stands_out_of_the_page_at_any_width(open_page: Open, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    ask(page, f"0xC004F211 {'x' * 400} https://example.com/{'y' * 300}")
    page.locator(".exchange").nth(1).wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _unfold_all(page: Any) -> None:
    for summary in page.locator("summary").all():
        summary.click()


@pytest.mark.parametrize("zoom", [2, 4])
def test_everything_can_be_read_and_pressed_with_zoom(open_page: Open, expect: Any, zoom: int) -> None:
    """Zoom as a browser does: fewer and larger pixels of CSS on the same window of 1280 by 1024."""
    size = {"width": 1280 // zoom, "height": 1024 // zoom}
    page = open_page(viewport=size, device_scale_factor=zoom)
    ask(page, "how do i link my licence")
    expect(heading(page)).to_have_text("Link your licence")
    _unfold_all(page)
    for part in page.locator("button:visible, summary:visible, textarea").all():
        part.scroll_into_view_if_needed()
        box = part.bounding_box()

        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    press(page, "That fixed it")
    expect(heading(page)).to_have_text("Good to hear!")


def _menu(page: Any) -> None:
    """The page as it opens."""


def _article(page: Any) -> None:
    ask(page, f"0xC004F211 and my key is {KEY}")


def _step(page: Any) -> None:
    press(page, "Is my licence linked?")
    press(page, "Not sure: how do I find out?")


def _human(page: Any) -> None:
    press(page, "Is my licence linked?")
    press(page, "Nothing at all")


def _miss(page: Any) -> None:
    ask(page, "zzz")
    press(page, "Menu")
    page.get_by_text("Other options").first.click()


def _unfolded(page: Any) -> None:
    ask(page, "how do i link my licence")
    page.locator(".exchange").nth(1).wait_for()
    _unfold_all(page)


def _refusal(page: Any) -> None:
    ask(page, "gimme a crack")


def _fixed(page: Any) -> None:
    _unfolded(page)
    press(page, "That fixed it")


def _phone(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    _unfolded(page)


VIEWS = {
    "menu": _menu,
    "article": _article,
    "unfolded": _unfolded,
    "step": _step,
    "human": _human,
    "miss": _miss,
    "refusal": _refusal,
    "fixed": _fixed,
    "phone": _phone,
}


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_in_the_conversation(page: Any, expect: Any, view: str) -> None:
    VIEWS[view](page)
    expect(page.get_by_role("status")).to_be_empty()

    assert find_violations(page) == []


@pytest.mark.parametrize("path", ["api", "?forgotten"])
def test_axe_finds_nothing_on_the_other_pages(page: Any, served: Any, path: str) -> None:
    page.goto(served.address + path)

    assert find_violations(page) == []


def test_axe_finds_nothing_on_a_page_that_tells_an_error(browser: Any, served: Any) -> None:
    context = browser.new_context()  # of its own: the browser complains of the status
    page = context.new_page()
    page.goto(f"{served.address}nowhere")
    found = find_violations(page)
    context.close()

    assert found == []


def test_the_answer_is_announced_and_named_for_a_screen_reader(page: Any, expect: Any) -> None:
    ask(page, "how do i link my licence")
    log = page.get_by_role("log", name="Conversation")
    expect(log.get_by_role("article", name="Link your licence")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keyguide")

    assert page.locator(".said").text_content() == "You: how do i link my licence"
    assert log.get_attribute("aria-live") == "polite"
