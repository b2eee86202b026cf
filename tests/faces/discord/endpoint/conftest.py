"""What the tests of the endpoint share: a Discord that posts to it, and signs what it posts."""

from __future__ import annotations

import copy
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from discord.gateway import DiscordWebSocket
from discord.http import Route
from nacl.signing import SigningKey

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.discord.connection.login import ConnectionOptions
from keyguide.faces.discord.endpoint.face import EVENTS, INTERACTIONS, InteractionsFace
from keyguide.faces.discord.gateway.face import DiscordFace
from keyguide.faces.web.app import WebFace
from keyguide.faces.web.web_context import WebOptions
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics
from keyguide.store.memory import MemoryStore

sockets: Any = sys.modules["discord_sockets"]
BUTTON, SELECT = 2, 3
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

Payload = dict[str, Any]


@dataclass(slots=True)
class Poster:
    """Discord's side of the endpoint: it posts and signs."""

    url: str
    session: aiohttp.ClientSession
    key: SigningKey
    now: Callable[[], float] = time.time

    async def post(
        self, path: str, payload: Any, *, at: float | None = None, signature: str | None = None
    ) -> tuple[int, bytes, str]:
        """Post something signed; return status, body and type of the answer."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        timestamp = str(int(self.now() if at is None else at))
        signed = self.key.sign(timestamp.encode() + body).signature.hex()
        headers = {
            "X-Signature-Ed25519": signed if signature is None else signature,
            "X-Signature-Timestamp": timestamp,
            "Content-Type": "application/json",
        }
        async with self.session.post(self.url + path, data=body, headers=headers) as answer:
            return answer.status, await answer.read(), answer.headers.get("Content-Type", "")

    async def interact(self, payload: Any, **how: Any) -> tuple[int, bytes, str]:
        return await self.post(INTERACTIONS, payload, **how)

    async def tell(self, payload: Any, **how: Any) -> tuple[int, bytes, str]:
        return await self.post(EVENTS, payload, **how)


@dataclass(slots=True)
class Endpoint:
    """A web process that is open, and what it has."""

    face: InteractionsFace
    page: WebFace
    assistant: Assistant
    metrics: Metrics
    poster: Poster
    key: SigningKey = field(default_factory=SigningKey.generate)


@pytest.fixture
def loose_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put discord.py's addresses back after the test."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.fixture
async def fake(loose_addresses: None) -> AsyncIterator[Any]:
    """Discord's REST API and gateway."""
    served = sockets.Discord()
    await served.open()
    yield served
    await served.close()


@pytest.fixture(scope="session")
def make_poster() -> Callable[..., Poster]:
    """Make a Discord that posts to an address and signs with a key."""
    return Poster


@pytest.fixture(scope="session")
def open_endpoint() -> Callable[..., Awaitable[Endpoint]]:
    """Open a web process with the endpoint."""
    return _open_endpoint


async def _open_endpoint(fake: Any, assistant: Assistant, session: aiohttp.ClientSession) -> Endpoint:
    key, metrics, health = SigningKey.generate(), Metrics(), Health()
    options = ConnectionOptions(
        "a.b.c", fake.settings["KEYGUIDE_DISCORD_API"], "", bytes(key.verify_key).hex()
    )
    face = InteractionsFace(options, assistant, metrics, health)
    page = WebFace(WebOptions(port=0, signed_posts=face.handlers), assistant, metrics, health)
    await face.open()
    url = (await page.open()).partition(" ")[0].rstrip("/")
    return Endpoint(face, page, assistant, metrics, Poster(url, session, key), key)


@pytest.fixture
async def endpoint(fake: Any, real: Knowledge) -> AsyncIterator[Endpoint]:
    """A web process with the real knowledge, logged in, which nobody has asked anything."""
    async with aiohttp.ClientSession() as session:
        opened = await _open_endpoint(fake, Assistant(real, MemoryStore()), session)
        yield opened
        await opened.page.close()
        await opened.face.close()


class BothFaces:
    """One bot on the gateway and one behind the endpoint, each with a memory of its own."""

    def __init__(self, fake: Any, endpoint: Any, gateway: DiscordFace, description: Any) -> None:
        self.fake, self.endpoint, self.gateway, self.description = fake, endpoint, gateway, description
        self.person = dict(sockets.ANN)
        self.compared = 0

    async def ask(self, kind: int, data: Payload, **more: Any) -> Payload:
        """Let both handle an interaction; compare every byte that they send; return the response."""
        payload = sockets.interaction(kind, data, self.person, **more)
        by_gateway = await self._by_gateway(copy.deepcopy(payload))
        by_http = await self._by_http(copy.deepcopy(payload))

        assert by_http == by_gateway
        self.compared += 1
        first = read_json(by_http[0][2])
        if self.description is not None:
            callback = f"/interactions/{payload['id']}/{payload['token']}/callback"
            assert self.description.wrongs("POST", callback, first) == []
        return first

    async def _by_gateway(self, payload: Payload) -> list[tuple[str, str, bytes]]:
        self.fake.requests.clear()
        client = self.gateway.client
        assert client is not None
        await self.fake.dispatch("INTERACTION_CREATE", payload)
        await self.fake.until(lambda sent: any(one.path.endswith("/callback") for one in sent))
        await client.wait_until_idle(20)
        return self._sent()

    async def _by_http(self, payload: Payload) -> list[tuple[str, str, bytes]]:
        self.fake.requests.clear()
        status, body, kind = await self.endpoint.poster.interact(payload)
        await self.endpoint.face.client.wait_until_idle(20)
        callback = f"/interactions/{payload['id']}/{payload['token']}/callback"

        assert status == 200, body
        return [("POST", callback, sockets.without_boundary(body, kind)), *self._sent()]

    def _sent(self) -> list[tuple[str, str, bytes]]:
        """List what was sent, the response first, without what the endpoint has to look up."""
        sent = [(one.method, one.path, one.raw) for one in self.fake.requests if one.method != "GET"]
        return sorted(sent, key=lambda one: not one[1].endswith("/callback"))

    async def slash(self, name: str, *, more: Payload | None = None, **options: str) -> Payload:
        told = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
        data = {"id": "1200000000000000400", "name": name, "type": 1, "options": told}
        return await self.ask(2, data, **(more or {}))

    async def press(self, shown: Payload, label: str, **more: Any) -> Payload:
        """Press the button, or choose the entry, that has a label."""
        data = find_part(shown["data"], label)
        return await self.ask(3, data, message=sockets.message(shown["data"], flags=1 << 15), **more)

    async def choose(self, shown: Payload, custom_id: str, kind: int, value: str, **more: Any) -> Payload:
        data = {"custom_id": custom_id, "component_type": kind, "values": [value]}
        return await self.ask(3, data, message=sockets.message(shown["data"], flags=1 << 15), **more)


def read_json(raw: bytes) -> Payload:
    """Read the response, which stands in the first part if files follow."""
    if raw.startswith(b"--boundary"):
        raw = raw.split(b"\r\n\r\n", 1)[1].split(b"\r\n--boundary", 1)[0]
    read: Payload = json.loads(raw)
    return read


def find_part(shown: Payload, label: str) -> Payload:
    for part in sockets.parts(shown):
        if part["type"] == BUTTON and part.get("label") == label:
            return {"custom_id": part["custom_id"], "component_type": BUTTON}
        for option in part.get("options", []):
            if option["label"] == label:
                return {
                    "custom_id": part["custom_id"], "component_type": SELECT, "values": [option["value"]],
                }  # fmt: skip
    raise AssertionError(f"there is no {label!r}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(real: Knowledge, description: Any) -> AsyncIterator[BothFaces]:
    """Both faces on one Discord, with the same knowledge and the same time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", Route.BASE)
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
        fake = sockets.Discord()
        await fake.open()
        addresses = fake.settings["KEYGUIDE_DISCORD_API"], fake.settings["KEYGUIDE_DISCORD_GATEWAY"]
        gateway = DiscordFace(
            ConnectionOptions("a.b.c", *addresses), Assistant(real, MemoryStore(), lambda: NOON)
        )
        await gateway.open()
        async with aiohttp.ClientSession() as session:
            endpoint = await _open_endpoint(fake, Assistant(real, MemoryStore(), lambda: NOON), session)
            yield BothFaces(fake, endpoint, gateway, description)
            await endpoint.page.close()
            await endpoint.face.close()
        await gateway.close()
        await fake.close()
