"""The application as a whole: headers, errors in every form, whose requests are taken, and how it opens."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.errors import KeyguideError, StoreError
from keyguide.faces.web.app import WebFace
from keyguide.faces.web.web_context import WebOptions
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics
from keyguide.store.memory import MemoryStore

Client = TestClient[Any, Any]
Opening = Callable[..., Awaitable[Client]]

PAGES = ["/", "/api", "/api/openapi.json", "/livez", "/readyz", "/metrics", "/nowhere", "/static/page.css"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_carries_the_headers_that_keep_it_safe(client: Client, path: str) -> None:
    async with client.get(path) as response:
        headers = response.headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Server"] == "Keyguide"


@pytest.mark.parametrize("path", ["/", "/api", "/nowhere"])
async def test_no_page_holds_anything_inline_or_from_elsewhere(client: Client, path: str) -> None:
    async with client.get(path) as response:
        html = await response.text()

    assert "<style" not in html
    assert "style=" not in html
    assert "<script>" not in html
    assert 'src="http' not in html
    assert 'stylesheet" href="/static/' in html


async def test_the_files_of_a_page_may_be_kept_for_ever(client: Client) -> None:
    async with client.get("/static/page.js?v=1") as response:
        assert response.status == 200
        assert response.content_type == "text/javascript"
        assert "immutable" in response.headers["Cache-Control"]


async def test_a_picture_of_an_answer_may_be_kept_for_ever(
    client: Client, small_knowledge: Knowledge
) -> None:
    async with client.get("/picture/link-11.png?v=1") as response:
        content = await response.read()

    assert content == small_knowledge.pictures["link-11"].file.content
    assert response.content_type == "image/png"
    assert "immutable" in response.headers["Cache-Control"]


async def test_a_picture_that_is_not_there_is_told(client: Client) -> None:
    async with client.get("/picture/moon.png") as response:
        assert response.status == 404


@pytest.mark.parametrize("name", ["..%2fapp.py", "%2e%2e%2fapp.py", "app.py", "x", "page.css%00"])
async def test_no_other_file_can_be_had(client: Client, name: str) -> None:
    async with client.get(f"/static/{name}") as response:
        assert response.status == 404


@pytest.mark.parametrize("path", ["/", "/forget", "/api/reply"])
async def test_what_another_site_sends_is_not_taken(client: Client, store: MemoryStore, path: str) -> None:
    data = json.dumps({"who": "ann", "text": "hello"})
    headers = {"Origin": "https://evil.example", "Content-Type": "application/json"}
    async with client.post(path, data=data, headers=headers) as response:
        assert response.status == 403


async def test_a_form_over_https_gets_a_secure_cookie(client: Client) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    async with client.post("/", data={"text": "hi"}, headers=headers, allow_redirects=False) as response:
        assert response.headers["Set-Cookie"].endswith("; HttpOnly; SameSite=Lax; Secure")


async def test_only_the_conversation_may_be_framed(opened: Opening) -> None:
    client = await opened(embed=("https://community.example",))
    async with client.get("/") as chat, client.get("/desk") as desk:
        assert "frame-ancestors https://community.example" in chat.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in desk.headers["Content-Security-Policy"]


async def test_a_framed_page_says_who_may_frame_it(opened: Opening) -> None:
    client = await opened(embed=("https://community.example",))
    headers = {"X-Forwarded-Proto": "https"}
    async with client.post("/", data={"text": "hi"}, headers=headers, allow_redirects=False) as response:
        assert "frame-ancestors https://community.example" in response.headers["Content-Security-Policy"]
        assert response.headers["Set-Cookie"].endswith("SameSite=None; Secure; Partitioned")


FORMS = [
    ("/", {}, "text/html", "Please wait"),
    ("/", {"X-Keyguide": "part"}, "text/plain", "Please wait"),
    ("/api/reply", {}, "application/json", '{"error":"too many requests'),
]


@pytest.mark.parametrize(("path", "headers", "kind", "says"), FORMS, ids=["page", "script", "program"])
async def test_who_asks_too_fast_is_told_in_the_form_that_was_asked_for(
    opened: Opening, path: str, headers: dict[str, str], kind: str, says: str
) -> None:
    client = await opened(rate=2)
    for _ in range(5):  # what five people behind one address may ask at once
        async with client.post("/forget", allow_redirects=False):
            pass
    async with client.post(path, data={"text": "hello"}, headers=headers) as response:
        text = await response.text()

    assert response.status == 429
    assert response.content_type == kind
    assert int(response.headers["Retry-After"]) >= 1
    assert says in text


async def test_one_visitor_who_asks_too_fast_does_not_slow_the_neighbours(opened: Opening) -> None:
    client = await opened(rate=12)
    statuses = []
    for _ in range(8):
        async with client.post("/", data={"text": "hi"}, allow_redirects=False) as response:
            statuses.append(response.status)
    client.session.cookie_jar.clear()
    async with client.post("/", data={"text": "hi"}, allow_redirects=False) as response:
        neighbour = response.status

    assert statuses == [303] * 7 + [429]  # the first came without a cookie
    assert neighbour == 303


async def test_what_is_turned_away_is_counted(opened: Opening) -> None:
    client = await opened(rate=2)
    for _ in range(6):
        async with client.post("/forget", allow_redirects=False):
            pass
    async with client.get("/metrics") as response:
        assert 'keyguide_rate_limited_total{face="web"} 1.0' in await response.text()


async def test_a_page_that_is_not_there_is_told(client: Client) -> None:
    async with client.get("/nowhere") as response:
        text = await response.text()

    assert response.status == 404
    assert "There is no such page" in text


async def test_a_method_that_is_not_taken_says_which_are(client: Client) -> None:
    async with client.delete("/") as response:
        assert response.status == 405
        assert set(response.headers["Allow"].split(",")) >= {"GET", "POST"}


class Broken(MemoryStore):
    """A memory that fails as it is told to."""

    error: Exception = StoreError("/data/keyguide.db: the disk is full")

    async def load(self, who: str) -> Conversation:
        raise self.error

    async def forget(self, who: str) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"),
    [(StoreError("/data/keyguide.db: the disk is full"), 503), (ZeroDivisionError("secret words"), 500)],
    ids=["foreseen", "unforeseen"],
)
async def test_a_failure_is_told_politely_and_without_its_details(
    small_knowledge: Knowledge, opened: Opening, store: Broken, error: Exception, status: int
) -> None:
    store.error = error
    client = await opened()
    cookie = {"Cookie": f"keyguide={'a' * 32}"}
    async with client.post("/forget", headers=cookie) as response:
        html = await response.text()

    assert response.status == status
    assert "Something went wrong on my side" in html
    assert "disk" not in html
    assert "secret" not in html


@pytest.mark.parametrize("error", [StoreError("/data/keyguide.db: the disk is full")])
async def test_while_the_store_fails_people_are_answered_and_told_that_it_is_not_remembered(
    opened: Opening, store: Broken, error: Exception
) -> None:
    store.error = error
    client = await opened()
    async with (
        client.get("/") as start,
        client.post("/", data={"text": "my licence cannot be linked"}) as reply,
    ):
        html = await reply.text()

    assert start.status == reply.status == 200
    assert "I cannot remember anything just now" in html
    assert "disk" not in html


@pytest.fixture
def store(request: pytest.FixtureRequest) -> MemoryStore:
    return Broken() if "error" in request.fixturenames else MemoryStore()


async def test_what_people_write_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with client.post("/", data={"text": "my cat is called Tiddles"}):
        pass
    async with client.post("/api/reply", json={"who": "ann", "text": "Tiddles"}):
        pass

    assert "Tiddles" not in "".join(record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    ("accepts", "lang"), [("de-AT,de;q=0.9", "de"), ("fr", "en"), ("en-GB", "en"), ("", "en"), ("*", "en")]
)
async def test_the_page_speaks_the_first_language_that_it_knows(
    small_knowledge: Knowledge, client: Client, accepts: str, lang: str
) -> None:
    expected = lang if lang in small_knowledge.phrases else "en"
    async with client.get("/", headers={"Accept-Language": accepts}) as response:
        assert f'<html lang="{expected}">' in await response.text()


def face(site: WebOptions, knowledge: Knowledge | None = None) -> WebFace:
    assistant: Any = Assistant(knowledge, MemoryStore()) if knowledge else None
    return WebFace(site, assistant, Metrics(), Health())


async def test_a_face_opens_on_a_free_port_and_closes() -> None:
    one = face(WebOptions(port=0, desk_token="a-token-of-one-s-own"))
    where = await one.open()
    async with aiohttp.ClientSession() as session, session.get(f"{where}livez") as response:
        alive = await response.text()
    await one.close()

    assert where.startswith("http://127.0.0.1:")
    assert alive == "ok\n"


async def test_without_a_token_the_desk_has_a_link_made_for_this_start(small_knowledge: Knowledge) -> None:
    one = face(WebOptions(port=0), small_knowledge)
    link = re.search(r"desk: (http://\S+)\)", await one.open())
    async with aiohttp.ClientSession() as session:
        assert link
        async with session.get(link[1], allow_redirects=False) as entered:
            assert entered.status == 303
        async with session.get(link[1][:-1], allow_redirects=False) as wrong:
            assert wrong.status == 401
    await one.close()


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (
            b"POST /api/reply HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
            415,
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 300000\r\n\r\n",
            413,
            marks=pytest.mark.slow,
        ),
        (b"POST / HTTP/1.1\r\nHost: x\r\nOrigin: http://[\r\nContent-Length: 0\r\n\r\n", 403),
        (b"GET /desk HTTP/1.1\r\nHost: [\r\n\r\n", 401),
        (b"GET /?q=secret HTTP/X\r\nHost: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nmy secret\r\n\r\n", 400),
    ],
    ids=["compressed", "a bomb", "an odd origin", "an odd host", "an odd first line", "an odd header"],
)
async def test_an_odd_request_is_refused_and_leaves_no_word_in_the_log(
    small_knowledge: Knowledge, request_bytes: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    one = face(WebOptions(port=0), small_knowledge)
    port = int((await one.open()).split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request_bytes)
    answer = await reader.readline()
    writer.close()
    await one.close()

    assert int(answer.split()[1]) == status
    assert "secret" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_port_that_is_taken_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(KeyguideError, match=f"127.0.0.1:{port} is taken by another program"):
            await face(WebOptions(port=port)).open()


async def test_an_address_that_is_not_ours_is_one_clear_line() -> None:
    with pytest.raises(KeyguideError, match="check KEYGUIDE_HOST and KEYGUIDE_PORT"):
        await face(WebOptions("192.0.2.1", 0)).open()
