"""/setup proves itself: who sees the helpers' channel, whether the role rings, and a test plea."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from keyguide.assistant import Assistant
from keyguide.faces.discord.servers.bot_permissions import NEEDED
from keyguide.faces.discord.servers.server_settings import save_server_settings

pytestmark = pytest.mark.usefixtures("unhurried")


async def check(person: Any, channel: Any) -> Any:
    first = await person.slash(channel, "setup")
    return await person.click(first.response, label="Check and test …")


async def test_where_all_is_well_it_says_so(channel: Any, kim: Any, card: Any, helpers: Any) -> None:
    text = card((await check(kim, channel)).response).text

    assert "⚠" not in text
    assert f"✅ I can open private threads in <#{channel.id}>." in text
    assert f"✅ Everybody sees <#{channel.id}>" in text
    assert f"✅ I can ring <@&{helpers.id}>." in text


async def test_where_no_helpers_are_set_up_there_is_nothing_to_test(
    channel: Any, kim: Any, card: Any
) -> None:
    shown = await check(kim, channel)

    assert "No helpers are set up" in card(shown.response).text
    assert card(shown.response).labels == ["Back"]


async def test_a_channel_that_members_do_not_see_is_told_with_those_who_do(
    channel: Any, kim: Any, card: Any, helpers: Any, staff: Any
) -> None:
    text = card((await check(kim, channel)).response).text

    assert f"⚠ Not everybody sees <#{staff.id}>" in text
    assert f"<@&{helpers.id}>" in text.partition("These roles may:")[2]


async def test_a_role_and_a_channel_that_are_gone_are_told(
    env: Any, channel: Any, kim: Any, card: Any, helpers: Any, assistant: Assistant
) -> None:
    env.backend.delete_role(env.guild.id, helpers.id)
    await save_server_settings(assistant, env.guild.id, helper_channel="1")
    text = card((await check(kim, channel)).response).text

    assert "⚠ The helpers' role is gone" in text
    assert "⚠ The helpers' channel is gone" in text


async def test_a_role_that_we_cannot_ring_or_that_does_not_see_the_channel_is_told(
    env: Any, channel: Any, kim: Any, card: Any, assistant: Assistant
) -> None:
    guild = env.backend.get_guild(env.guild.id)
    ours = next(role for role in guild.roles.values() if role.name == "TestBot")
    env.backend.edit_role(guild.id, ours.id, {"permissions": NEEDED.value})
    role = env.guild.create_role("helpers", mentionable=False)
    hidden = env.guild.create_text_channel(
        "staff", overwrites={env.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    )
    await save_server_settings(
        assistant, env.guild.id, helper_channel=str(hidden.id), helper_role=str(role.id)
    )
    text = card((await check(kim, channel)).response).text

    assert f"⚠ I cannot ring <@&{role.id}>" in text
    assert f"⚠ <@&{role.id}> does not see <#{hidden.id}>" in text
    assert f"⚠ I cannot open private threads in <#{hidden.id}>" in text


async def test_a_test_rings_the_role_and_is_removed_by_a_helper(
    env: Any, channel: Any, kim: Any, hal: Any, ann: Any, card: Any, helpers: Any
) -> None:
    shown = await check(kim, channel)
    told = await kim.click(shown.response, label="Send a test plea")
    (thread,) = channel.threads
    message = thread.last_message
    text = card(message).text
    sent = env.http_requests[-2].json["allowed_mentions"]
    for person in (hal, ann):
        env.backend.add_thread_member(thread.id, person.id)
    refused = card((await ann.click(message, label="Remove this test")).response).text
    await hal.click(message, label="Remove this test")

    assert f"The test is here: <#{thread.id}>. The role was rung" in card(told.response).text
    assert f"<@&{helpers.id}> this is a test by <@{kim.id}>." in text
    assert sent == {"parse": [], "roles": [helpers.id]}
    assert "Only helpers can do that" in refused
    assert channel.threads == []


async def test_a_test_that_may_not_be_deleted_is_archived(
    env: Any, channel: Any, kim: Any, helpers: Any
) -> None:
    shown = await check(kim, channel)
    await kim.click(shown.response, label="Send a test plea")
    (thread,) = channel.threads
    env.inject_error("DELETE", f"/channels/{thread.id}", status=403)
    await kim.click(thread.last_message, label="Remove this test")

    assert env.http_requests[-1].json["archived"] is True


async def test_a_test_says_when_the_role_was_not_rung(
    env: Any, channel: Any, kim: Any, card: Any, helpers: Any
) -> None:
    shown = await check(kim, channel)
    env.backend.delete_role(env.guild.id, helpers.id)
    told = await kim.click(shown.response, label="Send a test plea")

    assert "The role was not rung" in card(told.response).text


@pytest.mark.usefixtures("helpers")
async def test_a_test_that_discord_refuses_is_told(env: Any, channel: Any, kim: Any, card: Any) -> None:
    shown = await check(kim, channel)
    env.inject_error("POST", "/channels/*/threads", status=403)
    told = await kim.click(shown.response, label="Send a test plea")

    assert "Discord did not take the test" in card(told.response).text


@pytest.mark.usefixtures("helpers")
async def test_a_test_needs_a_channel_that_the_manager_sees(
    env: Any, channel: Any, kim: Any, card: Any, assistant: Assistant
) -> None:
    shown = await check(kim, channel)
    await save_server_settings(assistant, env.guild.id, helper_channel="1")
    guild = env.backend.get_guild(env.guild.id)
    ours = next(role for role in guild.roles.values() if role.name == "TestBot")
    env.backend.edit_role(guild.id, ours.id, {"permissions": discord.Permissions(view_channel=True).value})
    env.backend.edit_role(guild.id, guild.id, {"permissions": discord.Permissions(view_channel=True).value})
    told = await kim.click(shown.response, label="Send a test plea")

    assert "so nothing was sent" in card(told.response).text


@pytest.mark.usefixtures("helpers")
async def test_whoever_may_no_longer_manage_the_server_sends_no_test(
    env: Any, channel: Any, kim: Any, card: Any
) -> None:
    shown = await check(kim, channel)
    env.backend.get_guild(env.guild.id).members[kim.id].role_ids.clear()
    told = await kim.click(shown.response, label="Send a test plea")

    assert "You need the permission **Manage Server**" in card(told.response).text
    assert channel.threads == []
