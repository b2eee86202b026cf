"""`keyguide doctor` on the webhook for calls for a human: its server is asked, and nobody is called."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from keyguide.cli.doctor import check_webhook

PATH = "/calls/secret-of-the-address"


@dataclass
class Helpdesk:
    """The operator's server: it answers as the test says, and remembers what it was asked."""

    status: int = 204
    is_slow: bool = False
    got: list[str] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(f"{request.method} {await request.text()}".strip())
        if self.is_slow:
            await asyncio.sleep(60)
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})


@pytest.fixture
def helpdesk() -> Helpdesk:
    return Helpdesk()


@pytest.fixture
async def address(helpdesk: Helpdesk) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", helpdesk.take)
    async with TestServer(app) as server:
        yield str(server.make_url(PATH))


async def test_a_server_that_answers_is_fine_and_gets_no_call(helpdesk: Helpdesk, address: str) -> None:
    is_ok, line = await check_webhook(address, 10)

    assert is_ok
    assert "signed; it answers (HTTP 204 to HEAD" in line
    assert PATH not in line
    assert helpdesk.got == ["HEAD"]


@pytest.mark.parametrize("status", [302, 401, 404, 405, 501])
async def test_what_may_hold_for_head_alone_is_told_and_no_fault(
    helpdesk: Helpdesk, address: str, status: int
) -> None:
    helpdesk.status = status

    is_ok, line = await check_webhook(address, 10)

    assert is_ok
    assert f"HTTP {status} to HEAD" in line


@pytest.mark.parametrize(
    ("status", "says"),
    [(301, "has moved (HTTP 301)"), (308, "has moved (HTTP 308)"), (503, "fails (HTTP 503)")],
)
async def test_a_server_that_moved_or_fails_is_a_fault(
    helpdesk: Helpdesk, address: str, status: int, says: str
) -> None:
    helpdesk.status = status

    is_ok, line = await check_webhook(address, 10)

    assert not is_ok
    assert says in line
    assert helpdesk.got == ["HEAD"]


async def test_a_slow_server_is_a_fault_with_the_time_that_it_had(helpdesk: Helpdesk, address: str) -> None:
    helpdesk.is_slow = True

    is_ok, line = await check_webhook(address, 0.05)

    assert not is_ok
    assert "did not answer within 0.05 seconds; see KEYGUIDE_HUMAN_WEBHOOK" in line


async def test_a_server_that_is_down_is_a_fault() -> None:
    is_ok, line = await check_webhook(f"http://127.0.0.1:{unused_port()}{PATH}", 10)

    assert not is_ok
    assert "cannot be reached (connection refused)" in line
    assert PATH not in line


async def test_a_server_without_tls_behind_https_is_a_fault(address: str) -> None:
    is_ok, line = await check_webhook(address.replace("http:", "https:"), 10)

    assert not is_ok
    assert "has no valid certificate" in line


async def test_a_program_that_is_no_web_server_is_a_fault() -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ready\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        is_ok, line = await check_webhook(f"http://127.0.0.1:{port}", 10)

    assert not is_ok
    assert "does not answer as a web server does" in line


def test_without_a_webhook_nothing_is_asked(run: Callable[..., tuple[int, str, str]]) -> None:
    status, out, _ = run("doctor")

    assert status == 0
    assert "ok   calls for a human: the web page and the terminal only name who can help" in out


def test_the_doctor_tells_a_webhook_that_is_down_and_keeps_its_secrets(
    run: Callable[..., tuple[int, str, str]],
) -> None:
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        address = f"http://ann:word@127.0.0.1:{taken.getsockname()[1]}{PATH}"
        status, out, _ = run("doctor", KEYGUIDE_HUMAN_WEBHOOK=address, KEYGUIDE_HUMAN_SECRET="s" * 16)

    assert status == 1
    assert "BAD  calls for a human: 127.0.0.1:" in out
    assert [secret for secret in ("word", PATH, "s" * 16) if secret in out] == []
