"""Asking for a human in a real browser: the summary is copied, and a call is passed on without a reload."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.faces.web.browser_page import FOCUSED, KEY, MASKED, heading, press
from tests.faces.web.conftest import serving

from keyguide.core.knowledge.knowledge import Knowledge

pytestmark = pytest.mark.slow

SUMMARY = "What you answered:\n- What does the Activation page say? Nothing at all"


def go_to_human(page: Any) -> None:
    press(page, "Is my licence linked?")
    page.get_by_role("heading", name="What does the Activation page say?").wait_for()
    press(page, "Nothing at all")
    page.get_by_role("heading", name="Show this to the person helping you").wait_for()


def test_the_summary_is_copied_whole_and_that_is_told(open_page: Any, expect: Any) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    go_to_human(page)
    expect(page.get_by_text("I cannot call anybody from here.")).to_be_visible()
    page.get_by_role("button", name="Copy the summary").click()
    expect(page.get_by_role("status")).to_have_text("Copied")

    assert page.evaluate("navigator.clipboard.readText()") == SUMMARY


def test_without_scripts_the_summary_is_there_and_no_button_that_does_nothing(
    open_page: Any, expect: Any
) -> None:
    page = open_page(java_script_enabled=False)
    go_to_human(page)

    expect(page.locator(".handoff")).to_contain_text("Nothing at all")
    expect(page.get_by_role("button", name="Copy the summary")).to_have_count(0)


@pytest.fixture
def calls() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The operator's server, which remembers the calls."""
    got: list[dict[str, Any]] = []

    class Helpdesk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Helpdesk) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", got
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_call_is_passed_on_with_a_line(
    browser: Any,
    expect: Any,
    small_knowledge: Knowledge,
    tmp_path: Path,
    calls: tuple[str, list[dict[str, Any]]],
    *,
    scripts: bool,
) -> None:
    address, got = calls
    with serving(small_knowledge, tmp_path, webhook=address) as served:
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(served.address)
        go_to_human(page)
        page.get_by_label("One line for the helper").fill(f"extension 12, {KEY}")
        page.get_by_role("button", name="Pass it on to a helper").click()
        expect(page.locator(".exchange").last).to_contain_text("Passed on. Your number is")
        expect(page.locator(".exchange").last.locator(".said")).to_contain_text(f"extension 12, {MASKED}")

        assert [call["data"]["message"] for call in got] == [f"extension 12, {MASKED}"]
        assert KEY not in page.content()
        if scripts:
            assert page.evaluate(FOCUSED) == heading(page).inner_text()
        context.close()
