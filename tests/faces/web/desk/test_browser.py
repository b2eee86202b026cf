"""The desk in a real browser, with 150 questions over 26 days: by keyboard, on a phone, and read by axe."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.faces.web.conftest import Served, serving

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Turn
from keyguide.store.open_store import open_store
from keyguide.store.protocols import MissedQuestion, get_now

pytestmark = pytest.mark.slow

QUESTIONS, DAYS = 150, 26
TEXTS = (
    *("how do i link my licence", "what is 0xC004F211", "my toaster smokes", "is it linked", "gimme a crack"),
    *("i changed parts", "ask a human", "what is love", "my wifi is slow", "windows account"),
)
PAGES = (
    *("desk?days=90&ignored=yes", "desk/articles", "desk/articles?sort=bad&q=link"),
    *("desk/article/link-how", "desk/article/error-0xc004f211", "desk/flow/is-it-linked?zoom=fit"),
    *("desk/conversations?ending=answered", "desk/solutions", "desk"),
)


async def _ask(knowledge: Knowledge, database: Path) -> None:
    """Let people ask, and press what they are offered, on each of the days."""
    chance = random.Random(7)  # noqa: S311 -- always the same people
    store = await open_store(str(database))
    start = get_now() - timedelta(days=DAYS - 1, hours=1)
    moment = start
    assistant = Assistant(knowledge, store, lambda: moment, keep_misses=True)
    for number in range(QUESTIONS):
        moment = start + timedelta(days=number * DAYS // QUESTIONS)
        who, place = f"web:{number}", f"guild:{number % 3}"
        reply = await assistant.reply(Turn(who, text=TEXTS[number % len(TEXTS)], place=place))
        while reply.options and chance.random() < 0.6:
            moment += timedelta(seconds=20)
            reply = await assistant.reply(Turn(who, pick=chance.choice(reply.options).pick, place=place))
    for text in ("my toaster smokes", "toaster smokes again", "what is love"):
        await store.keep_miss(MissedQuestion(moment, "guild:1", "miss", text))
    await store.close()


@pytest.fixture(scope="module")
def busy(small_knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with a month behind it."""
    folder = tmp_path_factory.mktemp("busy")
    asking = Thread(target=lambda: asyncio.run(_ask(small_knowledge, folder / "keyguide.db")))
    asking.start()  # playwright has this thread's loop
    asking.join()
    with serving(small_knowledge, folder, desk_token="a-token-for-the-tests") as one:
        yield one


@pytest.fixture
def page(browser: Any, busy: Served) -> Iterator[Any]:
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.set_default_timeout(10_000)
    page.goto(f"{busy.address}desk?key={busy.site['desk_token']}")
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_the_desk(page: Any, busy: Served, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    told = []
    for path in PAGES:
        page.goto(busy.address + path)
        found = axe.Axe().run(page).response["violations"]
        told += [f"{path}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]

    assert told == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_sticks_out_at_any_width(page: Any, busy: Served, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    for path in PAGES:
        page.goto(busy.address + path)

        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), path


def test_on_a_phone_a_row_is_a_card_that_names_its_figures(page: Any, busy: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto(f"{busy.address}desk")
    row = page.get_by_role("row", name="Confirmed").first
    cell = row.locator("[data-label='Share']")

    assert row.evaluate("row => getComputedStyle(row).display") == "block"
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Share: "'
    assert page.locator(".endings thead").bounding_box()["height"] <= 1


def test_all_days_and_all_conversations_are_counted(page: Any, busy: Served) -> None:
    page.goto(f"{busy.address}desk")

    counted = re.findall(r"\d+", page.locator("#endings ~ p").first.inner_text())
    asked, before, *looked_around = map(int, counted)
    assert page.locator(".daily tbody tr").count() == DAYS
    assert asked + sum(looked_around) == QUESTIONS
    assert before == 0


def test_a_keeper_follows_a_bar_to_its_conversations_and_on_to_an_answer(page: Any, busy: Served) -> None:
    page.goto(f"{busy.address}desk")
    page.locator(".endings").get_by_role("row", name="Assumed").get_by_role("link").click()
    page.wait_for_url("**/desk/conversations?ending=answered*")
    page.locator(".sessions ol a").first.click()
    page.wait_for_url("**/desk/article/*")

    assert page.get_by_role("heading", level=1).inner_text()


def test_a_keeper_narrows_the_desk_and_finds_an_answer_by_keyboard_alone(page: Any, busy: Served) -> None:
    page.goto(f"{busy.address}desk")
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


def test_a_keeper_decides_about_a_question_by_keyboard_alone(page: Any, busy: Served) -> None:
    page.goto(f"{busy.address}desk")
    row = page.locator(".gaps tbody tr").last
    words = row.locator("[data-label=Question]").inner_text()
    row.get_by_text("Assign", exact=True).first.focus()
    page.keyboard.press("Enter")
    row.get_by_label("Who takes it").focus()
    page.keyboard.type("Kim")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk#gaps")

    assert "Kim takes it." in page.locator(".gaps tbody tr", has_text=words).inner_text()


def test_the_picture_grows_and_shrinks(page: Any, busy: Served) -> None:
    widths = []
    for zoom in ("50 %", "150 %"):
        page.goto(f"{busy.address}desk/flow/is-it-linked")
        page.get_by_role("link", name=zoom, exact=True).click()
        page.wait_for_url("**zoom=*")
        widths.append(page.locator("svg.flow").bounding_box()["width"])

    assert widths[1] == pytest.approx(3 * widths[0], rel=0.02)
