"""The page of /setup about the helpers' work."""

from __future__ import annotations

from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.faces.discord.servers.server_settings import load_server_settings, save_server_settings

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture
async def page(channel: Any, kim: Any) -> Any:
    """The page, opened from /setup."""
    first = await kim.slash(channel, "setup")
    return (await kim.click(first.response, label="Helpers' work …")).response


async def test_the_page_leads_back(page: Any, kim: Any, card: Any) -> None:
    shown = card(page).text
    back = await kim.click(page, label="Back to the settings")

    assert "Helpers' work" in shown
    assert "Setup of this server" in card(back.response).text


async def test_numbers_and_the_log_are_chosen_and_kept(
    env: Any, channel: Any, page: Any, kim: Any, assistant: Assistant
) -> None:
    await kim.select(page, [channel], custom_id="w:set:log_channel")
    await kim.select(page, ["60"], custom_id="w:set:remind_after")
    await kim.select(page, ["0"], custom_id="w:set:close_after")
    await kim.select(page, ["0"], custom_id="w:set:daily_limit")

    server = await load_server_settings(assistant, env.guild.id)
    assert (server.log_channel, server.remind_after) == (channel.id, 60)
    assert (server.close_after, server.daily_limit) == (0, 0)


async def test_hours_are_set_shown_and_taken_back(
    env: Any, page: Any, kim: Any, card: Any, assistant: Assistant
) -> None:
    told = await kim.submit_modal(
        await kim.click(page, label="Set the hours"), {"hours": "Mon-Fri 9-17 Europe/Berlin"}
    )
    shown = card(told.response).text
    again = await kim.submit_modal(await kim.click(page, label="Set the hours"), {"hours": ""})

    assert "Mon-Fri 9-17 Europe/Berlin" in shown
    assert "Always" in card(again.response).text
    assert (await load_server_settings(assistant, env.guild.id)).hours == ""


async def test_hours_that_cannot_be_read_change_nothing(
    env: Any, page: Any, kim: Any, card: Any, assistant: Assistant
) -> None:
    told = await kim.submit_modal(await kim.click(page, label="Set the hours"), {"hours": "often"})

    assert "I cannot read “often”" in card(told.response).text
    assert (await load_server_settings(assistant, env.guild.id)).hours == ""


@pytest.mark.usefixtures("helpers")
async def test_somebody_is_blocked_and_unblocked(
    channel: Any, page: Any, kim: Any, ann: Any, call_human: Any, card: Any
) -> None:
    blocked = await kim.select(page, [ann], custom_id="w:set:block")
    shown = card(blocked.response).text
    refused = await call_human(ann, channel)
    await kim.select(blocked.response, [ann], custom_id="w:set:unblock")
    called = await call_human(ann, channel)

    assert f"**Blocked from calling helpers**: <@{ann.id}>" in shown
    assert "This server does not let you call its helpers" in card(refused.response).text
    assert "The helpers were called" in card(called.response).text


async def test_a_block_outlives_that_the_person_erases_everything(
    env: Any,
    channel: Any,
    page: Any,
    kim: Any,
    ann: Any,
    card: Any,
    assistant: Assistant,
    helpers: Any,
    call_human: Any,
) -> None:
    await kim.select(page, [ann], custom_id="w:set:block")
    shown = await ann.slash(channel, "privacy")
    sure = await ann.click(shown.response, label="Delete everything about me")
    told = await ann.click(sure.response, label="Yes, delete it")
    refused = await call_human(ann, channel)

    assert "A server has blocked you" in card(told.response).text
    assert "does not let you call" in card(refused.response).text


async def test_outside_the_hours_people_learn_when_helpers_are_back(
    env: Any, channel: Any, ann: Any, helpers: Any, call_human: Any, card: Any, assistant: Assistant
) -> None:
    await save_server_settings(assistant, env.guild.id, hours="Wed 9-17")
    result = await call_human(ann, channel)

    assert "they are back <t:1772614800:R>" in card(result.response).text


@pytest.mark.parametrize("label", ["Set the hours", "Back to the settings"])
async def test_whoever_may_no_longer_manage_the_server_sees_and_changes_nothing(
    env: Any, page: Any, kim: Any, card: Any, label: str
) -> None:
    env.backend.get_guild(env.guild.id).members[kim.id].role_ids.clear()
    pressed = await kim.click(page, label=label)

    assert card(pressed.response).text == "You need the permission **Manage Server** for this."


@pytest.mark.parametrize("id", ["w:set:block", "w:set:log_channel", "w:set:remind_after"])
async def test_whoever_may_no_longer_manage_the_server_chooses_nothing(
    env: Any, channel: Any, page: Any, kim: Any, ann: Any, card: Any, id: str
) -> None:
    env.backend.get_guild(env.guild.id).members[kim.id].role_ids.clear()
    value = {"w:set:block": ann, "w:set:log_channel": channel}.get(id, "60")
    pressed = await kim.select(page, [value], custom_id=id)

    assert card(pressed.response).text == "You need the permission **Manage Server** for this."
