"""What we do each time that Discord cannot take what we send."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import discord
import pytest

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Kind, Reply, Turn
from keyguide.errors import StoreError
from keyguide.faces.discord.connection import sending

CALLBACK, FOLLOWUP, POST = "/interactions/*/*/callback", "/webhooks/*", "/channels/*/messages"


def mention(env: Any) -> str:
    return f"<@{env.bot.user.id}>"


@pytest.fixture
def announced_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Announce an answer after a tenth of a second, so that no test waits as long as Discord would."""
    monkeypatch.setattr(sending, "DEFER_AFTER", 0.1)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every answer take longer than Discord waits."""

    async def reply(self: Assistant, turn: Turn) -> Reply:
        await asyncio.sleep(5)
        return Reply(Kind.MENU, "At last")

    monkeypatch.setattr(Assistant, "reply", reply)


@pytest.mark.usefixtures("announced_early", "slowly")
async def test_a_slow_answer_is_announced_in_time(env: Any, channel: Any, ann: Any, card: Any) -> None:
    result = await ann.slash(channel, "topics")
    announced = result.deferred
    await env.advance_time(10)

    assert announced
    assert result.ephemeral
    assert "At last" in card(result.response).text


@pytest.mark.parametrize(("waited", "left"), [(0.0, 1.5), (1.0, 0.5), (9.0, 0.0)])
def test_what_an_interaction_has_waited_already_counts(
    monkeypatch: pytest.MonkeyPatch, waited: float, left: float
) -> None:
    monkeypatch.setattr(sending, "monotonic", lambda: 100.0 + waited)
    arrived = sending.ARRIVED.set(100.0)
    counted = sending.count_seconds_left()
    sending.ARRIVED.reset(arrived)

    assert counted == left
    assert sending.count_seconds_left() == sending.DEFER_AFTER  # of what has just come


@pytest.mark.usefixtures("announced_early")
async def test_a_slow_press_is_announced_in_time(
    env: Any, channel: Any, ann: Any, card: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await ann.slash(channel, "topics")

    async def reply(self: Assistant, turn: Turn) -> Reply:
        await asyncio.sleep(5)
        return Reply(Kind.MENU, "At last")

    monkeypatch.setattr(Assistant, "reply", reply)
    result = await card.press(ann, first.response, "Menu")
    await env.advance_time(10)

    assert "At last" in card(result.response).text
    assert result.response.id == first.response.id


@pytest.mark.usefixtures("announced_early")
async def test_a_slow_press_that_fails_leaves_the_question_where_it_was(
    env: Any, channel: Any, ann: Any, card: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")

    async def fails(self: Assistant, turn: Turn) -> Reply:
        await asyncio.sleep(5)
        raise StoreError("the disk is full")

    monkeypatch.setattr(Assistant, "reply", fails)
    result = await card.press(ann, first.response, "It is my own PC")
    await env.advance_time(10)
    (told,) = result.followups

    assert "Question 1" in card(first.response).text
    assert "Something went wrong on my side" in card(told).text
    assert told.ephemeral


async def test_a_long_answer_comes_in_several_messages(
    channel: Any, ann: Any, card: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def reply(self: Assistant, turn: Turn) -> Reply:
        return Reply(Kind.ARTICLE, "Long", "word " * 2_000)

    monkeypatch.setattr(Assistant, "reply", reply)
    result = await ann.slash(channel, "topics")
    told = [card(message).text for message in (result.response, *result.followups)]

    assert sum(text.count("word") for text in told) == 2_000
    assert all(message.ephemeral for message in result.followups)
    assert "Page 3 of 3" in told[2]


async def test_10062_an_interaction_that_is_over_is_logged_and_the_next_press_goes_on(
    env: Any, channel: Any, ann: Any, card: Any, caplog: pytest.LogCaptureFixture
) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    env.inject_error("POST", CALLBACK, status=404, code=10062)
    lost = await card.press(ann, first.response, "It is my own PC")
    resumed = await ann.slash(channel, "ask", question="resume")

    assert not lost.acknowledged
    assert "given up on an interaction" in caplog.text
    assert "Question 2" in card(resumed.response).text


@pytest.fixture
def another_process(env: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let another process answer what is asked, and ours take some seconds more."""

    def be_faster(seconds: float) -> None:
        asked: list[discord.Interaction] = []
        known = asyncio.Event()

        async def reply(self: Assistant, turn: Turn) -> Reply:
            await known.wait()
            await env.bot.http.request(
                discord.http.Route(
                    "POST", "/interactions/{id}/{token}/callback", id=asked[0].id, token=asked[0].token
                ),
                json={"type": 5, "data": {"flags": 64}},
            )
            await asyncio.sleep(seconds)
            return Reply(Kind.MENU, "After all")

        async def on_interaction(interaction: discord.Interaction) -> None:
            asked.append(interaction)
            known.set()

        env.bot.on_interaction = on_interaction
        monkeypatch.setattr(Assistant, "reply", reply)

    return be_faster


@pytest.mark.parametrize("seconds", [0, 5], ids=["fast", "slow"])
async def test_40060_what_another_process_has_answered_is_left_to_it(
    env: Any, ann: Any, channel: Any, another_process: Any, seconds: float
) -> None:
    another_process(seconds)
    result = await ann.slash(channel, "topics")
    await env.advance_time(10)
    followups = [one for one in env.http_requests if "/webhooks/" in one.path]

    assert followups == []
    assert result.followups == []


async def test_40060_that_another_process_was_faster_is_no_failure(
    channel: Any, ann: Any, another_process: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    another_process(0)
    await ann.slash(channel, "topics")

    assert "another process has answered" in caplog.text
    assert [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}] == []


async def test_40060_a_failure_is_not_told_to_somebody_whom_another_process_has_answered(
    env: Any, channel: Any, ann: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(self: Assistant, turn: Turn) -> Reply:
        raise StoreError("the disk is full")

    caplog.set_level("INFO")
    monkeypatch.setattr(Assistant, "reply", fails)
    env.inject_error("POST", CALLBACK, status=400, code=40060)
    result = await ann.slash(channel, "topics")

    assert result.followups == []
    assert "another process has answered an interaction that failed here" in caplog.text


async def test_50007_closed_direct_messages_are_told_where_the_person_can_see_it(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    for _ in range(5):
        await ann.send(channel, mention(env))
    env.inject_error("POST", POST, status=403, code=50007)
    await ann.send(channel, mention(env))

    assert "Please wait a few seconds" in card(channel.last_message).text


@pytest.mark.parametrize("code", [50013, 50001])
async def test_where_we_may_not_write_the_person_is_answered_directly(
    env: Any, channel: Any, ann: Any, card: Any, code: int
) -> None:
    env.inject_error("POST", f"/channels/{channel.id}/messages", status=403, code=code)
    await ann.send(channel, f"{mention(env)} what is 0xC004F211")
    line, answer = ann.user.dm_channel.history()

    assert f"I may not write in <#{channel.id}>" in card(line).text
    assert "0xC004F211" in card(answer).text
    assert all(id.split(":")[1] == "" for id in card(answer).ids)


async def test_where_nobody_can_be_reached_nothing_breaks(
    env: Any, channel: Any, ann: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    env.inject_error("POST", POST, status=403, code=50013)
    env.inject_error("POST", POST, status=403, code=50007)
    await ann.send(channel, f"{mention(env)} what is 0xC004F211")

    assert "takes no direct messages" in caplog.text


async def test_404_a_message_that_was_deleted_meanwhile_is_answered_all_the_same(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    await ann.send(channel, f"{mention(env)} diagnose my activation problem please")
    question = channel.last_message
    env.inject_error("POST", CALLBACK, status=404, code=10008)
    pressed = await card.press(ann, question, "It is my own PC")
    (answer,) = pressed.followups

    assert "Question 2" in card(answer).text


async def test_404_a_channel_that_is_gone_is_let_go(
    env: Any, channel: Any, ann: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    env.inject_error("POST", POST, status=404, code=10003)
    await ann.send(channel, f"{mention(env)} what is 0xC004F211")

    assert "is gone" in caplog.text


async def test_a_message_that_was_deleted_before_we_answered_is_answered_without_it(
    env: Any, channel: Any, ann: Any
) -> None:
    await ann.send(channel, f"{mention(env)} what is 0xC004F211")
    (post,) = [asked for asked in env.http_requests if asked.path == f"/channels/{channel.id}/messages"]

    assert post.json["message_reference"]["fail_if_not_exists"] is False


async def test_503_a_message_is_sent_again_with_the_mark_that_keeps_it_single(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    env.inject_error("POST", POST, status=503, times=2)
    await ann.send(channel, f"{mention(env)} what is 0xC004F211")
    posts = [asked.json for asked in env.http_requests if asked.path == f"/channels/{channel.id}/messages"]

    assert "0xC004F211" in card(channel.last_message).text
    assert len({post["nonce"] for post in posts}) == 1
    assert all(post["enforce_nonce"] for post in posts)


async def test_503_an_interaction_is_answered_again(env: Any, channel: Any, ann: Any, card: Any) -> None:
    env.inject_error("POST", CALLBACK, status=503)
    result = await ann.slash(channel, "topics")

    assert "Everything I can answer" in card(result.response).text


async def test_any_other_refusal_is_told(
    env: Any, channel: Any, ann: Any, card: Any, caplog: pytest.LogCaptureFixture
) -> None:
    first = await ann.slash(channel, "topics")
    env.inject_error("POST", CALLBACK, status=400, code=50035)
    pressed = await card.press(ann, first.response, "Menu")

    assert "Something went wrong on my side" in card(pressed.response).text
    assert "could not be answered" in caplog.text


async def test_if_even_that_fails_it_is_logged(
    env: Any, channel: Any, ann: Any, card: Any, caplog: pytest.LogCaptureFixture
) -> None:
    first = await ann.slash(channel, "topics")
    env.inject_error("POST", CALLBACK, status=400, code=50035, times=2)
    await card.press(ann, first.response, "Menu")

    assert "the person could not be told" in caplog.text


class Flaky:
    """Something that fails as it is told, and then works."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "done"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_PAUSES", (0, 0, 0))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "reset",
    [
        ConnectionResetError(104, "Connection reset by peer"),
        BrokenPipeError(32, "Broken pipe"),
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientOSError(104, "Connection reset by peer"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_connection_that_breaks_is_tried_again(reset: Exception) -> None:
    flaky = Flaky(reset, reset)

    assert await sending.retry(flaky) == "done"
    assert flaky.calls == 3


@pytest.mark.usefixtures("impatient")
async def test_a_connection_that_stays_broken_is_told() -> None:
    flaky = Flaky(*[ConnectionResetError()] * 9)

    with pytest.raises(ConnectionResetError):
        await sending.retry(flaky)

    assert flaky.calls == 4


@pytest.mark.usefixtures("impatient")
async def test_what_had_arrived_before_the_connection_broke_is_not_sent_twice(
    env: Any, channel: Any, ann: Any, card: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = discord.InteractionResponse.send_message
    broken: list[bool] = []

    async def breaks_after(self: discord.InteractionResponse, *args: Any, **kwargs: Any) -> Any:
        done = await sent(self, *args, **kwargs)
        if not broken:
            broken.append(True)
            self._response_type = None  # the answer to the request never came
            raise ConnectionResetError(104, "Connection reset by peer")
        return done

    monkeypatch.setattr(discord.InteractionResponse, "send_message", breaks_after)
    result = await ann.slash(channel, "topics")

    assert "Everything I can answer" in card(result.response).text
    assert result.followups == []
