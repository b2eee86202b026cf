"""/doctor: what we may and may not do, channel by channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
import pytest

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.discord.admin.doctor import find_missing_permissions
from keyguide.faces.discord.servers.bot_permissions import NEEDED
from keyguide.faces.discord.servers.server_settings import ServerSettings, save_server_settings


@pytest.fixture
def bots(env: Any, channel: Any) -> Callable[[discord.Permissions], None]:
    """Give us exactly these permissions in that server."""

    def may(permissions: discord.Permissions) -> None:
        guild = env.backend.get_guild(env.guild.id)
        ours = next(role for role in guild.roles.values() if role.name == "TestBot")
        env.backend.edit_role(guild.id, ours.id, {"permissions": permissions.value})
        env.backend.edit_role(guild.id, guild.id, {"permissions": 0})

    return may


async def test_where_all_is_well_it_says_so(channel: Any, kim: Any, card: Any) -> None:
    result = await kim.slash(channel, "doctor")

    assert result.ephemeral
    assert f"Fine: <#{channel.id}>" in card(result.response).text
    assert "Without them" not in card(result.response).text


async def test_what_is_missing_is_told_by_channel_with_what_breaks(
    env: Any, channel: Any, kim: Any, card: Any, bots: Any
) -> None:
    bots(discord.Permissions(view_channel=True, send_messages=True))
    result = await kim.slash(channel, "doctor")

    said = card(result.response).text
    assert f"Missing in <#{channel.id}>: " in said
    assert "**Manage Messages**: product keys are not deleted" in said
    assert "Manage Server" not in said
    assert "**Send Messages**" not in said


async def test_a_channel_that_is_hidden_from_us_is_told_as_that_alone(
    env: Any, channel: Any, kim: Any, card: Any, bots: Any
) -> None:
    bots(NEEDED)
    hidden = env.guild.create_text_channel(
        "hidden", overwrites={env.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    )
    result = await kim.slash(channel, "doctor")

    assert f"Missing in <#{hidden.id}>: **View Channel**" in card(result.response).text


async def test_with_the_permissions_of_the_invitation_only_the_guard_lacks_something(
    env: Any, channel: Any, bots: Any
) -> None:
    bots(NEEDED)
    there = env.bot.get_channel(channel.id)

    assert find_missing_permissions(there, ServerSettings(helper_channel=channel.id)) == ("manage_messages",)
    assert find_missing_permissions(there, ServerSettings(helper_channel=channel.id, guard=False)) == ()


async def test_no_helpers_are_told(channel: Any, kim: Any, card: Any) -> None:
    result = await kim.slash(channel, "doctor")

    assert "No helpers are set up" in card(result.response).text


async def test_a_role_that_we_cannot_mention_is_told(
    channel: Any, kim: Any, card: Any, bots: Any, assistant: Assistant
) -> None:
    bots(NEEDED)
    roles = [channel.guild.create_role("helpers", mentionable=mentionable) for mentionable in (True, False)]
    told = []
    for role in roles:
        await save_server_settings(
            assistant, channel.guild.id, helper_channel=str(channel.id), helper_role=str(role.id)
        )
        told.append(card((await kim.slash(channel, "doctor")).response).text)

    assert ["cannot be mentioned by me" in text for text in told] == [False, True]


async def test_a_role_that_is_gone_is_told(
    env: Any, channel: Any, kim: Any, card: Any, assistant: Assistant
) -> None:
    await save_server_settings(assistant, env.guild.id, helper_channel=str(channel.id), helper_role="1")
    result = await kim.slash(channel, "doctor")

    assert "cannot be mentioned by me" in card(result.response).text


@pytest.mark.parametrize("name", ["doctor", "insights", "setup"])
async def test_whoever_may_not_manage_the_server_is_told_nothing_about_it(
    env: Any, channel: Any, ann: Any, card: Any, name: str
) -> None:
    command = env.backend.find_command(name, None)
    env.guild.set_command_permissions(int(command["id"]), {ann.user: True})  # Discord lets her run it
    result = await ann.slash(channel, name)

    assert result.ephemeral
    assert card(result.response).text == "You need the permission **Manage Server** for this."
    assert card(result.response).ids == []
    assert result.followups == []


async def test_many_channels_that_lack_the_same_are_one_line(
    env: Any, channel: Any, kim: Any, card: Any, bots: Any
) -> None:
    for number in range(58):
        env.guild.create_text_channel(f"channel-{number}")
    bots(NEEDED)
    hidden = env.guild.create_text_channel(
        "hidden", overwrites={env.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    )
    result = await kim.slash(channel, "doctor")

    told = card(result.response).text
    assert result.followups == []
    assert told.count("Missing in ") == 2
    assert "Missing in 59 of 60 channels: **Manage Messages**" in told
    assert f"Missing in <#{hidden.id}>: **View Channel**" in told


async def test_nothing_is_missing_for_what_is_switched_off(
    env: Any, channel: Any, kim: Any, card: Any, bots: Any, assistant: Assistant
) -> None:
    await save_server_settings(assistant, env.guild.id, guard=False)
    bots(NEEDED)
    result = await kim.slash(channel, "doctor")

    assert "Missing in " not in card(result.response).text


async def test_a_helpers_channel_that_members_do_not_see_is_told(
    env: Any, channel: Any, kim: Any, card: Any, helpers: Any, assistant: Assistant
) -> None:
    hidden = env.guild.create_text_channel(
        "staff", overwrites={env.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    )
    before = await kim.slash(channel, "doctor")
    await save_server_settings(assistant, env.guild.id, helper_channel=str(hidden.id))
    after = await kim.slash(channel, "doctor")

    assert "Not everybody sees" not in card(before.response).text
    assert f"Not everybody sees <#{hidden.id}>" in card(after.response).text


def test_every_permission_has_its_name_before_a_colon(real: Knowledge) -> None:
    needed = [name for name, allowed in NEEDED if allowed and name != "read_messages"]
    names = [*needed, "view_channel", "manage_messages"]

    for words in real.phrases.values():
        told = [getattr(words.server.doctor, name) for name in names]
        assert all(line.startswith("**") and "**:" in line for line in told)
