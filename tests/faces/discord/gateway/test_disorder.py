"""What a gateway does when the world is in disorder: repeats, overtakes, reconnects, tells of strangers."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.discord.connection import login
from keyguide.faces.discord.connection.login import ConnectionOptions
from keyguide.faces.discord.gateway.face import DiscordFace
from keyguide.store.memory import MemoryStore

sockets: Any = sys.modules["discord_sockets"]
PATIENCE = 60.0  # seconds
PRIVATE = "1200000000000000999"  # a channel of direct messages
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

# discord.py's thread for heartbeats may want the loop once more when the test has just closed it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture
def assistant(knowledge: Knowledge) -> Assistant:
    return Assistant(knowledge, MemoryStore())


@pytest.fixture
async def connected(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Any, DiscordFace]]:
    """A Discord, and a bot that is connected to it."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    served = sockets.Discord()
    await served.open()
    addresses = served.settings["KEYGUIDE_DISCORD_API"], served.settings["KEYGUIDE_DISCORD_GATEWAY"]
    face = DiscordFace(ConnectionOptions("a.b.c", *addresses), assistant)
    await face.open()
    yield served, face
    await face.close()
    await served.close()


@pytest.fixture
def fake(connected: tuple[Any, DiscordFace]) -> Any:
    """A Discord that a bot is connected to."""
    return connected[0]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 -- what happens in the bot has no event to wait for
            await asyncio.sleep(0.01)


async def count_lines(assistant: Assistant) -> int:
    return len(await assistant.ledger.list_entries(LONG_AGO))


def sent_to(fake: Any, end: str) -> list[Any]:
    return [one.body for one in fake.requests if one.path.endswith(end)]


def name_command(name: str, **options: str) -> Any:
    told = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
    data = {"id": "1200000000000000400", "name": name, "type": 1, "options": told}
    return sockets.interaction(2, data, sockets.ANN)


async def test_an_interaction_that_is_delivered_twice_is_answered_once(
    fake: Any, assistant: Assistant
) -> None:
    told = name_command("diagnose", trouble="changed-parts")
    for _ in range(3):
        await fake.dispatch("INTERACTION_CREATE", told)
    await fake.slash("topics")

    assert len(sent_to(fake, f"{told['token']}/callback")) == 1
    assert await count_lines(assistant) == 2


async def test_a_message_that_is_delivered_twice_is_answered_once(fake: Any, assistant: Assistant) -> None:
    told = sockets.message({}, author=sockets.ANN, content="menu", channel_id=PRIVATE)
    for _ in range(3):
        await fake.dispatch("MESSAGE_CREATE", told)
    await until(lambda: bool(sent_to(fake, f"{PRIVATE}/messages")))
    await fake.slash("topics")

    assert len(sent_to(fake, f"{PRIVATE}/messages")) == 1
    assert await count_lines(assistant) == 2


async def test_presses_that_overtake_each_other_leave_one_whole_conversation(fake: Any) -> None:
    first = await fake.slash("diagnose", trouble="changed-parts")
    second = await fake.press(first, "The mainboard")
    late = await fake.press(first, "The drive")  # of the question before, as if it had been delayed
    third = await fake.press(second, "I did")

    assert "Who changed it?" in sockets.text(second)
    assert "What does the Activation page say?" in sockets.text(late)
    assert "link" in sockets.text(third).lower()


async def test_what_is_told_in_the_wrong_order_troubles_nobody(
    fake: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    message = sockets.message({}, author=sockets.ANN, content="hello", guild_id=sockets.GUILD)
    edited = message | {"content": "hello again", "edited_timestamp": sockets.NOW}
    gone = {"id": message["id"], "channel_id": sockets.CHANNEL, "guild_id": sockets.GUILD}
    for name, told in (
        ("MESSAGE_DELETE", gone),
        ("MESSAGE_UPDATE", edited),
        ("MESSAGE_CREATE", message),
        ("THREAD_DELETE", {"id": "1", "guild_id": sockets.GUILD, "parent_id": sockets.CHANNEL, "type": 11}),
        ("CHANNEL_DELETE", {"id": "2", "guild_id": sockets.GUILD, "type": 0, "name": "x", "position": 0}),
        ("GUILD_DELETE", {"id": "3", "unavailable": False}),
        ("GUILD_ROLE_DELETE", {"guild_id": "3", "role_id": "4"}),
        ("RESUMED", {}),
    ):
        await fake.dispatch(name, told)
    shown = await fake.slash("topics")

    assert sockets.text(shown)
    assert "Traceback" not in caplog.text


async def test_an_event_that_cannot_be_read_is_told_in_one_line_and_the_bot_comes_back(
    fake: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(login, "RETRY_INTERVAL", 0.01)
    caplog.set_level(logging.ERROR)
    first = await fake.slash("diagnose", trouble="changed-parts")
    await fake.dispatch("MESSAGE_UPDATE", {"id": "5", "channel_id": sockets.CHANNEL})  # nothing else in it
    await until(lambda: len(fake.identified) == 2)
    await fake.ready(PATIENCE)
    second = await fake.press(first, "The mainboard")

    assert "Who changed it?" in sockets.text(second)
    assert len(caplog.messages) == 1
    assert "ended, and is opened again: KeyError" in caplog.text
    assert "Traceback" not in caplog.text


async def test_ten_thousand_events_about_people_who_left_cost_nobody_an_answer(
    fake: Any, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for number in range(5_000):
        person = {**sockets.ANN, "id": str(1500000000000000000 + number)}
        await fake.dispatch("GUILD_MEMBER_REMOVE", {"guild_id": sockets.GUILD, "user": person})
        left = {
            "id": sockets.THREAD,
            "guild_id": sockets.GUILD,
            "member_count": 1,
            "removed_member_ids": [person["id"]],
        }
        await fake.dispatch("THREAD_MEMBERS_UPDATE", left)
    shown = await fake.slash("topics", PATIENCE)

    assert sockets.text(shown)
    assert await count_lines(assistant) == 1
    assert caplog.text == ""


async def test_a_gateway_that_asks_for_a_reconnect_again_and_again_gets_one_each_time(
    fake: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    first = await fake.slash("diagnose", trouble="changed-parts")
    for number in range(20):
        await fake.ask_to_reconnect()
        await until(lambda number=number: len(fake.resumed) > number)
    second = await fake.press(first, "The mainboard")

    assert len(fake.identified) == 1
    assert "Who changed it?" in sockets.text(second)
    assert caplog.text == ""


@pytest.mark.slow
async def test_a_session_that_discord_gave_up_is_begun_anew_and_conversations_go_on(fake: Any) -> None:
    first = await fake.slash("diagnose", trouble="changed-parts")
    await fake.end_session()
    await until(lambda: len(fake.identified) == 2)
    await fake.ready(PATIENCE)
    second = await fake.press(first, "The mainboard")

    assert fake.resumed == []
    assert "Who changed it?" in sockets.text(second)


@pytest.mark.slow
async def test_a_gateway_that_freezes_is_left_and_what_it_held_back_is_answered(
    connected: tuple[Any, DiscordFace],
) -> None:
    fake, face = connected
    assert face.client is not None
    first = await fake.slash("diagnose", trouble="changed-parts")
    face.client.ws._max_heartbeat_timeout = 1.5  # noqa: SLF001 -- 60 s otherwise, without a public way
    beats = fake.heartbeats
    await until(lambda: fake.heartbeats > beats)  # the new limit holds from the next answer on
    fake.freeze()
    told = sockets.message({}, content="0xC004F211", channel_id=PRIVATE, author=sockets.ANN)
    await fake.dispatch("MESSAGE_CREATE", told)
    await fake.ready(PATIENCE)
    await until(lambda: bool(sent_to(fake, f"/channels/{PRIVATE}/messages")))
    second = await fake.press(first, "The mainboard")

    assert [one["session_id"] for one in fake.resumed] == ["session"]
    assert len(fake.identified) == 1
    assert len(sent_to(fake, f"/channels/{PRIVATE}/messages")) == 1
    assert "Who changed it?" in sockets.text(second)
