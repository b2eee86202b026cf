"""Pictures in a real browser: chosen, pasted, dropped, left out again, and sent with scripts off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faces.web.browser_page import FOCUSED, Open, ask, find_violations, heading
from tests.faces.web.conftest import serving
from tests.faces.web.pretend_pictures import PretendReader, make_picture

from keyguide.core.knowledge.knowledge import Knowledge

pytestmark = pytest.mark.slow

CODE = {"name": "screen.png", "mimeType": "image/png", "buffer": make_picture("Error code: 0xC004F211")}
OTHER = {"name": "other.png", "mimeType": "image/png", "buffer": make_picture("Windows is not activated")}
READ = "I read: 0xC004F211. Is that right?"

# What a browser does when somebody pastes a file into the page, or drops one on it.
HAND_OVER = """([content, kind, type, words]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(content)], "image.png", { type }));
    if (words) transfer.setData("text/plain", words);
    const how = { bubbles: true, cancelable: true, clipboardData: transfer, dataTransfer: transfer };
    const event = kind === "paste" ? new ClipboardEvent(kind, how) : new DragEvent(kind, how);
    return document.getElementById("text").dispatchEvent(event);
}"""


@pytest.fixture
def served(small_knowledge: Knowledge, tmp_path: Path) -> Iterator[Any]:
    with serving(small_knowledge, tmp_path, picture_reader=PretendReader()) as one:
        yield one


def send(page: Any) -> None:
    page.get_by_role("button", name="Send").click()


def choose(page: Any, *pictures: Any) -> None:
    page.get_by_label("Or a picture").set_input_files(list(pictures))


def hand_over(page: Any, kind: str, type: str, words: str = "") -> Any:
    """Paste or drop a file; return whether the browser would do with it what it does elsewhere."""
    return page.evaluate(HAND_OVER, [[*CODE["buffer"]], kind, type, words])


def notices(page: Any) -> Any:
    return page.locator(".exchange").last.get_by_role("note")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_picture_that_is_chosen_is_read(open_page: Open, expect: Any, scripts: bool) -> None:  # noqa: FBT001
    page = open_page(java_script_enabled=scripts)
    choose(page, CODE)
    send(page)
    expect(notices(page)).to_have_text(READ)
    expect(page.locator(".said")).to_contain_text("(a picture)")
    page.get_by_role("button", name="No, I type it").click()
    expect(heading(page)).to_have_text("Please type it")
    ask(page, "how do i link my licence")
    expect(heading(page)).to_have_text("Link your licence")


def test_words_and_several_pictures_go_together_and_the_field_is_empty_afterwards(
    page: Any, expect: Any
) -> None:
    choose(page, OTHER, CODE)
    expect(page.get_by_role("status")).to_have_text("The picture is there. Now press Send.")
    ask(page, "what is this")
    expect(notices(page)).to_contain_text("0xC004F211. Is that right?")
    expect(page.get_by_role("status")).to_be_empty()
    expect(page.get_by_role("button", name="Leave it out")).to_be_hidden()

    assert page.get_by_label("Or a picture").evaluate("field => field.files.length") == 0


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_that_is_pasted_or_dropped_is_read(page: Any, expect: Any, kind: str) -> None:
    assert hand_over(page, kind, "image/png") is False  # the browser itself does nothing with it
    expect(page.get_by_role("status")).to_have_text("The picture is there. Now press Send.")
    page.keyboard.press("Enter")
    expect(notices(page)).to_have_text(READ)


@pytest.mark.parametrize(
    ("type", "words"), [("application/pdf", ""), ("image/png", "a cell")], ids=["no picture", "words"]
)
def test_what_else_is_pasted_stays_what_it_is(page: Any, type: str, words: str) -> None:
    hand_over(page, "paste", type, words)

    assert page.get_by_label("Or a picture").evaluate("field => field.files.length") == 0


def test_a_file_that_is_no_picture_never_replaces_the_page(page: Any) -> None:
    assert hand_over(page, "drop", "application/pdf") is False
    assert page.get_by_label("Or a picture").evaluate("field => field.files.length") == 0


def test_a_picture_can_be_left_out_again(page: Any, expect: Any) -> None:
    choose(page, CODE)
    page.get_by_role("button", name="Leave it out").click()
    expect(page.get_by_role("status")).to_be_empty()
    expect(page.get_by_label("Or a picture")).to_be_focused()
    ask(page, "how do i link my licence")
    expect(heading(page)).to_have_text("Link your licence")
    expect(notices(page)).to_have_count(0)


def test_the_field_is_reached_by_keyboard_right_after_the_button(page: Any) -> None:
    page.get_by_label("Your question").focus()
    page.keyboard.press("Tab")
    sent = page.evaluate(FOCUSED)
    page.keyboard.press("Tab")

    assert sent == "Send"
    assert page.evaluate("document.activeElement.id") == "picture"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_axe_finds_nothing_and_nothing_stands_out_with_a_picture_chosen(
    open_page: Open, expect: Any, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    choose(page, CODE)
    expect(page.get_by_role("button", name="Leave it out")).to_be_visible()

    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    send(page)
    expect(notices(page)).to_have_text(READ)
    assert find_violations(page) == []
