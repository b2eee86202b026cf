"""What a person does on the page in a browser, and finds on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"
MASKED = "*****-*****-*****-*****-68DJG"
FOCUSED = "(document.activeElement.querySelector('.label') ?? document.activeElement).textContent.trim()"
Open = Callable[..., Any]


def answers(page: Any) -> Any:
    return page.locator(".exchange")


def heading(page: Any) -> Any:
    """The heading of the newest answer."""
    return answers(page).last.locator("h2")


def press(page: Any, label: str) -> None:
    answers(page).last.get_by_role("button", name=label, exact=True).click()


def ask(page: Any, text: str) -> None:
    page.get_by_label("Your question").fill(text)
    page.get_by_role("button", name="Send").click()


def find_violations(page: Any) -> list[str]:
    """Everything that axe-core has to say of a page, in light and in dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    told = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.Axe().run(page).response["violations"]
        told += [f"{scheme}: {one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})" for one in found]
    return told
