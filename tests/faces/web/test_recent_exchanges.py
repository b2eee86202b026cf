"""What was said a moment ago: how much of it is kept, of whom, and for how long."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Kind, Option, Reply
from keyguide.faces.web import app
from keyguide.faces.web.conversation.recent_exchanges import RecentExchanges
from keyguide.faces.web.html.question_and_reply import Exchange
from keyguide.faces.web.web_context import WebContext, WebOptions
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics
from keyguide.store.memory import MemoryStore


@pytest.fixture
def recent(clock: Any) -> RecentExchanges:
    return RecentExchanges(clock)


def said(id: str, *options: Option) -> Exchange:
    return Exchange(id, "hello", Reply(Kind.MENU, f"Answer {id}", options=options))


def ids(talk: tuple[Exchange, ...]) -> list[str]:
    return [one.id for one in talk]


def test_a_page_gets_its_own_exchange_and_what_came_before(recent: RecentExchanges) -> None:
    for id in "abc":
        recent.keep("ann", said(id))

    assert ids(recent.read_until("ann", "b")) == ["a", "b"]


@pytest.mark.parametrize(("who", "id"), [("ben", "a"), ("ann", "z"), ("ann", "")])
def test_nobody_gets_what_is_not_theirs(recent: RecentExchanges, who: str, id: str) -> None:
    recent.keep("ann", said("a"))

    assert recent.read_until(who, id) == ()


def test_only_the_last_dozen_is_kept(recent: RecentExchanges) -> None:
    for number in range(20):
        recent.keep("ann", said(str(number)))

    assert ids(recent.read_until("ann", "19")) == [str(number) for number in range(8, 20)]


def test_nothing_is_kept_for_longer_than_a_quarter_of_an_hour(recent: RecentExchanges, clock: Any) -> None:
    recent.keep("ann", said("a"))
    clock.now += 901

    assert recent.read_until("ann", "a") == ()


def test_who_goes_on_talking_keeps_the_conversation(recent: RecentExchanges, clock: Any) -> None:
    recent.keep("ann", said("a"))
    clock.now += 600
    recent.keep("ann", said("b"))
    clock.now += 600

    assert ids(recent.read_until("ann", "b")) == ["a", "b"]


def test_only_so_many_visitors_are_known(recent: RecentExchanges) -> None:
    for number in range(501):
        recent.keep(str(number), said("a"))

    assert recent.read_until("0", "a") == ()
    assert ids(recent.read_until("1", "a")) == ["a"]


def test_a_label_is_that_of_the_option_shown_last(recent: RecentExchanges) -> None:
    recent.keep("ann", said("a", Option("Old words", "go/x")))
    recent.keep("ann", said("b", Option("New words", "go/x")))

    assert recent.find_label("ann", "go/x") == "New words"
    assert recent.find_label("ann", "go/y") == recent.find_label("ben", "go/x") == ""


def test_what_is_to_be_forgotten_is_gone(recent: RecentExchanges) -> None:
    recent.keep("ann", said("a"))
    recent.forget("ann")
    recent.forget("ben")

    assert recent.read_until("ann", "a") == ()


async def test_a_page_that_nobody_asks_drops_what_was_said(
    small_knowledge: Knowledge, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_DROP_SECONDS", 0.0)
    assistant, recent = Assistant(small_knowledge, MemoryStore()), RecentExchanges(clock)
    context = WebContext(WebOptions(), assistant, Metrics(), Health(), recent=recent)
    async with asyncio.timeout(10), TestServer(app.build_application(context)):
        recent.keep("ann", said("a"))
        clock.now += 14 * 60
        await asyncio.sleep(0.01)
        before = "hello" in str(vars(recent))
        clock.now += 2 * 60
        while "hello" in str(vars(recent)):  # noqa: ASYNC110 -- what is waited for has no event
            await asyncio.sleep(0)

    assert before
