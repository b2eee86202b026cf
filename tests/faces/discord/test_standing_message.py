"""The standing message for newcomers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.servers.server_settings import save_server_settings

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture
async def panel(env: Any, channel: Any, kim: Any) -> Any:
    """The message, posted from /setup."""
    welcome = env.guild.create_text_channel("welcome")
    first = await kim.slash(channel, "setup")
    await kim.select(first.response, [welcome], custom_id="w:set:panel")
    return welcome.last_message


async def test_a_manager_posts_the_panel_where_newcomers_are(
    env: Any, channel: Any, kim: Any, card: Any
) -> None:
    welcome = env.guild.create_text_channel("welcome")
    first = await kim.slash(channel, "setup")
    told = await kim.select(first.response, [welcome], custom_id="w:set:panel")

    assert card(welcome.last_message).labels == ["Start", "I have a code", "Ask a human"]
    assert f"The panel is in <#{welcome.id}>" in card(told.response).text


async def test_a_channel_where_we_may_not_write_is_told(env: Any, channel: Any, kim: Any, card: Any) -> None:
    first = await kim.slash(channel, "setup")
    env.inject_error("POST", f"/channels/{channel.id}/messages", status=403)
    told = await kim.select(first.response, [channel], custom_id="w:set:panel")

    assert f"I may not write in <#{channel.id}>" in card(told.response).text


async def test_start_shows_the_menu_to_that_person_alone_and_the_panel_stays(
    env: Any, panel: Any, ann: Any, card: Any, assistant: Assistant, make_bot: Callable[[], Keyguide]
) -> None:
    await save_server_settings(assistant, env.guild.id, public=True)
    await env.restart_bot(make_bot())
    result = await ann.click(panel, label="Start")

    assert result.ephemeral
    assert "Is my licence linked?" in card(result.response).ways
    assert card(panel).labels == ["Start", "I have a code", "Ask a human"]


async def test_a_code_is_asked_for_and_answered_also_after_a_restart(
    env: Any, panel: Any, ann: Any, card: Any, make_bot: Callable[[], Keyguide]
) -> None:
    shown = await ann.click(panel, label="I have a code")
    await env.restart_bot(make_bot())
    result = await ann.submit_modal(shown, {"code": "it says 0xC004F211"})

    assert result.ephemeral
    assert "0xC004F211" in card(result.response).text


async def test_a_human_is_called_from_the_panel(
    panel: Any, channel: Any, ann: Any, helpers: Any, card: Any
) -> None:
    result = await ann.submit_modal(await ann.click(panel, label="Ask a human"), {})

    assert "The helpers were called" in card(result.response).text
    assert len(channel.threads) == 1


async def test_where_there_are_no_helpers_the_panel_shows_the_official_ways(
    panel: Any, ann: Any, card: Any
) -> None:
    result = await ann.click(panel, label="Ask a human")

    assert result.ephemeral
    assert "No helpers can be called from here" in card(result.response).text
