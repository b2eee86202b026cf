"""Product keys in messages: gone where that is possible, and a kind word in any case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
import pytest

from keyguide.assistant import Assistant
from keyguide.faces.discord.connection.bot import DiscordOptions
from keyguide.faces.discord.servers.server_settings import save_server_settings

KEY = "BCDFG-HJKMP-QRTVW-XY234-6789B"
PUBLIC = "VK7JG-NPHTM-C97JM-9MPGT-3V66T"


@pytest.fixture
def ways() -> DiscordOptions:
    return DiscordOptions(message_content=True)


@pytest.fixture
def bots(env: Any, channel: Any) -> Callable[..., None]:
    """Take permissions away from us in that server."""

    def may_not(**permissions: bool) -> None:
        guild = env.backend.get_guild(env.guild.id)
        ours = next(role for role in guild.roles.values() if role.name == "TestBot")
        left = discord.Permissions(ours.permissions)
        left.update(administrator=False, **permissions)
        env.backend.edit_role(guild.id, ours.id, {"permissions": left.value})

    return may_not


async def test_a_message_with_a_key_is_deleted_and_its_author_told_privately(
    channel: Any, ann: Any, card: Any
) -> None:
    await ann.send(channel, f"is {KEY} still good?")

    told = card(ann.user.dm_channel.last_message).text
    assert channel.history() == []
    assert "so I deleted it" in told
    assert KEY not in told


async def test_who_takes_no_direct_messages_is_told_in_the_channel_without_the_key(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    env.inject_error("POST", "/users/@me/channels", status=403, code=50007)
    await ann.send(channel, f"is {KEY} still good?")

    (told,) = channel.history()
    assert f"<@{ann.id}>" in card(told).text
    assert KEY not in card(told).text


async def test_where_we_may_not_delete_the_author_is_asked_to(
    channel: Any, ann: Any, card: Any, bots: Any
) -> None:
    bots(manage_messages=False)
    await ann.send(channel, f"is {KEY} still good?")

    assert len(channel.history()) == 1
    assert "please do it yourself, now" in card(ann.user.dm_channel.last_message).text


async def test_a_message_that_was_gone_already_is_told_as_gone(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    env.inject_error("DELETE", "/channels/*/messages/*", status=404, code=10008)
    await ann.send(channel, f"is {KEY} still good?")

    assert "so I deleted it" in card(ann.user.dm_channel.last_message).text


async def test_a_question_with_a_key_is_deleted_and_answered(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    await ann.send(channel, f"<@{env.bot.user.id}> how do i link {KEY} to my account?")

    (answer,) = channel.history()
    assert "so I deleted it" in card(answer).text
    assert "Please delete your message" not in card(answer).text
    assert KEY not in card(answer).text


@pytest.mark.parametrize("name", [f"{KEY}.png", f"my_key_{KEY}_photo.jpg"])
async def test_a_key_in_the_name_of_an_attachment_is_a_key(
    env: Any, channel: Any, ann: Any, card: Any, name: str
) -> None:
    await ann.send(channel, "does this work?", attachments=[(name, b"png")])
    silent = channel.history()
    await ann.send(channel, f"<@{env.bot.user.id}> does this work?", attachments=[(name, b"png")])

    (answer,) = channel.history()
    assert silent == []
    assert "so I deleted it" in card(ann.user.dm_channel.last_message).text
    assert "so I deleted it" in card(answer).text
    assert KEY not in card(answer).text


async def test_a_key_in_a_name_is_told_in_a_direct_message(env: Any, card: Any) -> None:
    ann = env.create_user("ann")
    await ann.send_dm(attachments=env.backend.store_attachments(ann.dm_channel.id, [(f"{KEY}.png", b"png")]))

    assert "Please delete your message" in card(ann.dm_channel.last_message).text
    assert KEY not in card(ann.dm_channel.last_message).text


async def test_a_key_that_is_written_into_a_message_afterwards_is_deleted(
    channel: Any, ann: Any, card: Any
) -> None:
    message = await ann.send(channel, "hello all")
    await ann.edit(message, f"hello all {KEY}")

    assert channel.history() == []
    assert "so I deleted it" in card(ann.user.dm_channel.last_message).text


@pytest.mark.parametrize(
    "text",
    [
        f"microsoft says {PUBLIC} is fine",
        "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX",
        "a perfectly ordinary message of mine",
    ],
    ids=["public key", "placeholder", "words"],
)
async def test_what_is_no_secret_stays(channel: Any, ann: Any, text: str) -> None:
    await ann.send(channel, text)

    assert [message.content for message in channel.history()] == [text]


async def test_where_the_guard_is_off_keys_stay(
    env: Any, channel: Any, ann: Any, assistant: Assistant
) -> None:
    await save_server_settings(assistant, env.guild.id, guard=False)
    await ann.send(channel, KEY)
    (message,) = channel.history()
    await ann.edit(message, f"{KEY} again")

    assert len(channel.history()) == 1


async def test_keys_in_other_programs_messages_are_theirs(env: Any, channel: Any) -> None:
    hook = env.guild.create_webhook(channel)
    await hook.send(KEY)

    assert len(channel.history()) == 1
