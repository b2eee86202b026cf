"""The page in a real browser, opened for somebody new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.faces.web.browser_page import Open


@pytest.fixture
def expect(browser: Any) -> Any:
    from playwright.sync_api import expect  # noqa: PLC0415 -- without a browser there may be no playwright

    return expect


@pytest.fixture
def open_page(browser: Any, served: Any) -> Iterator[Open]:
    """Open the page for somebody new; whatever the browser complains of fails the test."""
    contexts, complaints = [], []

    def make(**how: Any) -> Any:
        contexts.append(browser.new_context(**{"reduced_motion": "reduce", **how}))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(served.address)
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: Open) -> Any:
    return open_page()
