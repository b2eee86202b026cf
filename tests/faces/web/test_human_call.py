"""A person on the page who asks for a human: told what is true, given a summary, and passed on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from keyguide.runtime.human_webhook import HumanWebhook, Pace
from keyguide.store.memory import MemoryStore

Client = TestClient[Any, Any]
Opening = Callable[..., Awaitable[Client]]

SECRET = "a-secret-for-the-tests"  # noqa: S105 -- nobody's
KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"


@dataclass
class Helpers:
    """The operator's server, which remembers what it got and answers as the test says."""

    status: int = 204
    got: list[dict[str, Any]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        return web.Response(status=self.status)


@pytest.fixture
def helpers() -> Helpers:
    return Helpers()


@pytest.fixture
async def client(opened: Opening, helpers: Helpers) -> AsyncIterator[Client]:
    """A browser of somebody whose diagnosis ended with a human, on a page with a webhook."""
    app = web.Application()
    app.router.add_post("/", helpers.take)
    async with TestServer(app) as server:
        webhook = HumanWebhook(str(server.make_url("/")), SECRET, pace=Pace((0, 0), 10))
        client = await opened(human=webhook)
        await post(client, "/", pick="go/is-it-linked")
        yield client
        await webhook.close()


async def post(client: Client, path: str, **fields: str) -> str:
    async with client.post(path, data=fields) as response:
        assert response.status == 200
        return await response.text()


async def test_without_a_webhook_the_page_says_that_it_can_call_nobody(opened: Opening) -> None:
    client = await opened()
    await post(client, "/", pick="go/is-it-linked")

    html = await post(client, "/", pick="say/is-it-linked/page-says/nothing")

    assert "I cannot call anybody from here. These people can see your licence" in html
    assert "<dt>What does the Activation page say?</dt><dd>Nothing at all</dd>" in html
    assert 'data-text="What you answered:\n- What does the Activation page say? Nothing at all"' in html
    assert "/human" not in html
    async with client.post("/human", data={"line": "hello"}) as response:
        assert response.status == 404


async def test_a_call_is_passed_on_with_the_summary_and_the_masked_line(
    client: Client, helpers: Helpers
) -> None:
    offered = await post(client, "/", pick="say/is-it-linked/page-says/nothing")
    html = await post(client, "/human", line=f" I am  ann@x.example, {KEY} ")

    (call,) = helpers.got
    assert "You can also pass on what is known to the helpers here." in offered
    assert '<form class="call" method="post" action="/human">' in offered
    assert f"Passed on. Your number is <strong>{call['data']['reference']}</strong>" in html
    assert call["data"]["message"] == "I am ann@x.example, *****-*****-*****-*****-68DJG"
    assert call["data"]["answers"] == [
        {"question": "What does the Activation page say?", "answer": "Nothing at all"}
    ]
    assert KEY not in html
    assert '<form class="call"' not in html.rpartition('<div class="exchange"')[2]


async def test_a_call_that_is_refused_is_not_called_a_success(client: Client, helpers: Helpers) -> None:
    helpers.status = 400

    html = await post(client, "/human", line="")

    last = html.rpartition('<div class="exchange"')[2]
    assert "I could not pass it on, so nobody was called." in last
    assert '<form class="call"' in last


async def test_calls_are_counted_and_recorded_as_handed_over(client: Client, store: MemoryStore) -> None:
    await post(client, "/human", line="hello")

    *_, entry = await store.list_entries(datetime.min.replace(tzinfo=UTC))
    assert entry.subject == "contact-support"


async def test_who_keeps_no_cookies_cannot_call(client: Client) -> None:
    client.session.cookie_jar.clear()

    async with client.post("/human", data={"line": "hello"}) as response:
        assert response.status == 404
