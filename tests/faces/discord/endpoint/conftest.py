"""What the tests of the endpoint share: a Discord that posts to it, and signs what it posts."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from nacl.signing import SigningKey

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.discord.connection.login import ConnectionOptions
from keyguide.faces.discord.endpoint.face import EVENTS, INTERACTIONS, InteractionsFace
from keyguide.faces.web.app import WebFace
from keyguide.faces.web.web_context import WebOptions
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics
from keyguide.store.memory import MemoryStore

sockets: Any = sys.modules["discord_sockets"]


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
