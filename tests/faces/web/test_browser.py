"""The page in a real browser: by mouse, by keyboard alone, with scripts off, across reloads and restarts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.slow

KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"
MASKED = "*****-*****-*****-*****-68DJG"

FOCUSED = "(document.activeElement.querySelector('.label') ?? document.activeElement).textContent.trim()"

Open = Callable[..., Any]


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


def test_an_older_answer_keeps_its_options_folded_away_and_working(page: Any, expect: Any) -> None:
    ask(page, "how do i link my licence")
    expect(answers(page)).to_have_count(2)
    first = answers(page).first
    expect(first.get_by_role("button", name="Is my licence linked?")).to_be_hidden()
    first.get_by_text("Other options").click()
    first.get_by_role("button", name="Is my licence linked?").click()
    expect(heading(page)).to_have_text("What does the Activation page say?")


def test_forgetting_clears_the_page_the_tab_and_the_cookie(page: Any, expect: Any) -> None:
    ask(page, "how do i link my licence")
    expect(heading(page)).to_have_text("Link your licence")
    page.get_by_role("button", name="Forget this conversation").click()
    expect(page.get_by_text("Forgotten.")).to_be_visible()
    expect(answers(page)).to_have_count(1)

    assert "how do i" not in page.evaluate("JSON.stringify(sessionStorage)")
    assert page.context.cookies() == []


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
        "**/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
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


def _violations(page: Any) -> list[str]:
    """Everything that axe-core has to say of a page, in light and in dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    told = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.Axe().run(page).response["violations"]
        told += [f"{scheme}: {one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})" for one in found]
    return told


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_in_the_conversation(page: Any, expect: Any, view: str) -> None:
    VIEWS[view](page)
    expect(page.get_by_role("status")).to_be_empty()

    assert _violations(page) == []


@pytest.mark.parametrize("path", ["api", "?forgotten"])
def test_axe_finds_nothing_on_the_other_pages(page: Any, served: Any, path: str) -> None:
    page.goto(served.address + path)

    assert _violations(page) == []


def test_axe_finds_nothing_on_a_page_that_tells_an_error(browser: Any, served: Any) -> None:
    context = browser.new_context()  # of its own: the browser complains of the status
    page = context.new_page()
    page.goto(f"{served.address}nowhere")
    found = _violations(page)
    context.close()

    assert found == []


def test_the_answer_is_announced_and_named_for_a_screen_reader(page: Any, expect: Any) -> None:
    ask(page, "how do i link my licence")
    log = page.get_by_role("log", name="Conversation")
    expect(log.get_by_role("article", name="Link your licence")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keyguide")

    assert page.locator(".said").text_content() == "You: how do i link my licence"
    assert log.get_attribute("aria-live") == "polite"
