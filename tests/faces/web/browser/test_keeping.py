"""What the page keeps over reloads and restarts, what it never keeps, and what never runs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.faces.web.browser_page import KEY, MASKED, Open, answers, ask, heading, press

pytestmark = pytest.mark.slow


def test_a_conversation_goes_on_after_a_reload_and_a_restart(page: Any, served: Any, expect: Any) -> None:
    ask(page, "walk me through checking the link")
    press(page, "Digital licence only")
    expect(answers(page)).to_have_count(3)
    page.reload()
    expect(answers(page)).to_have_count(2)  # the menu at the beginning is no part of the conversation
    served.restart()
    page.reload()
    expect(answers(page)).to_have_count(2)
    expect(page.locator(".said").first).to_contain_text("walk me through checking the link")
    expect(heading(page)).to_have_text("Are you signed in with a Microsoft account?")
    press(page, "Yes, I am")
    expect(heading(page)).to_have_text("Link your licence")


def test_a_conversation_goes_on_after_a_restart_with_scripts_off(
    open_page: Open, served: Any, expect: Any
) -> None:
    page = open_page(java_script_enabled=False)
    press(page, "Is my licence linked?")
    press(page, "Digital licence only")
    expect(heading(page)).to_have_text("Are you signed in with a Microsoft account?")
    served.restart()
    page.reload()
    expect(heading(page)).to_have_text("Are you signed in with a Microsoft account?")
    press(page, "Yes, I am")
    expect(heading(page)).to_have_text("Link your licence")


def test_a_turn_while_the_server_restarts_is_told_and_the_words_stay(
    open_page: Open, served: Any, expect: Any, browser: Any
) -> None:
    context = browser.new_context()
    page = context.new_page()  # of its own: the browser complains of the failed request
    page.goto(served.address)
    served.stop()
    ask(page, "how do i link my licence")
    expect(page.get_by_role("alert")).to_contain_text("I could not be reached")
    expect(page.locator(".said")).to_have_count(0)
    assert _is_above(page.get_by_role("alert"), page.get_by_label("Your question"))
    expect(page.get_by_label("Your question")).to_have_value("how do i link my licence")
    served.start()
    page.get_by_role("button", name="Send").click()
    expect(heading(page)).to_have_text("Link your licence")
    expect(page.get_by_role("alert")).to_be_empty()
    context.close()


def _is_above(upper: Any, lower: Any) -> bool:
    first, second = upper.bounding_box(), lower.bounding_box()
    return bool(first["y"] + first["height"] <= second["y"])


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_product_key_is_masked_on_the_page_and_in_the_browser(
    open_page: Open, expect: Any, *, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)
    ask(page, f"is {KEY} any good")
    expect(page.locator(".said").last).to_contain_text(f"is {MASKED} any good")
    page.reload()

    assert KEY not in page.content()
    assert MASKED in page.content()
    if scripts:
        assert KEY not in page.evaluate("JSON.stringify(sessionStorage)")


def test_forgetting_clears_the_page_the_tab_and_the_cookie(page: Any, expect: Any) -> None:
    ask(page, "how do i link my licence")
    expect(heading(page)).to_have_text("Link your licence")
    page.get_by_role("button", name="Forget this conversation").click()
    expect(page.get_by_text("Forgotten.")).to_be_visible()
    expect(answers(page)).to_have_count(1)

    assert "how do i" not in page.evaluate("JSON.stringify(sessionStorage)")
    assert page.context.cookies() == []


EVIL = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=document.title='owned'>",
    "</textarea><svg onload=document.title='owned'>",
    '"><iframe srcdoc="<script>parent.document.title=\'owned\'</script>">',
)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_nothing_that_is_written_runs(open_page: Open, expect: Any, *, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    for evil in EVIL:
        ask(page, evil)
        expect(page.locator(".exchange .said").last).to_contain_text(evil)
    page.reload()
    expect(page.locator(".said")).to_have_count(len(EVIL))

    assert page.title().endswith("Keyguide")
    assert page.locator("main img, main svg, iframe").count() == 0


def test_what_a_script_of_another_site_would_need_is_not_there(page: Any) -> None:
    ask(page, "how do i link my licence")
    page.locator(".exchange").nth(1).wait_for()
    (cookie,) = page.context.cookies()

    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert page.evaluate("document.cookie") == ""
