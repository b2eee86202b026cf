"""What is done about help requests while nobody presses anything."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import discord
import pytest

from keyguide.assistant import Assistant
from keyguide.errors import StoreError
from keyguide.faces.discord.help_requests import reminders
from keyguide.faces.discord.help_requests.open_requests import (
    list_requests,
    list_servers_with_requests,
)
from keyguide.faces.discord.help_requests.reminders import go_round
from keyguide.faces.discord.servers.server_settings import save_server_settings

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture
async def thread(env: Any, channel: Any, ann: Any, hal: Any, call_human: Any, today: Any) -> Any:
    """The thread of somebody who asked for a human, with a helper in it, at the time of that Discord."""
    today.now = env.now()
    await call_human(ann, channel)
    (opened,) = channel.threads
    env.backend.add_thread_member(opened.id, hal.id)
    return opened


async def go_round_after(env: Any, today: Any, **time: int) -> None:
    today.now += timedelta(**time)
    await go_round(env.bot)
    await env.settle()


async def test_helpers_are_reminded_once_when_nobody_claims(
    env: Any, thread: Any, today: Any, card: Any, helpers: Any
) -> None:
    await go_round_after(env, today, minutes=29)
    before = len(thread.history())
    await go_round_after(env, today, minutes=2)
    await go_round_after(env, today, minutes=60)

    assert (before, len(thread.history())) == (1, 2)
    assert f"<@&{helpers.id}> nobody has taken this yet; it was asked <t:" in card(thread.last_message).text
    assert env.http_requests[-1].json["allowed_mentions"] == {"parse": [], "roles": [helpers.id]}


async def test_two_processes_remind_once(env: Any, thread: Any, today: Any) -> None:
    today.now += timedelta(hours=1)
    await asyncio.gather(go_round(env.bot), go_round(env.bot))
    await env.settle()

    assert len(thread.history()) == 2


async def test_a_role_that_cannot_be_rung_is_reminded_by_a_note(
    env: Any, channel: Any, thread: Any, today: Any, card: Any, helpers: Any
) -> None:
    env.backend.delete_role(env.guild.id, helpers.id)
    await go_round_after(env, today, hours=1)

    assert len(thread.history()) == 1
    assert f"waits for a helper in <#{thread.id}>" in card(channel.last_message).text


@pytest.mark.parametrize(
    "change", [{"remind_after": "0"}, {"hours": "Sat 0:00-0:01"}], ids=["off", "not there"]
)
async def test_nobody_is_reminded_where_that_is_off_or_helpers_are_not_there(
    env: Any, thread: Any, today: Any, assistant: Assistant, change: dict[str, str]
) -> None:
    await save_server_settings(assistant, env.guild.id, **change)
    await go_round_after(env, today, hours=1)

    assert len(thread.history()) == 1


async def test_nobody_is_reminded_of_what_somebody_has_claimed(
    env: Any, thread: Any, hal: Any, today: Any
) -> None:
    await hal.click(thread.last_message, label="I help")
    await go_round_after(env, today, hours=1)

    assert len(thread.history()) == 1


async def test_a_silent_thread_is_warned_and_then_closed(
    env: Any, thread: Any, ann: Any, hal: Any, today: Any, card: Any, assistant: Assistant
) -> None:
    await hal.click(thread.last_message, label="I help")
    await go_round_after(env, today, hours=73)
    warning = card(thread.last_message).text
    await go_round_after(env, today, hours=23)
    open_still = await list_requests(assistant, env.guild.id)
    await go_round_after(env, today, hours=2)

    assert f"<@{ann.id}> <@{hal.id}> nobody has written here for long." in warning
    assert len(open_still) == 1
    assert "so this thread is closed now" in card(thread.last_message).text
    assert env.http_requests[-1].json["archived"] is True
    assert await list_requests(assistant, env.guild.id) == []


async def test_who_was_in_a_thread_that_was_closed_can_call_again(
    env: Any, channel: Any, thread: Any, ann: Any, hal: Any, today: Any, card: Any, call_human: Any
) -> None:
    await hal.click(thread.last_message, label="I help")
    await go_round_after(env, today, hours=73)
    await go_round_after(env, today, hours=25)

    assert "The helpers were called" in card((await call_human(ann, channel)).response).text


async def test_who_writes_after_the_warning_keeps_the_thread_open(
    env: Any, thread: Any, ann: Any, hal: Any, today: Any, assistant: Assistant
) -> None:
    await hal.click(thread.last_message, label="I help")
    await go_round_after(env, today, hours=73)
    await ann.send(thread, "still here")
    await go_round_after(env, today, hours=25)

    (request,) = await list_requests(assistant, env.guild.id)
    assert request.helper == hal.id
    assert thread.last_message.content == "still here"


async def test_a_thread_where_somebody_wrote_lately_is_not_warned(
    env: Any, thread: Any, hal: Any, today: Any
) -> None:
    await hal.click(thread.last_message, label="I help")
    lately = today.now + timedelta(hours=72)
    seen = env.bot.get_guild(env.guild.id).get_thread(thread.id)
    seen.last_message_id = discord.utils.time_snowflake(lately)  # as the gateway tells of a message
    await go_round_after(env, today, hours=73)

    assert len(thread.history()) == 1


async def test_a_thread_that_is_gone_leaves_the_queue(
    env: Any, thread: Any, today: Any, assistant: Assistant
) -> None:
    env.backend.delete_channel(thread.id)
    await go_round_after(env, today, minutes=1)
    await go_round_after(env, today, minutes=1)

    assert await list_requests(assistant, env.guild.id) == []
    assert await assistant.notes.list_notes(f"pleas:{env.guild.id}") == {}
    assert await list_servers_with_requests(assistant) == []


async def test_counts_of_another_day_are_erased_when_nobody_waits(
    env: Any, thread: Any, ann: Any, today: Any, assistant: Assistant
) -> None:
    await ann.click(thread.last_message, label="Resolved")
    await go_round_after(env, today, days=1)

    assert await assistant.notes.list_notes(f"called:{env.guild.id}") == {}


async def test_a_server_that_fails_does_not_keep_the_round_from_going_on(
    env: Any, thread: Any, today: Any, caplog: pytest.LogCaptureFixture
) -> None:
    env.inject_error("POST", f"/channels/{thread.id}/messages", status=403)
    await go_round_after(env, today, hours=1)

    assert "could not be looked after" in caplog.text


@pytest.mark.parametrize("error", [RuntimeError("broken"), StoreError("the disk is full")])
async def test_rounds_go_on_after_one_failed(
    env: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    went: list[int] = []
    done = asyncio.Event()

    async def fail(_bot: Any) -> None:
        went.append(1)
        if len(went) > 1:
            done.set()
        raise error

    monkeypatch.setattr(reminders, "go_round", fail)
    monkeypatch.setattr(reminders, "_INTERVAL", 0.0)
    task = asyncio.create_task(reminders.repeat_rounds(env.bot))
    await asyncio.wait_for(done.wait(), 5)
    task.cancel()

    assert "could not be looked after" in caplog.text
    assert ("Traceback" in caplog.text) is isinstance(error, RuntimeError)
    assert isinstance(error, RuntimeError) or caplog.text.count("could not be looked after") == 1


async def test_the_log_says_what_was_opened_and_closed_and_which_keys_were_deleted(
    env: Any, channel: Any, ann: Any, hal: Any, call_human: Any, card: Any, assistant: Assistant
) -> None:
    log = env.guild.create_text_channel("log")
    await save_server_settings(assistant, env.guild.id, log_channel=str(log.id))
    await call_human(ann, channel)
    (thread,) = channel.threads
    await ann.click(thread.last_message, label="Resolved")
    await ann.send(channel, f"<@{env.bot.user.id}> BCDFG-HJKMP-QRTVW-XY234-6789B")

    assert [card(message).text for message in log.history()] == [
        f"<@{ann.id}> called the helpers: <#{thread.id}>",
        f"<@{ann.id}> resolved <#{thread.id}>.",
        f"Deleted a message of <@{ann.id}> in <#{channel.id}>: it held a product key or another secret.",
    ]


async def test_a_log_that_cannot_be_written_stops_nothing(
    env: Any, channel: Any, ann: Any, helpers: Any, call_human: Any, card: Any, assistant: Assistant
) -> None:
    log = env.guild.create_text_channel("log")
    await save_server_settings(assistant, env.guild.id, log_channel=str(log.id))
    env.inject_error("POST", f"/channels/{log.id}/messages", status=403)
    result = await call_human(ann, channel)

    assert "The helpers were called" in card(result.response).text
