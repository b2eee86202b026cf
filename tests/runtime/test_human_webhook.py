"""A call for a human reaches the operator's server: signed, masked, once, whatever that server does."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Handoff, Kind, Reply
from keyguide.runtime.human_webhook import HumanCall, HumanWebhook, Outcome, Pace, PassedCall, make_call

SECRET = "a-secret-for-the-tests"  # noqa: S105 -- nobody's
CALL = HumanCall("web", "please help", "What you answered:\n- Whose PC? Mine", (("Whose PC?", "Mine"),))
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@dataclass
class Helpdesk:
    """The operator's server: it answers as the test says, and remembers what it got."""

    answers: list[int | asyncio.Event] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(({**request.headers}, await request.read()))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            answer = 204
        return web.Response(status=answer, headers=self.headers)

    def list_bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


@dataclass
class SlowClock:
    """A clock that a test sets."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def helpdesk() -> Helpdesk:
    return Helpdesk()


@pytest.fixture
async def address(helpdesk: Helpdesk) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/calls", helpdesk.take)
    async with TestServer(app) as server:
        yield str(server.make_url("/calls"))


@dataclass
class Line:
    """A webhook under test, with its clock and what it counted."""

    clock: SlowClock
    webhook: HumanWebhook = field(init=False)
    counted: list[str] = field(default_factory=list)
    has_counted: asyncio.Event = field(default_factory=asyncio.Event)

    def count(self, result: str) -> None:
        self.counted.append(result)
        self.has_counted.set()


@pytest.fixture
async def open_line() -> AsyncIterator[Callable[..., Line]]:
    opened: list[HumanWebhook] = []

    def make(address: str, patience: float = 10.0, tries: int = 3) -> Line:
        line = Line(SlowClock())
        pace = Pace((0,) * tries, patience)
        line.webhook = HumanWebhook(address, SECRET, line.clock, line.count, pace)
        opened.append(line.webhook)
        return line

    yield make
    for webhook in opened:
        await webhook.close()


async def test_a_call_arrives_once_with_a_number_that_the_person_knows(
    helpdesk: Helpdesk, address: str, open_line: Callable[..., Line]
) -> None:
    line = open_line(address)

    passed = await line.webhook.pass_on("web:ann", CALL)

    assert passed == PassedCall(passed.reference, Outcome.PASSED)
    (body,) = helpdesk.list_bodies()
    assert body == {
        "type": "human.asked",
        "timestamp": "2026-11-27T12:00:00+00:00",
        "text": f"[{passed.reference}] please help\n\nWhat you answered:\n- Whose PC? Mine",
        "data": {
            "reference": passed.reference,
            "place": "web",
            "message": "please help",
            "answers": [{"question": "Whose PC?", "answer": "Mine"}],
            "facts": [],
            "read": "",
            "tried": [],
        },
    }
    assert "ann" not in json.dumps(body)
    assert line.counted == ["passed"]


async def test_the_server_can_check_who_sent_it(
    helpdesk: Helpdesk, address: str, open_line: Callable[..., Line]
) -> None:
    await open_line(address).webhook.pass_on("web:ann", CALL)

    headers, body = helpdesk.got[0]
    version, _, signature = headers["webhook-signature"].partition(",")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert version == "v1"
    assert b64decode(signature) == hmac.digest(SECRET.encode(), signed, "sha256")
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))


async def test_a_server_that_fails_is_tried_again_with_the_same_id(
    helpdesk: Helpdesk, address: str, open_line: Callable[..., Line]
) -> None:
    helpdesk.answers, helpdesk.headers = [500, 429], {"Retry-After": "0"}

    passed = await open_line(address).webhook.pass_on("web:ann", CALL)

    assert passed.outcome is Outcome.PASSED
    assert len(helpdesk.got) == 3
    assert len({headers["webhook-id"] for headers, _ in helpdesk.got}) == 1
    assert len({body for _, body in helpdesk.got}) == 1


@pytest.mark.parametrize("status", [301, 400, 404, 410])
async def test_a_server_that_refuses_is_not_asked_again(
    helpdesk: Helpdesk,
    address: str,
    open_line: Callable[..., Line],
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    helpdesk.answers, helpdesk.headers = [status], {"Location": address}
    line = open_line(address)

    passed = await line.webhook.pass_on("web:ann", CALL)

    assert passed.outcome is Outcome.FAILED
    assert len(helpdesk.got) == 1
    assert line.counted == ["failed"]
    assert f"KEYGUIDE_HUMAN_WEBHOOK refused a call for a human (HTTP {status})" in caplog.text


async def test_a_server_that_is_down_is_given_up_after_the_last_try(
    open_line: Callable[..., Line], caplog: pytest.LogCaptureFixture
) -> None:
    line = open_line(f"http://127.0.0.1:{unused_port()}/token-in-the-address")

    passed = await line.webhook.pass_on("web:ann", CALL)

    assert passed.outcome is Outcome.FAILED
    assert line.counted == ["failed"]
    assert "took no call in 3 tries; it is lost" in caplog.text
    assert "token-in-the-address" not in caplog.text


async def test_nobody_waits_for_a_slow_server_and_the_call_arrives_all_the_same(
    helpdesk: Helpdesk, address: str, open_line: Callable[..., Line]
) -> None:
    answers = asyncio.Event()
    helpdesk.answers = [answers]
    line = open_line(address, patience=0.01)

    first = await line.webhook.pass_on("web:ann", CALL)
    answers.set()
    async with asyncio.timeout(10):
        await line.has_counted.wait()
    second = await line.webhook.pass_on("web:ann", CALL)

    assert first.outcome is Outcome.TRYING
    assert line.counted == ["passed"]
    assert second == PassedCall(first.reference, Outcome.PASSED)
    assert len(helpdesk.got) == 1


async def test_who_presses_twice_calls_once_until_some_time_has_passed(
    helpdesk: Helpdesk, address: str, open_line: Callable[..., Line]
) -> None:
    line = open_line(address)

    first = await line.webhook.pass_on("web:ann", CALL)
    again = await line.webhook.pass_on("web:ann", CALL)
    other = await line.webhook.pass_on("web:bob", CALL)
    line.clock.now += timedelta(minutes=11)
    later = await line.webhook.pass_on("web:ann", CALL)

    assert first == again
    assert len({first.reference, other.reference, later.reference}) == 3
    assert len(helpdesk.got) == 3


async def test_who_could_not_be_passed_on_may_try_again(
    helpdesk: Helpdesk, address: str, open_line: Callable[..., Line]
) -> None:
    helpdesk.answers = [400]
    line = open_line(address)

    outcomes = [(await line.webhook.pass_on("web:ann", CALL)).outcome for _ in range(2)]

    assert outcomes == [Outcome.FAILED, Outcome.PASSED]


async def test_a_flood_is_refused_rather_than_kept(
    helpdesk: Helpdesk, address: str, open_line: Callable[..., Line]
) -> None:
    helpdesk.answers = [asyncio.Event() for _ in range(50)]
    line = open_line(address, patience=0)

    passed = [await line.webhook.pass_on(f"web:{number}", CALL) for number in range(51)]

    assert [call.outcome for call in passed] == [Outcome.TRYING] * 50 + [Outcome.FAILED]
    await line.webhook.close()


async def test_what_was_not_delivered_at_the_end_is_told(
    helpdesk: Helpdesk, address: str, open_line: Callable[..., Line], caplog: pytest.LogCaptureFixture
) -> None:
    helpdesk.answers = [asyncio.Event()]
    line = open_line(address, patience=0)
    await line.webhook.pass_on("web:ann", CALL)

    with caplog.at_level(logging.ERROR):
        await line.webhook.close()

    assert "calls for a human that were not passed on before the end: 1" in caplog.text


def test_what_the_person_writes_to_the_helper_is_masked(knowledge: Knowledge) -> None:
    reply = Reply(
        Kind.ARTICLE,
        "Ask a human",
        handoff=Handoff((("Whose PC?", "Mine"),), tried=("Linking",), read="Errors"),
    )
    phrases = knowledge.choose_phrases("en").human

    call = make_call(
        knowledge, phrases, reply, "web", "key BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG, write to ann@x.example"
    )

    assert call.message == "key *****-*****-*****-*****-68DJG, write to ann@x.example"
    assert call.summary.splitlines() == [
        *("What you answered:", "- Whose PC? Mine", ""),
        *("What you read last:", "- Errors", ""),
        *("What did not help:", "- Linking"),
    ]


async def test_the_check_in_the_documentation_accepts_what_is_sent_and_nothing_else(
    helpdesk: Helpdesk, address: str, open_line: Callable[..., Line]
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "web.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    known: dict[str, Any] = {}
    exec(program, known)  # noqa: S102 -- our own documentation
    await open_line(address).webhook.pass_on("web:ann", CALL)

    headers, body = helpdesk.got[0]

    assert known["is_ours"](headers, body, SECRET)
    assert not known["is_ours"](headers, body + b" ", SECRET)
    assert not known["is_ours"](headers, body, SECRET + "x")
