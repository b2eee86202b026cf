"""Takes the pictures of the web page that the documentation shows: `task shots`.

With a folder, it also takes every kind of answer there, on every kind of screen:
`python tools/shots.py /tmp/shots`.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image
from playwright.sync_api import Locator, Page, ViewportSize, expect, sync_playwright
from pretend import fill_database

DOCS = Path(__file__).parent.parent / "docs"
SCREEN = DOCS.parent / "knowledge" / "pictures" / "not-active-11.png"
READING_MS = 30_000
COLOURS = 48
CHROMIUM = "/usr/bin/chromium"
DESK_TOKEN = token_urlsafe()


@contextmanager
def served(database: Path) -> Iterator[str]:
    """Run the web page on a free port with pretend conversations in its memory, and give its address."""
    asyncio.run(fill_database(database))
    command = [sys.executable, "-m", "keyguide", "web"]
    own = {"KEYGUIDE_PORT": "0", "KEYGUIDE_DATABASE": str(database), "KEYGUIDE_KEEP_MISSES": "on"}
    own |= {"KEYGUIDE_DESK_TOKEN": DESK_TOKEN, "KEYGUIDE_SCOREBOARD": "on"}
    with subprocess.Popen(command, env=os.environ | own, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            yield server.stderr.readline().partition(" ")[2].strip()
        finally:
            server.terminate()


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your question").fill(text)
    followed(page, page.get_by_role("button", name="Send"))


def press(page: Page, label: str) -> None:
    followed(page, page.locator(".exchange").last.get_by_role("button", name=label, exact=True))


def followed(page: Page, button: Locator) -> None:
    """Press a button and wait for the answer."""
    exchanges = page.locator(".exchange")
    before = exchanges.count()
    button.click()
    expect(exchanges).to_have_count(before + 1)


def shoot(page: Page, name: str, folder: Path) -> None:
    page.mouse.move(0, 0)
    with Image.open(BytesIO(page.screenshot())) as shot:
        few_colours = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few_colours.save(folder / f"{name}.png", optimize=True)


def as_it_is(page: Page) -> None:
    """Show a page as it opens."""


def article(page: Page) -> None:
    """Show an answer to words in which a product key was masked."""
    ask(page, "0xC004F211 after i changed my motherboard, my key is BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG")


def screenshot(page: Page) -> None:
    """Show what is read in a picture."""
    page.get_by_label("Or a picture").set_input_files(SCREEN)
    exchanges = page.locator(".exchange")
    page.get_by_role("button", name="Send").click()
    expect(exchanges).to_have_count(2, timeout=READING_MS)
    exchanges.last.evaluate("exchange => exchange.scrollIntoView()")


def picture_chosen(page: Page) -> None:
    """Show the page with a picture that is not sent yet."""
    page.get_by_label("Or a picture").set_input_files(SCREEN)


def step(page: Page) -> None:
    """Show a diagnosis in the middle."""
    press(page, "Why is Windows not activated?")
    press(page, "It is my own PC")


def answer(page: Page) -> None:
    """Show a usual answer."""
    ask(page, "how do i link my licence")


def unfolded(page: Page) -> None:
    """Show an answer with two of its parts unfolded."""
    answer(page)
    parts = page.locator(".exchange").last.locator(".folded > details > summary")
    parts.first.click()
    parts.last.click()


def page_says(page: Page) -> None:
    """Show a question with many answers, and how to find out."""
    press(page, "Why is Windows not activated?")
    press(page, "It is my own PC")
    press(page, "Not sure: how do I find out?")


def human(page: Page) -> None:
    """Show the ways to a human in the middle of a diagnosis."""
    step(page)
    press(page, "Ask a human")


def human_summary(page: Page) -> None:
    """Show the summary for a human, with the ways to one above it."""
    human(page)
    page.locator(".exchange").last.get_by_role("note").scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(300)


def at_endings(page: Page) -> None:
    """Show how conversations ended."""
    page.locator("#endings").evaluate("heading => heading.scrollIntoView()")


def at_gaps(page: Page) -> None:
    """Show what found no answer."""
    page.locator("#gaps").evaluate("heading => heading.scrollIntoView()")


def at_picture(page: Page) -> None:
    """Show the picture of a diagnosis."""
    page.locator("#picture").evaluate("heading => heading.scrollIntoView()")


def stuck(page: Page) -> None:
    """Show what comes after an answer that did not help."""
    answer(page)
    press(page, "Still stuck")


def pasted(page: Page) -> None:
    """Show what is read from a pasted report."""
    report = (
        "Name: Windows(R), Professional edition",
        "Description: Windows(R) Operating System, OEM_DM channel",
        "Partial Product Key: 3V66T",
        "License Status: Notification",
        "Notification Reason: 0xC004F034.",
    )
    ask(page, "\n".join(report))


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: what to do first, and on what kind of screen."""

    act: Callable[[Page], None]
    scheme: Literal["light", "dark"] = "light"
    size: ViewportSize = field(default_factory=lambda: ViewportSize(width=900, height=860))
    path: str = ""


FLOW = "desk/flow/not-activated?zoom=75"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PHONE = ViewportSize(width=390, height=780)
SHOTS = {
    "chat-menu": Shot(as_it_is),
    "chat-light": Shot(article),
    "chat-dark": Shot(step, "dark"),
    "chat-phone": Shot(step, size=PHONE),
    "chat-phone-dark": Shot(article, "dark", PHONE),
    "chat-human": Shot(human_summary),
    "chat-picture": Shot(screenshot, size=ViewportSize(width=720, height=820)),
    "desk": Shot(as_it_is, size=ViewportSize(width=1100, height=1180), path="desk"),
    "desk-gaps": Shot(at_gaps, size=ViewportSize(width=1100, height=560), path="desk"),
    "desk-phone": Shot(at_endings, "dark", size=PHONE, path="desk"),
    "desk-answers": Shot(
        as_it_is, size=ViewportSize(width=1100, height=760), path="desk/articles?q=new+motherboard"
    ),
    "desk-conversations": Shot(
        as_it_is, size=ViewportSize(width=1100, height=760), path="desk/conversations?ending=stuck"
    ),
    "desk-flow": Shot(at_picture, "dark", ViewportSize(width=1400, height=860), path=FLOW),
    "scoreboard": Shot(as_it_is, size=ViewportSize(width=900, height=860), path="scoreboard"),
}
STATES: dict[str, Callable[[Page], None]] = {
    "first": as_it_is,
    "answer": answer,
    "unfolded": unfolded,
    "secret": article,
    "step": step,
    "step-how": page_says,
    "suggest": lambda page: ask(page, "windows account"),
    "miss": lambda page: ask(page, "zzz"),
    "elsewhere": lambda page: ask(page, "my wifi is slow"),
    "refusal": lambda page: ask(page, "crack please"),
    "human": human,
    "stuck": stuck,
    "pasted": pasted,
    "picture-chosen": picture_chosen,
    "screenshot": screenshot,
}
STATE_SHOTS = {
    f"{state}-{screen}-{scheme}": Shot(act, scheme, size)
    for state, act in STATES.items()
    for screen, size in (("desktop", ViewportSize(width=1280, height=800)), ("phone", PHONE))
    for scheme in SCHEMES
}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    folder.mkdir(exist_ok=True)
    shots = SHOTS | (STATE_SHOTS if len(sys.argv) > 1 else {})
    with (
        TemporaryDirectory() as own,
        served(Path(own) / "shots.db") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, shot in shots.items():
            page = browser.new_page(color_scheme=shot.scheme, viewport=shot.size, reduced_motion="reduce")
            if shot.path.startswith("desk"):
                page.goto(f"{address}desk?key={DESK_TOKEN}")
            page.goto(address + shot.path)
            shot.act(page)
            shoot(page, name, folder)
            page.close()


if __name__ == "__main__":
    main()
