"""Discord as a face of the program: how it opens, why it does not, and how it closes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer, unused_port
from discord.gateway import DiscordWebSocket
from discord.http import Route

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.errors import KeyguideError
from keyguide.faces.discord.connection import login
from keyguide.faces.discord.connection.bot import DiscordOptions
from keyguide.faces.discord.connection.login import (
    ConnectionOptions,
    UnreachableError,
    describe_end,
    explain_error,
)
from keyguide.faces.discord.gateway import keep_connected as opening
from keyguide.faces.discord.gateway import report_outage as gateway_watch
from keyguide.faces.discord.gateway.face import DiscordFace
from keyguide.runtime.health import Health
from keyguide.store.memory import MemoryStore

ME = {"id": "7", "username": "keyguide", "discriminator": "0", "avatar": None, "bot": True}


def _json(told: Any, status: int = 200) -> web.Response:
    """Answer as Discord does: discord.py reads JSON only where no character set is named beside it."""
    body = json.dumps(told).encode()
    return web.Response(body=body, status=status, content_type="application/json")


@dataclass
class FakeDiscord:
    """As much of Discord as a bot needs to come in, over real sockets."""

    user_status: int = 200
    closes: int = 0  # the code with which the gateway closes whoever identifies
    closes_after_ready: int = 0  # the same, but only after it said READY
    refuses: bool = False  # whether the gateway closes every new connection at once
    refused: int = 0
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    resumed: list[dict[str, Any]] = field(default_factory=list)
    synced: list[str] = field(default_factory=list)
    identified: list[dict[str, Any]] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/users/@me", self.me)
        app.router.add_get("/api/oauth2/applications/@me", self.application)
        app.router.add_get("/api/gateway/bot", self.gateway_bot)
        app.router.add_put("/api/applications/7/commands", self.commands)
        app.router.add_get("/", self.gateway)
        return app

    async def me(self, request: web.Request) -> web.Response:
        told = ME if self.user_status == 200 else {"message": "no", "code": 0}
        return _json(told, self.user_status)

    async def application(self, request: web.Request) -> web.Response:
        told = {"id": "7", "name": "keyguide", "description": "", "icon": None, "bot_public": True,
                "bot_require_code_grant": False, "verify_key": "", "flags": 0, "owner": ME}  # fmt: skip
        return _json(told)

    async def gateway_bot(self, request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return _json({"url": "wss://unused", "shards": 1, "session_start_limit": limit | self.limits})

    async def commands(self, request: web.Request) -> web.Response:
        self.synced.append(await request.text())
        return _json([])

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if self.refuses:
            self.refused += 1
            await socket.close(code=1001)
            return socket
        self.sockets.append(socket)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 45_000}, "s": None, "t": None})
        async for said in socket:
            if said.type is WSMsgType.TEXT:
                told = json.loads(said.data)
                await self.hear(socket, told["op"], told["d"], str(request.url))
        return socket

    async def hear(self, socket: web.WebSocketResponse, op: int, told: Any, url: str) -> None:
        if op == 1:
            await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
        elif op == 2:
            self.identified.append(told)
            if not self.closes:
                await socket.send_json({"op": 0, "t": "READY", "s": 1, "d": _ready(url)})
            if self.closes or self.closes_after_ready:
                await socket.close(code=self.closes or self.closes_after_ready)
        elif op == 6:
            self.resumed.append(told)
            await socket.send_json({"op": 0, "t": "RESUMED", "s": 2, "d": {}})


def _ready(url: str) -> dict[str, Any]:
    return {"v": 10, "user": ME, "guilds": [], "session_id": "s", "application": ME | {"flags": 0},
            "resume_gateway_url": url}  # fmt: skip


@pytest.fixture(autouse=True)
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put discord.py's addresses back after every test."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.fixture
def assistant(knowledge: Knowledge) -> Assistant:
    return Assistant(knowledge, MemoryStore())


@pytest.fixture
def fake() -> FakeDiscord:
    return FakeDiscord()


Face = Callable[..., DiscordFace]


@pytest.fixture
async def face(fake: FakeDiscord, assistant: Assistant) -> AsyncIterator[Face]:
    """Make a face that knocks at the fake, or where the test says."""
    server = TestServer(fake.app())
    await server.start_server()
    made: list[DiscordFace] = []

    def make(
        ways: DiscordOptions | None = None, health: Health | None = None, **elsewhere: str
    ) -> DiscordFace:
        here = f"127.0.0.1:{server.port}"
        at = {"token": "a.b.c", "api": f"http://{here}/api", "gateway": f"ws://{here}"}
        made.append(
            DiscordFace(
                ConnectionOptions(**{**at, **elsewhere}, discord_options=ways or DiscordOptions()),
                assistant,
                health=health,
            )
        )
        return made[-1]

    yield make
    for one in made:
        await one.close()
    await server.close()


async def until(seen: Callable[[], bool]) -> None:
    """Wait for something that another task does over a real socket."""
    for _ in range(2_000):
        if seen():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


@pytest.mark.slow
async def test_it_opens_with_a_token_and_says_as_whom(face: Face, fake: FakeDiscord) -> None:
    assert await face().open() == "keyguide, in 0 servers"
    assert len(fake.synced) == 1


@pytest.mark.slow
async def test_it_asks_the_gateway_for_no_privileged_intent(face: Face, fake: FakeDiscord) -> None:
    await face().open()
    (identified,) = fake.identified

    assert identified["intents"] == (1 << 0) | (1 << 9) | (1 << 12)


async def test_without_a_token_it_says_what_to_set(face: Face) -> None:
    with pytest.raises(KeyguideError, match="set DISCORD_TOKEN, or DISCORD_TOKEN_FILE"):
        await face(token="").open()


async def test_a_wrong_token_is_one_line(face: Face, fake: FakeDiscord) -> None:
    fake.user_status = 401
    with pytest.raises(KeyguideError) as told:
        await face().open()

    assert "refused the token" in str(told.value)
    assert "\n" not in str(told.value)
    assert "a.b.c" not in str(told.value)


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (4014, "Message Content is not switched on"),
        (4004, "refused the token"),
        (4013, "intent"),
        (4012, "4012"),
        (4010, "KEYGUIDE_SHARDS"),
        (4011, "KEYGUIDE_SHARDS"),
    ],
)
async def test_a_gateway_that_closes_for_good_is_one_line(
    face: Face, fake: FakeDiscord, code: int, line: str
) -> None:
    fake.closes = code
    with pytest.raises(KeyguideError) as told:
        await face(DiscordOptions(message_content=True)).open()

    assert line in str(told.value)
    assert "\n" not in str(told.value)


async def close_for_good(fake: FakeDiscord, code: int) -> None:
    """Close the connection of whoever is connected."""
    await fake.sockets[-1].close(code=code)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "line"),
    [(4004, "refused the token"), (4012, "4012"), (4014, "Message Content is not switched on")],
)
async def test_a_connection_that_ends_for_good_is_one_line_and_not_ready(
    face: Face, fake: FakeDiscord, caplog: pytest.LogCaptureFixture, code: int, line: str
) -> None:
    health = Health()
    one = face(health=health)
    await one.open()
    before = await health.report()
    await close_for_good(fake, code)
    await until(lambda: "ended for good" in caplog.text)
    await until(lambda: one.client is not None and one.client.is_closed())
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]

    assert before == {"discord": "ok"}
    assert len(errors) == 1
    assert line in errors[0]
    assert line in (await health.report())["discord"]
    assert "Traceback" not in caplog.text


@pytest.mark.slow
async def test_a_gateway_that_stays_away_is_told_once_and_not_ready_until_it_is_back(
    face: Face, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(gateway_watch, "PATIENCE", 0.01)
    health = Health()
    await face(health=health).open()
    fake.refuses = True
    await close_for_good(fake, 1001)
    await until(lambda: "no connection to the gateway" in caplog.text)
    away = await health.report()
    await until(lambda: fake.refused > 3)
    fake.refuses = False
    await until(lambda: "connected to the gateway again" in caplog.text)

    assert away == {"discord": "not connected"}
    assert await health.report() == {"discord": "ok"}
    assert caplog.text.count("no connection to the gateway") == 1


@pytest.mark.slow
async def test_a_short_reconnect_troubles_nobody(
    face: Face, fake: FakeDiscord, caplog: pytest.LogCaptureFixture
) -> None:
    health = Health()
    await face(health=health).open()
    await close_for_good(fake, 1001)
    await until(lambda: len(fake.resumed) == 1)

    assert await health.report() == {"discord": "ok"}
    assert "no connection" not in caplog.text


@pytest.mark.parametrize("code", [4004, 4014])
async def test_a_gateway_that_closes_right_after_ready_is_one_line_without_a_traceback(
    face: Face, fake: FakeDiscord, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    fake.closes_after_ready = code
    one = face()
    with pytest.raises(KeyguideError) as told:
        await one.open()
    assert one.client is not None
    one.client.dispatch("ready")  # what discord.py does two seconds later

    assert "\n" not in str(told.value)
    assert "Traceback" not in caplog.text


@pytest.mark.slow
async def test_an_unreachable_gateway_is_one_line_and_is_tried_again(
    face: Face, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(login, "RETRY_INTERVAL", 0.01)
    health = Health()
    one = face(health=health, gateway=f"ws://127.0.0.1:{unused_port()}")
    said = await one.open()
    before = await health.report()
    DiscordWebSocket.DEFAULT_GATEWAY = discord.gateway.yarl.URL(face().__dict__["_options"].gateway)
    await until(lambda: "connected:" in caplog.text)

    assert "cannot be reached" in said
    assert "\n" not in said
    assert before == {"discord": "not connected"}
    assert await health.report() == {"discord": "ok"}


async def test_what_turns_out_hopeless_while_trying_again_is_logged_once(
    face: Face, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(login, "RETRY_INTERVAL", 0.01)
    fake.user_status = 503
    one = face()
    said = await one.open()
    fake.user_status = 401
    await until(lambda: "cannot connect:" in caplog.text)

    assert "cannot be reached" in said
    assert "refused the token" in caplog.text


async def test_an_unreachable_api_is_one_line(face: Face) -> None:
    said = await face(api=f"http://127.0.0.1:{unused_port()}/api").open()

    assert "cannot be reached" in said
    assert "\n" not in said


@pytest.mark.slow
async def test_it_waits_for_answers_under_way_before_it_closes(face: Face) -> None:
    one = face()
    await one.open()
    assert one.client is not None
    done: list[str] = []

    async def answering() -> None:
        assert one.client is not None
        with one.client.track_answer():
            await asyncio.sleep(0.05)
            done.append("answered")

    task = asyncio.create_task(answering())
    await asyncio.sleep(0)
    await one.close()

    assert done == ["answered"]
    assert one.client.is_closed()
    await task


@pytest.mark.slow
async def test_it_does_not_wait_for_ever(face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_IDLE_TIMEOUT", 0.01)
    one = face()
    await one.open()
    assert one.client is not None
    with one.client.track_answer():
        await one.close()

    assert one.client.is_closed()


@pytest.mark.slow
async def test_it_takes_up_new_knowledge_while_it_is_open(
    face: Face, fake: FakeDiscord, assistant: Assistant
) -> None:
    one = face()
    await one.refresh_commands()
    await one.open()
    assistant.use_knowledge(replace(assistant.knowledge, flows={}))
    await one.refresh_commands()

    assert len(fake.synced) == 2


async def test_a_face_that_is_given_up_while_it_opens_leaves(
    face: Face, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def never(*_: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(opening.GatewayConnection, "_wait_until_ready", never)
    one = face()
    opening_task = asyncio.create_task(one.open())
    await begun.wait()
    opening_task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening_task

    assert one.client is not None
    assert one.client.is_closed()


async def test_a_face_that_never_opened_closes_all_the_same(face: Face) -> None:
    one = face()
    await one.close()

    assert one.client is None


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (TimeoutError(), "no answer in time"),
        (OSError(), "OSError"),
        (aiohttp.ClientConnectionError("a\nb"), "a b"),
    ],
)
def test_why_discord_cannot_be_reached_is_always_one_line(error: Exception, line: str) -> None:
    told = explain_error(error)

    assert isinstance(told, UnreachableError)
    assert str(told).endswith(f"cannot be reached ({line})")


def test_a_request_that_is_refused_is_told_with_its_code() -> None:
    class Answer:
        status = 400
        reason = "Bad Request"

    told = explain_error(discord.HTTPException(Answer(), {"code": 50035, "message": "Invalid\nForm"}))  # type: ignore[arg-type]

    assert str(told) == "Discord refused a request (400, 50035: Invalid Form)"


def test_what_nobody_foresaw_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        explain_error(ZeroDivisionError())


def test_an_end_that_nobody_foresaw_is_one_line_too() -> None:
    assert describe_end(ZeroDivisionError("no\nsuch luck")) == "ZeroDivisionError: no such luck"
