"""A bot in several connections: which shards run here, how they take turns, and what reaches which."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Turn
from keyguide.errors import StoreError
from keyguide.faces.discord.connection import login
from keyguide.faces.discord.connection.bot import EVERY_SHARD, Shards
from keyguide.faces.discord.connection.login import ConnectionOptions
from keyguide.faces.discord.gateway import identify
from keyguide.faces.discord.gateway.face import DiscordFace
from keyguide.faces.discord.gateway.identify import IdentifyQueue
from keyguide.runtime.health import Health
from keyguide.store.memory import MemoryStore

sockets: Any = sys.modules["discord_sockets"]
OWN_SHARD = (int(sockets.GUILD) >> 22) % 4  # the shard of the server, of four
PATIENCE = 60.0  # seconds

# discord.py's thread for heartbeats may want the loop once more when the test has just closed it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    served = sockets.Discord()
    await served.open()
    yield served
    await served.close()


@pytest.fixture
def assistant(knowledge: Knowledge) -> Assistant:
    return Assistant(knowledge, MemoryStore())


@pytest.fixture
async def open_face(fake: Any, assistant: Assistant) -> AsyncIterator[Callable[..., Any]]:
    """Open a face with some shards, in this process; close it after the test."""
    opened: list[DiscordFace] = []

    async def open_it(shards: Shards | None, health: Health | None = None) -> tuple[DiscordFace, str]:
        addresses = fake.settings["KEYGUIDE_DISCORD_API"], fake.settings["KEYGUIDE_DISCORD_GATEWAY"]
        face = DiscordFace(ConnectionOptions("a.b.c", *addresses, shards=shards), assistant, health=health)
        opened.append(face)
        return face, await face.open()

    yield open_it
    for face in opened:
        await face.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 -- what happens in the bot has no event to wait for
            await asyncio.sleep(0.01)


def list_shards(fake: Any) -> list[tuple[int, int]]:
    return [tuple(told["shard"]) for told in fake.identified]


async def test_a_bot_in_one_connection_names_no_shard(fake: Any, open_face: Callable[..., Any]) -> None:
    await open_face(None)

    assert ["shard" in told for told in fake.identified] == [False]


async def test_the_named_shards_are_run_and_no_other(
    fake: Any, open_face: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identify, "INTERVAL", 0.01)
    health = Health()
    _, status = await open_face(Shards((1, 2), 4), health)
    await until(lambda: len(fake.identified) == 2)
    await until(lambda: not [wrong for wrong in ready_problems(health) if wrong])

    assert list_shards(fake) == [(1, 4), (2, 4)]
    assert status == "shard 1 of 4: keyguide, in 1 servers; 1 more follow"


async def test_a_server_of_any_shard_is_named_for_the_desk_and_all_other_places_stay(
    fake: Any, open_face: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identify, "INTERVAL", 0.01)
    face, _ = await open_face(Shards((1, 2), 4))
    await until(lambda: face.name_place(f"guild:{sockets.GUILD}") == "Test")

    assert [face.name_place(place) for place in ("guild:1", "web", "guild:x", "")] == [
        *("guild:1", "web", "guild:x", ""),
    ]


def ready_problems(health: Health) -> list[str]:
    checks = health.__dict__["_checks"]
    face = checks["discord"].__self__
    return [connection.find_problem() for connection in face.__dict__["_connections"]]


async def test_auto_runs_as_many_as_discord_recommends(
    fake: Any, open_face: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identify, "INTERVAL", 0.01)
    fake.gateway_bot = sockets.make_gateway_bot(shards=3)
    await open_face(EVERY_SHARD)
    await until(lambda: len(fake.identified) == 3)

    assert list_shards(fake) == [(0, 3), (1, 3), (2, 3)]


async def test_a_direct_message_on_shard_0_is_answered(
    fake: Any, open_face: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identify, "INTERVAL", 0.01)
    await open_face(Shards((0,), 4))
    dm = sockets.message({}, author=sockets.ANN, content="what is this", channel_id="1200000000000000999")
    await fake.dispatch("MESSAGE_CREATE", dm, 0)
    await fake.until(lambda sent: any(one.path.endswith("0999/messages") for one in sent))

    (answer,) = [one for one in fake.requests if one.path.endswith("0999/messages")]
    assert sockets.parts(answer.body)


async def test_a_command_in_a_server_is_answered_by_its_shard(
    fake: Any, open_face: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identify, "INTERVAL", 0.01)
    await open_face(Shards((OWN_SHARD,), 4))
    data = {"id": "1200000000000000400", "name": "topics", "type": 1, "options": []}
    payload = sockets.interaction(2, data, sockets.ANN)
    await fake.dispatch("INTERACTION_CREATE", payload, OWN_SHARD)
    await fake.until(lambda sent: any(one.path.endswith("/callback") for one in sent))


async def test_helpers_of_a_server_on_another_shard_can_be_called_from_a_direct_message(
    fake: Any, open_face: Callable[..., Any], assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identify, "INTERVAL", 0.01)
    await assistant.notes.set_note("helpers", sockets.GUILD, sockets.CHANNEL)
    speaker = f"discord:{sockets.ANN['id']}:server"
    await assistant.reply(Turn(speaker, pick="menu", place=f"guild:{sockets.GUILD}"))
    await open_face(Shards((0,), 4))
    data = {"id": "1200000000000000400", "name": "human", "type": 1, "options": []}
    payload = sockets.interaction(
        2, data, sockets.ANN, without=("guild_id", "guild", "member", "guild_locale"), user=sockets.ANN,
        context=1, channel={"id": "1200000000000000999", "type": 1, "recipients": [sockets.ANN]},
    )  # fmt: skip
    await fake.dispatch("INTERACTION_CREATE", payload, 0)
    await fake.until(lambda sent: any(one.path.endswith("/callback") for one in sent))

    (answer,) = [one.body for one in fake.requests if one.path.endswith("/callback")]
    (select,) = [part for part in sockets.parts(answer["data"]) if part["type"] == 3]
    assert [option["value"] for option in select["options"]] == [sockets.GUILD]


async def test_no_session_left_is_told_and_waited_for(
    fake: Any,
    open_face: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(login, "RETRY_INTERVAL", 0.01)
    fake.gateway_bot = sockets.make_gateway_bot(remaining=0, reset_after=300)
    _, status = await open_face(None)
    before = list(fake.identified)
    fake.gateway_bot = sockets.make_gateway_bot()
    await until(lambda: "connected:" in caplog.text)

    assert status == (
        "Discord starts no more sessions of this bot for 0 h 0 min, because too many were started today; "
        "trying again then"
    )
    assert before == []
    assert len(fake.identified) == 1


class Turns:
    """A clock that advances by what is slept, and a Discord that says how many sessions may start at once."""

    def __init__(self, at_once: int) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.application_id = 7
        self.http = self
        self._at_once = at_once

    async def get_bot_gateway(self) -> tuple[int, str, dict[str, int]]:
        return 16, "", sockets.make_gateway_bot(max_concurrency=self._at_once)["session_start_limit"]

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def take_turns(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Callable[[int], Any]]:
    """Make a queue for one store; the seconds that each shard had to wait are returned."""

    def make(at_once: int) -> Callable[[int], Any]:
        turns: Any = Turns(at_once)
        queue = IdentifyQueue(turns, Assistant(knowledge, MemoryStore(), lambda: turns.now))
        monkeypatch.setattr(identify.asyncio, "sleep", turns.sleep)

        async def wait(shard: int) -> float:
            before = turns.now
            await queue.wait_for_turn(shard)
            waited: timedelta = turns.now - before
            return waited.total_seconds()

        return wait

    return make


async def test_shards_of_one_group_wait_for_each_other(take_turns: Any) -> None:
    wait = take_turns(at_once=1)

    assert [await wait(shard) for shard in range(3)] == [0, identify.INTERVAL, identify.INTERVAL]


async def test_shards_of_different_groups_do_not_wait(take_turns: Any) -> None:
    wait = take_turns(at_once=2)

    assert [await wait(shard) for shard in (0, 1, 2)] == [0, 0, identify.INTERVAL]


async def test_without_the_store_a_shard_waits_once_and_goes_on(
    take_turns: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(MemoryStore, "get_note", fails)

    assert await take_turns(at_once=1)(0) == identify.INTERVAL
    assert "without knowing of other processes" in caplog.text
