"""What surrounds requests: half ones are closed in time, and a proxy in front is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.web.app import WebFace
from keyguide.faces.web.security import slow_clients
from keyguide.faces.web.web_context import WebOptions
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics
from keyguide.store.memory import MemoryStore

pytestmark = pytest.mark.slow


@pytest.fixture
async def port(small_knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(slow_clients, "READ_SECONDS", 0.3)
    face = WebFace(WebOptions(port=0), Assistant(small_knowledge, MemoryStore()), Metrics(), Health())
    yield urlsplit((await face.open()).split()[0]).port or 0
    await face.close()


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nX-Slow: ",
        b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["nothing", "half a line", "half a header", "one request and then nothing"],
)
async def test_a_connection_on_which_no_request_arrives_is_closed(port: int, half: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(half)
    async with asyncio.timeout(10):
        try:
            received = await reader.read()
        except ConnectionResetError:
            received = b""
    writer.close()

    assert received.count(b"HTTP/1.1") == half.count(b"livez")


async def test_a_body_that_does_not_arrive_is_refused_in_time(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /api/reply HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 99\r\n\r\n{"
    )
    async with asyncio.timeout(10):
        line = await reader.readline()
    writer.close()

    assert b" 408 " in line


async def test_a_connection_that_is_used_stays_open(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(8):
        writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(10):
            await reader.readuntil(b"ok\n")
        await asyncio.sleep(0.1)
    writer.close()


async def test_a_proxy_that_the_program_does_not_know_of_is_noticed_once(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4\r\n")
        writer.write(b"Connection: close\r\n\r\n")
        async with asyncio.timeout(10):
            await reader.read()
        writer.close()

    assert caplog.text.count("set KEYGUIDE_PROXY=on") == 1
    assert "1.2.3.4" not in caplog.text
