"""The page in a real browser: by mouse, by keyboard alone, by touch, with scripts off."""

from __future__ import annotations

from typing import Any

import pytest
from tests.faces.web.browser_page import FOCUSED, Open, answers, ask, heading, press

pytestmark = pytest.mark.slow


def test_a_whole_diagnosis_by_mouse(page: Any, expect: Any) -> None:
    press(page, "Is my licence linked?")
    expect(heading(page)).to_have_text("What does the Activation page say?")
    press(page, "Not sure: how do I find out?")
    expect(answers(page).last).to_contain_text("ms-settings:activation")
    press(page, "Digital licence only")
    expect(heading(page)).to_have_text("Are you signed in with a Microsoft account?")
    press(page, "Back")
    expect(heading(page)).to_have_text("What does the Activation page say?")
    press(page, "Digital licence only")
    press(page, "No, a local account")
    expect(heading(page)).to_have_text("The link button on Windows 10")
    expect(answers(page).last.get_by_role("link").last).to_have_attribute("target", "_blank")
    press(page, "Show Windows 11")
    expect(heading(page)).to_have_text("The link button on Windows 11")
    press(page, "That fixed it")
    expect(heading(page)).to_have_text("Good to hear!")


def test_a_whole_diagnosis_by_keyboard_alone(page: Any, expect: Any) -> None:
    def tab_to(label: str, key: str = "Tab") -> None:
        for _ in range(40):
            page.keyboard.press(key)
            if page.evaluate(FOCUSED) == label:
                return
        pytest.fail(f"the Tab key does not reach {label!r}")

    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to your question")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("walk me through checking the link")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("What does the Activation page say?")
    expect(page.get_by_label("Your question")).to_be_focused()
    tab_to("Digital licence only", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(heading(page)).to_be_focused()
    tab_to("Yes, I am")
    page.keyboard.press("Space")
    expect(heading(page)).to_have_text("Link your licence")
    expect(heading(page)).to_be_focused()
    tab_to("If it does not work")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Try again tomorrow.")).to_be_visible()
    tab_to("That fixed it", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Good to hear!")


def test_a_whole_diagnosis_with_scripts_off(open_page: Open, expect: Any) -> None:
    page = open_page(java_script_enabled=False)
    ask(page, "walk me through checking the link")
    expect(heading(page)).to_have_text("What does the Activation page say?")
    press(page, "Digital licence only")
    expect(heading(page)).to_have_text("Are you signed in with a Microsoft account?")
    page.reload()
    expect(answers(page)).to_have_count(2)
    press(page, "Yes, I am")
    expect(heading(page)).to_have_text("Link your licence")
    press(page, "That fixed it")
    expect(heading(page)).to_have_text("Good to hear!")
    expect(answers(page)).to_have_count(4)


def test_whoever_writes_answers_with_numbers_and_never_leaves_the_box(page: Any, expect: Any) -> None:
    page.get_by_label("Your question").focus()
    for number, question in (
        ("2", "What does the Activation page say?"),
        ("2", "Are you signed in with a Microsoft account?"),
        ("1", "Link your licence"),
        ("2", "If it does not work"),
    ):
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        expect(heading(page)).to_have_text(question)
        expect(page.get_by_label("Your question")).to_be_focused()


def test_on_a_touch_screen_no_keyboard_covers_the_answer(open_page: Open, expect: Any) -> None:
    page = open_page(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    ask(page, "how do i link my licence")
    expect(heading(page)).to_have_text("Link your licence")
    expect(heading(page)).to_be_focused()
    expect(heading(page)).to_be_in_viewport()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_parts_of_an_answer_unfold(open_page: Open, expect: Any, *, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    ask(page, "how do i link my licence")
    answer = answers(page).last
    expect(answer.get_by_role("button", name="That fixed it")).to_be_visible()
    expect(answer.get_by_text("Try again tomorrow.")).to_be_hidden()
    answer.get_by_text("If it does not work").click()
    expect(answer.get_by_text("Try again tomorrow.")).to_be_visible()
    expect(answer.get_by_role("button", name="The link button on Windows 11")).to_be_hidden()
    answer.get_by_text("More", exact=True).click()
    answer.get_by_role("button", name="The link button on Windows 11").click()
    expect(heading(page)).to_have_text("The link button on Windows 11")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_picture_is_drawn_in_the_answer_and_opens_as_a_whole(
    open_page: Open, expect: Any, *, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)
    ask(page, "where is the link button on windows 11")
    picture = answers(page).last.get_by_role("img", name="1 is the button Add an account.")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 800)
    with page.expect_popup() as opening:
        picture.click()

    whole = opening.value.locator("img")

    expect(whole).to_have_js_property("naturalWidth", 800)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_example_is_a_first_question(open_page: Open, expect: Any, *, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    page.get_by_role("button", name="How do I link my licence?").click()
    expect(heading(page)).to_have_text("Link your licence")
    expect(page.locator(".said").last).to_contain_text("How do I link my licence?")
    expect(page.locator("#examples")).to_have_count(0)


def test_a_command_is_copied_and_a_page_of_the_settings_is_a_link(open_page: Open, expect: Any) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    press(page, "Is my licence linked?")
    press(page, "Not sure: how do I find out?")
    step = answers(page).last
    link = step.get_by_role("link", name="ms-settings:activation")
    expect(link).to_have_attribute("href", "ms-settings:activation")
    step.get_by_role("button", name="Copy ms-settings:activation").click()
    expect(page.get_by_role("status")).to_have_text("Copied")

    assert page.evaluate("navigator.clipboard.readText()") == "ms-settings:activation"
    assert "copy" not in page.evaluate("JSON.stringify(sessionStorage)").lower()


def test_without_scripts_a_command_is_simply_text(open_page: Open, expect: Any) -> None:
    page = open_page(java_script_enabled=False)
    press(page, "Is my licence linked?")
    press(page, "Not sure: how do I find out?")
    expect(answers(page).last.get_by_text("ms-settings:activation")).to_be_visible()
    expect(page.locator(".copy")).to_have_count(0)


def test_an_older_answer_keeps_its_options_folded_away_and_working(page: Any, expect: Any) -> None:
    ask(page, "how do i link my licence")
    expect(answers(page)).to_have_count(2)
    first = answers(page).first
    expect(first.get_by_role("button", name="Is my licence linked?")).to_be_hidden()
    first.get_by_text("Other options").click()
    first.get_by_role("button", name="Is my licence linked?").click()
    expect(heading(page)).to_have_text("What does the Activation page say?")


def test_a_message_of_several_lines_is_written_with_shift(page: Any, expect: Any) -> None:
    box = page.get_by_label("Your question")
    box.focus()
    page.keyboard.type("how do i")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("link my licence")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Link your licence")
    expect(box).to_have_value("")


def test_a_sign_is_given_while_the_answer_is_on_its_way(page: Any, expect: Any) -> None:
    held: list[Any] = []
    page.route(
        "**/*", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    ask(page, "how do i link my licence")
    expect(page.get_by_role("status")).to_have_text("One moment …")
    expect(page.locator(".said")).to_have_text("You: how do i link my licence")
    press(page, "Is my licence linked?")  # too soon: only one turn is under way
    held[0].continue_()
    expect(heading(page)).to_have_text("Link your licence")
    expect(page.get_by_role("status")).to_be_empty()
    expect(page.locator(".said")).to_have_count(1)

    assert len(held) == 1
