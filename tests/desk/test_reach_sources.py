"""Sources are asked politely, a few at a time, and what does not answer is told; all on a local server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from keyguide.core.model.content.article import Source
from keyguide.desk.reach_sources import PageCheck, check_pages, format_report
from keyguide.insight.overdue_answers import OverdueAnswer


class Site:
    """A site that answers as the path says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.at_once = 0
        self.most = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.method} {request.path}")
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        what = request.match_info["what"]
        if what == "get-only" and request.method == "HEAD":
            return web.Response(status=405)
        if what == "moved":
            return web.Response(status=301, headers={"Location": "/200"})
        if what == "round":
            return web.Response(status=302, headers={"Location": "/round"})
        if what == "slow":
            await asyncio.Event().wait()
        return web.Response(status=int(what) if what.isdecimal() else 200)


@pytest.fixture
async def site() -> AsyncIterator[tuple[Site, TestServer]]:
    one, app = Site(), web.Application()
    app.router.add_route("*", "/{what}", one.answer)
    async with TestServer(app) as server:
        yield one, server


def source(server: TestServer, what: str) -> Source:
    return Source(what, what, str(server.make_url(f"/{what}")))


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("200", "well"),
        ("moved", "well"),
        ("get-only", "well"),
        ("404", "gone"),
        ("500", "gone"),
        ("403", "unclear"),
        ("429", "unclear"),
        ("round", "gone"),
    ],
)
async def test_a_page_is_there_or_not(site: tuple[Site, TestServer], what: str, told: str) -> None:
    (answer,) = await check_pages([source(site[1], what)], pause=0)

    assert [answer.is_available, answer.is_unclear] == [told == "well", told == "unclear"]


async def test_a_page_is_asked_for_its_head_first_and_whole_only_where_that_is_refused(
    site: tuple[Site, TestServer],
) -> None:
    one, server = site

    await check_pages([source(server, "200"), source(server, "get-only")], pause=0)

    assert one.asked == ["HEAD /200", "HEAD /get-only", "GET /get-only"]


async def test_one_site_is_never_asked_for_two_pages_at_once(site: tuple[Site, TestServer]) -> None:
    one, server = site

    answers = await check_pages([source(server, str(200 + number)) for number in range(8)], pause=0)

    assert one.most == 1
    assert [answer.source.id for answer in answers] == [str(200 + number) for number in range(8)]


async def test_a_page_that_is_too_slow_is_given_up(site: tuple[Site, TestServer]) -> None:
    (answer,) = await check_pages([source(site[1], "slow")], seconds=0.2, pause=0)

    assert answer.reason == "no answer in time"
    assert not answer.is_available


async def test_a_server_that_is_not_there_is_no_answer(unused_port: int) -> None:
    (answer,) = await check_pages([Source("gone", "Gone", f"http://127.0.0.1:{unused_port}/x")], pause=0)

    assert answer.status == 0
    assert "no answer (ClientConnectorError)" in str(answer)


@pytest.fixture
def unused_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_the_report_tells_what_is_wrong_and_what_is_late() -> None:
    gone = PageCheck(Source("a", "A", "https://a.example/"), 404)
    shy = PageCheck(Source("b", "B", "https://b.example/"), 403)
    fine = PageCheck(Source("c", "C", "https://c.example/"), 200)
    late = OverdueAnswer("link-how", "Link it", "2026-01-01", 300)

    told = format_report([gone, shy, fine], [late], online=True).splitlines()

    assert told[0] == "a: status 404: https://a.example/"
    assert "may refuse programs" in told[1]
    assert told[2] == "link-how: verified 2026-01-01, 300 days ago: Link it"
    assert told[3].startswith("3 sources checked, 2 not available or unclear; 1 answers")


def test_a_report_without_asking_says_so() -> None:
    assert format_report([], [], online=False).startswith("no source was checked; 0 answers")
