"""The page that everybody may see if the operator wants it: shares, and nothing about single people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.faces.web.desk_page import fill, line, show

from keyguide.store.memory import MemoryStore


async def test_it_is_not_there_unless_it_was_switched_on(opened: Callable[..., Any]) -> None:
    client = await opened()

    assert (await client.get("/scoreboard")).status == 404


async def test_it_tells_shares_and_what_was_shown_most(
    opened: Callable[..., Any], store: MemoryStore
) -> None:
    await fill(store, *(line("article", f"web:{number}", subject="link-how") for number in range(15)))
    await fill(store, *(line("miss", f"web:m{number}", place="guild:42") for number in range(5)))
    client = await opened(scoreboard=True)

    seen = await show(client, "/scoreboard")

    assert "20 conversations in 90 days" in seen.text
    assert "Assumed read an answer and said nothing 75 %" in seen.text
    assert "Link your licence" in seen.text
    assert "The oldest was checked on 2026-01-09" in seen.text
    assert "42" not in seen.text


async def test_few_conversations_are_not_told(opened: Callable[..., Any], store: MemoryStore) -> None:
    await fill(store, *(line("article", f"web:{number}", subject="link-how") for number in range(19)))
    client = await opened(scoreboard=True)

    seen = await show(client, "/scoreboard")

    assert "too few conversations to tell" in seen.text
    assert "%" not in seen.text


async def test_a_crowd_costs_no_more_than_one_visitor(opened: Callable[..., Any], store: MemoryStore) -> None:
    client = await opened(scoreboard=True)
    first = await show(client, "/scoreboard")
    await fill(store, *(line("article", f"web:{number}") for number in range(30)))

    assert (await show(client, "/scoreboard")).text == first.text
