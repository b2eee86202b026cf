"""As much of Discord as a bot meets, over real sockets: it remembers what it was asked, and misbehaves."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web
from discord import Permissions

APPLICATION = "1200000000000000007"
GUILD = "1200000000000000100"
CHANNEL = "1200000000000000200"
THREAD = "1200000000000000210"
HELPERS = "1200000000000000500"  # a role
ANN = {"id": "1200000000000000300", "username": "ann", "discriminator": "0", "avatar": None}
ME = {"id": APPLICATION, "username": "keyguide", "discriminator": "0", "avatar": None, "bot": True}
USUAL = str(  # what everybody may do
    Permissions(
        view_channel=True, send_messages=True, send_messages_in_threads=True, create_private_threads=True,
        read_message_history=True, attach_files=True,
    ).value
)  # fmt: skip
NOW = "2026-03-01T12:00:00+00:00"

_HELLO, _HEARTBEAT, _IDENTIFY, _RESUME, _RECONNECT, _INVALID, _ACK = 10, 1, 2, 6, 7, 9, 11
_UNKNOWN_WEBHOOK, _ANSWERED_ALREADY = 10015, 40060
_ids = count(1300000000000000000, 1 << 22)


def answer(told: Any, status: int = 200, **headers: str) -> web.Response:
    """Answer as Discord does: discord.py reads JSON only where no character set is named beside it."""
    return web.Response(
        body=json.dumps(told).encode(), status=status, content_type="application/json", headers=headers
    )


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was made."""

    method: str
    path: str
    body: Any
    status: int | str
    raw: bytes = b""


@dataclass(slots=True)
class Discord:
    """The server; `faults` are what happens to the next requests whose path ends so."""

    requests: list[Request] = field(default_factory=list)
    identified: list[dict[str, Any]] = field(default_factory=list)
    resumed: list[dict[str, Any]] = field(default_factory=list)
    faults: deque[tuple[str, int | str]] = field(default_factory=deque)
    answers: Counter[str] = field(default_factory=Counter)  # how often each interaction was answered
    heartbeats: int = 0
    identify_seconds: float = 0.0  # how long sessions of one group have to wait for each other
    too_fast: list[int] = field(default_factory=list)  # shards that did not wait
    gateway_bot: dict[str, Any] = field(default_factory=lambda: make_gateway_bot())  # noqa: PLW0108 -- it stands below
    person: dict[str, Any] = field(default_factory=lambda: dict(ANN))  # who does what is done next
    url: str = ""
    _runner: web.AppRunner | None = None
    _socket: web.WebSocketResponse | None = None
    _frozen: web.WebSocketResponse | None = None
    _missed: list[tuple[str, Any]] = field(default_factory=list)  # what was to be told on the frozen one
    _sequence: int = 0
    _shards: dict[int, web.WebSocketResponse] = field(default_factory=dict)
    _started: dict[int, float] = field(default_factory=dict)
    _waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_get("/gateway/", self._gateway)
        app.router.add_route("*", "/api/{path:.*}", self._rest)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Stop listening."""
        if self._socket is not None:
            await self._socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def settings(self) -> dict[str, str]:
        """What a bot is told to find its way here."""
        return {
            "DISCORD_TOKEN": "a.b.c",
            "KEYGUIDE_DISCORD_API": f"http://{self.url}/api/v10",
            "KEYGUIDE_DISCORD_GATEWAY": f"ws://{self.url}/gateway/",
        }

    def somebody_else(self) -> None:
        """Let another person do what is done next."""
        self.person = {**ANN, "id": str(next(_ids))}

    async def ready(self, seconds: float = 60.0) -> None:
        """Wait until a bot is connected."""
        async with asyncio.timeout(seconds):
            await self._ready.wait()

    def expect(self, token: str) -> asyncio.Future[Any]:
        """Return what will be resolved by the answer that follows a deferred one."""
        return self._waiting.setdefault(token, asyncio.get_running_loop().create_future())

    async def until(self, holds: Callable[[list[Request]], bool], seconds: float = 20.0) -> None:
        """Wait until something holds of the requests so far."""
        async with asyncio.timeout(seconds):
            while not holds(self.requests):
                self._asked.clear()
                await self._asked.wait()

    async def drop(self) -> None:
        """Break the gateway's connection, as networks do."""
        self._ready.clear()
        assert self._socket is not None
        transport = self._socket._req.transport if self._socket._req else None  # noqa: SLF001 -- no public way
        if transport is not None:
            transport.abort()

    def freeze(self) -> None:
        """Say and hear nothing more on the gateway's connection, but leave it open."""
        self._ready.clear()
        self._frozen = self._socket

    async def ask_to_reconnect(self) -> None:
        """Ask the bot to connect again, as Discord does before it restarts a gateway."""
        await self._say(_RECONNECT, told=None)

    async def end_session(self) -> None:
        """Tell the bot that its session is over and cannot be resumed."""
        await self._say(_INVALID, told=False)

    async def _say(self, op: int, *, told: bool | None) -> None:
        self._ready.clear()
        assert self._socket is not None
        await self._socket.send_json({"op": op, "d": told, "s": None, "t": None})

    async def slash(self, name: str, seconds: float = 30.0, **options: str) -> dict[str, Any]:
        """Use a command and return what was answered."""
        told = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
        data = {"id": "1200000000000000400", "name": name, "type": 1, "options": told}
        return await self._interact(2, data, seconds)

    async def press(self, shown: dict[str, Any], label: str, seconds: float = 30.0) -> dict[str, Any]:
        """Press the button of an answer, and return what was answered to that."""
        (id,) = {button["custom_id"] for button in buttons(shown) if button["label"] == label}
        data = {"custom_id": id, "component_type": 2}
        return await self._interact(3, data, seconds, message=message(shown, flags=1 << 15))

    async def _interact(self, kind: int, data: Any, seconds: float, **more: Any) -> dict[str, Any]:
        told = interaction(kind, data, self.person, **more)
        token = told["token"]
        answered = self._waiting[token] = asyncio.get_running_loop().create_future()
        await self.dispatch("INTERACTION_CREATE", told)
        try:
            async with asyncio.timeout(seconds):
                shown: dict[str, Any] = await answered
                return shown
        finally:
            del self._waiting[token]

    async def dispatch(self, name: str, told: Any, shard: int | None = None) -> None:
        """Tell the bot that something happened: on its last connection, or on that of a shard."""
        socket = self._socket if shard is None else self._shards[shard]
        assert socket is not None
        if socket is self._frozen:
            self._missed.append((name, told))
            return
        self._sequence += 1
        await socket.send_str(json.dumps({"op": 0, "t": name, "s": self._sequence, "d": told}))

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        self._socket = socket
        await socket.send_json({"op": _HELLO, "d": {"heartbeat_interval": 1_000}, "s": None, "t": None})
        async for said in socket:
            if said.type is WSMsgType.TEXT and socket is not self._frozen:
                told = json.loads(said.data)
                await self._said(socket, told["op"], told["d"])
        return socket

    async def _said(self, socket: web.WebSocketResponse, op: int, told: Any) -> None:
        if op == _HEARTBEAT:
            self.heartbeats += 1
            await socket.send_json({"op": _ACK, "d": None, "s": None, "t": None})
        elif op == _RESUME:
            self.resumed.append(told)
            missed, self._missed = self._missed, []
            for event in missed:
                await self.dispatch(*event)
            await self.dispatch("RESUMED", {})
            self._ready.set()
        elif op == _IDENTIFY:
            await self._identify(socket, told)

    async def _identify(self, socket: web.WebSocketResponse, told: Any) -> None:
        """Start a session, unless another of the same group was started a moment ago."""
        shard, count = told.get("shard", (0, 1))
        group = shard % self.gateway_bot["session_start_limit"]["max_concurrency"]
        now = asyncio.get_running_loop().time()
        self.identified.append(told)
        if now - self._started.get(group, -self.identify_seconds) < self.identify_seconds:
            self.too_fast.append(shard)
        self._started[group] = now
        self._shards[shard] = socket
        has_guild = (int(GUILD) >> 22) % count == shard
        welcome = self._welcome() | {"shard": [shard, count]} | ({} if has_guild else {"guilds": []})
        await self.dispatch("READY", welcome, shard)
        if has_guild:
            await self.dispatch("GUILD_CREATE", _guild(), shard)
        self._ready.set()

    def _welcome(self) -> dict[str, Any]:
        return {
            "v": 10, "user": ME, "guilds": [{"id": GUILD, "unavailable": True}], "session_id": "session",
            "resume_gateway_url": f"ws://{self.url}/gateway/", "application": {"id": APPLICATION, "flags": 0},
        }  # fmt: skip

    async def _rest(self, request: web.Request) -> web.Response:
        path = "/" + request.match_info["path"].partition("/")[2]
        raw = await request.read()
        body = json.loads(raw) if raw and request.content_type == "application/json" else {}
        fault = self._fault(path)
        boundary = request.content_type == "multipart/form-data" and request.headers["Content-Type"]
        raw = without_boundary(raw, boundary or "")
        self.requests.append(Request(request.method, path, body, fault or 200, raw))
        self._asked.set()
        if fault == "reset":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault == 429:
            told = {"message": "slow down", "retry_after": 0.2, "global": False}
            return answer(told, 429, **{"Retry-After": "1", "Via": "1.1 google"})
        if fault:
            return answer({"message": "broken", "code": _UNKNOWN_WEBHOOK if fault == 404 else 0}, int(fault))
        return self._served(request.method, path, body)

    def _fault(self, path: str) -> int | str:
        if self.faults and path.endswith(self.faults[0][0]):
            return self.faults.popleft()[1]
        return 0

    def _served(self, method: str, path: str, body: Any) -> web.Response:
        served: dict[str, Callable[[], Any]] = {
            "/users/@me": lambda: ME,
            "/oauth2/applications/@me": _application,
            "/gateway/bot": lambda: self.gateway_bot,
            f"/applications/{APPLICATION}/commands": list,
        }
        if path in served:
            return answer(served[path]())
        match path.split("/")[1:]:
            case ["interactions", id, token, "callback"]:
                return self._respond(id, token, body)
            case ["webhooks", _, token, *_]:
                self._answered(token, 0, body)
                return answer(message(body))
            case ["guilds", _, *rest]:
                return _look_up(_guild(), rest)
            case ["channels", id, *rest]:
                return _use_channel(id, rest, body)
        return answer({"message": "unknown", "code": 0}, 404)

    def _respond(self, id: str, token: str, body: Any) -> web.Response:
        """Take the first response to an interaction, and no other."""
        self.answers[id] += 1
        if self.answers[id] > 1:
            return answer({"message": "already acknowledged", "code": _ANSWERED_ALREADY}, 400)
        self._answered(token, body.get("type", 4), body.get("data"))
        return answer({"interaction": {"id": id, "type": 2, "response_message_id": str(next(_ids))}})

    def _answered(self, token: str, kind: int, data: Any) -> None:
        waiting = self._waiting.get(token)
        thinking = kind in {5, 6}  # the answer is still to come
        if waiting is not None and not waiting.done() and not thinking:
            waiting.set_result(data)


def _look_up(guild: dict[str, Any], rest: list[str]) -> web.Response:
    """Answer what somebody asks about the server."""
    match rest:
        case []:
            return answer({part: guild[part] for part in guild if part not in {"channels", "members"}})
        case ["channels"]:
            return answer(guild["channels"])
        case ["members", id]:
            (ours,) = guild["members"]
            return answer(ours if id == APPLICATION else {**ours, "user": {**ANN, "id": id}})
    return answer({"message": "unknown", "code": 0}, 404)


def _use_channel(id: str, rest: list[str], body: Any) -> web.Response:
    """Answer what somebody does in a channel."""
    match rest:
        case ["messages"]:
            return answer(message(body) | {"channel_id": id})
        case ["threads"]:
            return answer(make_thread(body["name"]))
        case ["thread-members", _]:
            return web.Response(status=204)
        case []:
            return answer(_guild()["channels"][0])
    return answer({"message": "unknown", "code": 0}, 404)


def _application() -> dict[str, Any]:
    return {
        "id": APPLICATION, "name": "keyguide", "description": "", "icon": None, "bot_public": True,
        "owner": ANN, "bot_require_code_grant": False, "verify_key": "", "flags": 0,
    }  # fmt: skip


def _guild() -> dict[str, Any]:
    everyone = {"id": GUILD, "name": "@everyone", "permissions": USUAL, "position": 0, "color": 0,
                "hoist": False, "managed": False, "mentionable": False, "flags": 0,
                "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}  # fmt: skip
    helpers = {**everyone, "id": HELPERS, "name": "helpers", "position": 1, "mentionable": True}
    return {
        "id": GUILD, "name": "Test", "owner_id": ANN["id"], "roles": [everyone, helpers], "emojis": [],
        "features": [],
        "channels": [{"id": CHANNEL, "type": 0, "guild_id": GUILD, "name": "help", "position": 0,
        "permission_overwrites": []}],
        "threads": [], "members": [{"user": ME, "roles": [], "joined_at": NOW, "deaf": False, "mute": False,
        "flags": 0}], "member_count": 2, "large": False, "unavailable": False, "stickers": [],
        "preferred_locale": "en-US", "verification_level": 0, "default_message_notifications": 0,
        "explicit_content_filter": 0, "mfa_level": 0, "nsfw_level": 0, "premium_tier": 0,
        "system_channel_flags": 0, "voice_states": [], "presences": [], "stage_instances": [],
        "guild_scheduled_events": [], "soundboard_sounds": [], "afk_timeout": 0,
        "premium_progress_bar_enabled": False,
    }  # fmt: skip


def make_thread(name: str) -> dict[str, Any]:
    """Make a private thread of the bot."""
    return {
        "id": THREAD, "type": 12, "guild_id": GUILD, "parent_id": CHANNEL, "owner_id": APPLICATION,
        "name": name, "last_message_id": None, "rate_limit_per_user": 0, "message_count": 0,
        "member_count": 1, "flags": 0, "total_message_sent": 0, "thread_metadata": {"archived": False,
        "auto_archive_duration": 10080, "archive_timestamp": NOW, "locked": False, "invitable": False,
        "create_timestamp": NOW},
    }  # fmt: skip


def make_gateway_bot(shards: int = 1, **limits: int) -> dict[str, Any]:
    """Make what Discord says about shards, and how many sessions may start."""
    limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1} | limits
    return {"url": "wss://gateway.discord.gg", "shards": shards, "session_start_limit": limit}


def without_boundary(raw: bytes, content_type: str) -> bytes:
    """Return a body without the mark that separates its parts, which is made anew for each."""
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    return raw.replace(boundary, b"boundary") if boundary else raw


def interaction(kind: int, data: Any, person: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make what Discord tells about something that a person did."""
    without = more.pop("without", ())
    member = {"user": person, "roles": more.pop("roles", []), "joined_at": NOW, "deaf": False, "mute": False,
              "flags": 0, "permissions": more.pop("permissions", "0")}  # fmt: skip
    told = {
        "id": str(next(_ids)), "application_id": APPLICATION, "type": kind, "token": f"token{next(_ids)}",
        "version": 1, "guild_id": GUILD, "guild": {"id": GUILD, "locale": "en-US", "features": []},
        "guild_locale": "en-US", "channel_id": CHANNEL,
        "channel": {"id": CHANNEL, "type": 0, "guild_id": GUILD, "name": "help", "permissions": "0",
                    "position": 0},
        "member": member, "locale": "en-US", "app_permissions": "0", "entitlements": [], "context": 0,
        "authorizing_integration_owners": {"0": GUILD}, "attachment_size_limit": 1 << 20, "data": data,
    } | more  # fmt: skip
    return {part: value for part, value in told.items() if part not in without}


def message(body: Any, **more: Any) -> dict[str, Any]:
    """Make a message of the bot's own from what it sent."""
    shown = body if isinstance(body, dict) else {}
    return {
        "id": str(next(_ids)), "channel_id": CHANNEL, "author": ME, "content": "", "timestamp": NOW,
        "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [],
        "mention_roles": [], "attachments": [], "embeds": [], "pinned": False, "type": 0,
        "flags": shown.get("flags", 0), "components": shown.get("components", []),
    } | more  # fmt: skip


def parts(shown: Any) -> list[dict[str, Any]]:
    """Return every component of an answer, also those inside of others."""
    found: list[dict[str, Any]] = []
    for part in shown.get("components", []):
        found += [part, *parts(part)]
    return found


def buttons(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the buttons of an answer."""
    return [part for part in parts(shown) if part["type"] == 2]


def text(shown: dict[str, Any]) -> str:
    """Return the words of an answer."""
    return "\n".join(part["content"] for part in parts(shown) if part["type"] == 10)
