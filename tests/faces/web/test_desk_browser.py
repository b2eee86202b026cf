"""The desk in a real browser: found by keyboard, read by machines, and without a complaint from axe."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from keyguide.store.open_store import open_store
from keyguide.store.protocols import LedgerEntry, MissedQuestion, get_now

pytestmark = pytest.mark.slow

PAGES = ("desk", "desk/articles", "desk/article/link-how", "desk/flow/is-it-linked")


async def _fill(database: Path) -> None:
    store = await open_store(str(database))
    begun = get_now() - timedelta(hours=2)
    for kind, subject, step in (
        ("step", "is-it-linked", "page-says"),
        ("article", "link-how", ""),
        ("miss", "", ""),
    ):
        await store.record(
            LedgerEntry(begun, f"web:{kind}", "guild:1", kind, subject, step, "link-how", "bad")
        )
    await store.keep_miss(MissedQuestion(begun, "guild:1", "miss", "my toaster smokes"))
    await store.close()


@pytest.fixture
def page(browser: Any, served: Any) -> Iterator[Any]:
    filling = Thread(target=lambda: asyncio.run(_fill(served.database)))  # playwright has this thread's loop
    filling.start()
    filling.join()
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.set_default_timeout(10_000)
    page.goto(f"{served.address}desk?key={served.site['desk_token']}")
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_desk(page: Any, served: Any, path: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    page.emulate_media(color_scheme=scheme)
    page.goto(served.address + path)

    found = axe.Axe().run(page).response["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found] == []


@pytest.mark.parametrize("path", PAGES)
def test_on_a_phone_nothing_sticks_out(page: Any, served: Any, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(served.address + path)

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_keeper_narrows_the_desk_and_finds_an_answer_by_keyboard_alone(page: Any, served: Any) -> None:
    page.goto(f"{served.address}desk")
    page.get_by_label("Server").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk?place=guild*")
    page.get_by_label("Search all answers").focus()
    page.keyboard.type("link your licence")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/articles?q=*")
    page.get_by_role("link", name="Link your licence", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/article/link-how")

    assert page.get_by_role("heading", level=1).inner_text() == "Link your licence"
