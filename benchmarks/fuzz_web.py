"""The parts of `benchmarks/fuzz.py` that need a server: odd requests, and signed ones that make no sense."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from nacl.signing import SigningKey
from on_discord import sockets

from keyguide.assistant import Assistant
from keyguide.faces.discord.connection.login import ConnectionOptions
from keyguide.faces.discord.endpoint import face as endpoint
from keyguide.faces.web.app import WebFace
from keyguide.faces.web.web_context import WebOptions
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics
from keyguide.store.memory import MemoryStore

_METHODS = ("GET", "POST", "POST", "HEAD", "PUT", "\x00", "get")
_PATHS = ("/", "/api/reply", "/api", "/desk", "/desk/enter", "/desk/ledger.csv", "/readyz", "/metrics",
          "/discord/interactions", "/discord/events", "/static/x", "/../etc")  # fmt: skip
_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "")
_HEADERS = ("Host", "Origin", "Cookie", "Content-Encoding", "Content-Length", "X-Forwarded-For",
            "Accept-Language", "X-Signature-Ed25519", "X-Signature-Timestamp", "Transfer-Encoding",
            "Authorization")  # fmt: skip


class _Tracebacks(logging.Handler):
    """Keeps every traceback of the page: it is a finding, too.

    discord.py logs its own about commands and users that cannot be; only Discord could sign such a thing.
    """

    def __init__(self, findings: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._findings = findings

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.name.startswith(("keyguide.faces.web", "aiohttp")):
            self._findings.append(f"{record.getMessage()}: {record.exc_info[1]!r}")


@asynccontextmanager
async def _serve(run: Any) -> AsyncIterator[tuple[str, int, SigningKey]]:
    """Open the page and the endpoint, without any limit of rate."""
    discord, key = sockets.Discord(), SigningKey.generate()
    await discord.open()
    assistant, metrics, health = Assistant(run.knowledge, MemoryStore()), Metrics(), Health()
    api, public = discord.settings["KEYGUIDE_DISCORD_API"], bytes(key.verify_key).hex()
    face = endpoint.InteractionsFace(ConnectionOptions("a.b.c", api, "", public), assistant, metrics, health)
    page = WebFace(WebOptions(port=0, rate=0, signed_posts=face.handlers), assistant, metrics, health)
    await face.open()
    host, _, port = (await page.open()).partition("/ ")[0].removeprefix("http://").partition(":")
    handler = _Tracebacks(run.findings)
    logging.getLogger().addHandler(handler)
    try:
        yield host, int(port), key
    finally:
        logging.getLogger().removeHandler(handler)
        await page.close()
        await face.close()
        await discord.close()


async def _send(run: Any, host: str, port: int, request: bytes) -> None:
    """Send raw bytes on a connection of their own; anything but a 500 is well."""
    run.tried += 1
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request)
    with suppress(OSError, TimeoutError):
        answer = await asyncio.wait_for(reader.read(64), 10)
        if answer[9:12] == b"500":
            run.findings.append(f"500: {request[:300]!r}")
    writer.close()


async def fuzz_web(run: Any, seconds: float) -> None:
    """Send requests that no browser sends."""
    async with _serve(run) as (host, port, _):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            await _send(run, host, port, _make_request(run))


def _make_request(run: Any) -> bytes:
    chance, text = run.mutator.chance, run.mutator.make()
    body = chance.choice((text, json.dumps({"who": text[:40], "text": text}), f"text={text}", f"pick={text}"))
    path = chance.choice(_PATHS) + chance.choice(("", "", f"?{text[:50]}"))
    headers = {chance.choice(_HEADERS): run.mutator.make()[:100] for _ in range(chance.randint(0, 3))}
    headers.setdefault("Host", "x")
    headers.setdefault("Content-Type", chance.choice(_TYPES))
    raw = body.encode("utf-8", "surrogatepass")
    headers.setdefault("Content-Length", str(len(raw)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"{chance.choice(_METHODS)} {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"
    return head.encode("utf-8", "surrogatepass") + raw


async def fuzz_interactions(run: Any, seconds: float) -> None:
    """Send signed interactions in which something is missing, odd or of the wrong kind."""
    endpoint._PATIENCE = 0.2  # noqa: SLF001 -- most of them are never answered
    async with _serve(run) as (host, port, key):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            payload = _change(run, _make_interaction(run))
            body = json.dumps(payload).encode("utf-8", "surrogatepass")
            timestamp = str(int(time.time()))
            signature = key.sign(timestamp.encode() + body).signature.hex()
            place = run.mutator.chance.choice(("interactions", "interactions", "events"))
            head = f"POST /discord/{place} HTTP/1.1\r\n"
            head += f"Host: x\r\nX-Signature-Ed25519: {signature}\r\nX-Signature-Timestamp: {timestamp}\r\n"
            head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            await _send(run, host, port, head.encode() + body)


def _make_interaction(run: Any) -> Any:
    chance, text = run.mutator.chance, run.mutator.make()[:1_000]
    kind = chance.choice((2, 2, 3, 3, 4, 5))
    option = {
        "name": chance.choice(("question", "code", "trouble", text)),
        "type": 3,
        "value": text,
        "focused": True,
    }
    name = chance.choice(("ask", "diagnose", "error", "topics", "human", "help", "privacy", "setup", text))
    press = chance.choice(
        (f"k::{text[:70]}", "k:1:go/link-how", "s::1", "share", "w:set:guard", "w:claim:1", text[:100])
    )
    data = {
        2: {"id": "1", "name": name, "type": 1, "options": [option]},
        3: {"custom_id": press, "component_type": chance.choice((2, 3)), "values": [text[:100]]},
        4: {"id": "1", "name": name, "type": 1, "options": [option]},
        5: {"custom_id": chance.choice(("plea:1", f"plea:{sockets.GUILD}", text[:50])), "components": []},
    }[kind]
    person = {**sockets.ANN, "id": str(1400000000000000000 + run.tried)}
    more = {"message": sockets.message({}, flags=1 << 15)} if kind == 3 else {}  # noqa: PLR2004 -- a press
    return sockets.interaction(kind, data, person, permissions=chance.choice(("0", "32")), **more)


def _change(run: Any, payload: Any) -> Any:
    """Remove or replace some parts, anywhere in it."""
    chance = run.mutator.chance
    for _ in range(chance.choice((0, 1, 1, 2, 4))):
        part = payload
        while isinstance(part, dict) and part:
            name = chance.choice(list(part))
            if isinstance(part[name], dict) and chance.choice((True, True, False)):
                part = part[name]
                continue
            if chance.choice((True, False)):
                del part[name]
            else:
                part[name] = chance.choice((None, [], {}, -1, 10**30, "", run.mutator.make()[:50], True))
            break
    return payload
