"""The drawings of messages on Discord in the documentation: made by command from what the bot sends."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from keyguide.core.knowledge.knowledge import Knowledge

ROOT = Path(__file__).parent.parent
MAX_BYTES = 60_000
PAGES = "\n".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md"))
SHOWN = dict(re.findall(r"^!\[([^\]]*)\]\((discord-[a-z]+)\.png\)", PAGES, re.MULTILINE))


@pytest.fixture(scope="module")
def cards() -> ModuleType:
    """The program that draws them."""
    for package in ("PIL", "playwright", "simcord"):
        pytest.importorskip(package, reason=f"{package} is not installed, so nothing can be drawn")
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return import_module("cards")
    finally:
        sys.path.pop(0)


@pytest.fixture(scope="module")
def scenes(cards: ModuleType) -> ModuleType:
    """What is played for them, which that program imports."""
    return sys.modules["scenes"]


def test_the_pages_show_every_drawing_that_the_command_makes(scenes: ModuleType) -> None:
    files = [path.stem for path in (ROOT / "docs").glob("discord-*.png")]

    assert sorted(SHOWN.values()) == sorted(files) == sorted(scenes.SCENES)


@pytest.mark.parametrize(("words", "name"), SHOWN.items())
def test_a_drawing_is_light_and_has_words_that_say_the_same(words: str, name: str) -> None:
    assert len(words) > 40
    assert (ROOT / "docs" / f"{name}.png").stat().st_size < MAX_BYTES


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
async def test_every_scene_is_played_and_what_the_bot_sends_can_be_drawn(
    cards: ModuleType, scenes: ModuleType, real: Knowledge
) -> None:
    screens = await scenes.play_all(real)
    pages = {name: cards.render_card(name, screen) for name, screen in screens.items()}

    buttons = {name: re.findall(r'class="button[^"]*">([^<]+)<', page) for name, page in pages.items()}
    assert buttons["discord-panel"] == ["Start", "I have a code", "Ask a human"]
    assert buttons["discord-call"] == ["I help", "Resolved"]
    assert "Reply to them" in buttons["discord-reply"]
    assert "What fixed it?" in pages["discord-resolved"]
    assert "before: " in pages["discord-insights"]
    assert buttons["discord-work"] == ["Set the hours", "Back to the settings"]
    assert "Ignored" in pages["discord-channels"]
    logged = re.findall(r"called the helpers|Deleted|resolved", pages["discord-log"])
    assert logged == ["called the helpers", "called the helpers", "Deleted", "resolved"]
    assert "Thank you for adding me" in pages["discord-greeting"]
    assert scenes.KEY not in "".join(pages.values())
    assert not re.search(r"&lt;[@#t]", "".join(pages.values()))  # every mention shows a name


def test_only_the_first_list_of_a_message_is_drawn_open(cards: ModuleType, scenes: ModuleType) -> None:
    lists = [{"type": 3, "placeholder": name, "options": [{"label": f"of {name}"}]} for name in "ab"]
    parts = [{"type": 17, "components": [{"type": 1, "components": [one]} for one in lists]}]

    page = cards.render_card("lists", scenes.Screen([scenes.Message("Keyguide", parts=parts)], {}))

    assert re.findall(r'class="option">([^<]+)<', page) == ["of a"]


def test_a_part_that_nobody_has_drawn_is_refused(cards: ModuleType, scenes: ModuleType) -> None:
    screen = scenes.Screen([scenes.Message("Keyguide", parts=[{"type": 99}])], {})

    with pytest.raises(ValueError, match="cannot be drawn: 99"):
        cards.render_card("new", screen)
