"""The overview of the desk: totals with shares, and the period before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.faces.web.desk_page import TOKEN, Client, Page, fill, line, show

from keyguide.faces.web.desk.filters import DeskQuery, parse_query
from keyguide.faces.web.desk.statistics import find_least_helpful
from keyguide.faces.web.web_context import DeskOptions
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import get_now


def find_row(seen: Page, start: str) -> str:
    """Find what stands from a text on."""
    return seen.text[seen.text.index(start) :][:120]


async def test_confirmed_assumed_and_handed_over_are_told_apart_with_their_shares(
    client: Client, filled: MemoryStore
) -> None:
    seen = await show(client, "/desk")

    assert "7 conversations; 0 in the period before." in seen.text
    assert find_row(seen, "Confirmed said").startswith("Confirmed said that it is fixed 1 Show")
    assert "14 %" in find_row(seen, "Confirmed said")
    assert find_row(seen, "Assumed read").startswith("Assumed read an answer and said nothing 0 0 %")
    assert find_row(seen, "Handed over were").startswith("Handed over were handed over to a human 1 Show")
    assert find_row(seen, "Not helped said").startswith(
        "Not helped said no, or asked again and got the same page 1 Show"
    )
    assert "Nothing was asked" not in seen.text


async def test_a_period_is_compared_with_the_one_before_if_both_have_enough(
    client: Client, store: MemoryStore
) -> None:
    now, before = get_now() - timedelta(days=1), get_now() - timedelta(days=40)
    await fill(store, *(line("miss", f"web:a{number}", when=before) for number in range(20)))
    await fill(store, *(line("miss", f"web:b{number}", when=now) for number in range(10)))
    await fill(store, *(line("article", f"web:c{number}", when=now) for number in range(10)))

    seen = await show(client, "/desk")

    assert "20 conversations; 20 in the period before." in seen.text
    assert "50 % 20 (100 %) -50 points" in find_row(seen, "Missed got")
    assert "50 % 0 (0 %) +50 points" in find_row(seen, "Assumed read")


async def test_every_bar_leads_to_what_it_counts(client: Client, filled: MemoryStore) -> None:
    links = (await show(client, "/desk")).values("a", "href")
    counted = [link for link in links if link.startswith("/desk/conversations?")]

    assert "/desk/conversations?ending=stuck&place=&days=30" in counted
    assert any(link.startswith("/desk/conversations?day=20") for link in counted)
    assert "/desk/conversations?subject=link-how&verdict=bad&place=&days=30" in counted
    for link in dict.fromkeys(counted):
        assert "There is no such conversation" not in (await show(client, link)).text, link


async def test_the_figures_come_from_the_sums_and_no_line_of_the_ledger_is_read(
    client: Client, filled: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("a ledger of years would be read")

    monkeypatch.setattr(filled, "list_entries", read)
    monkeypatch.setattr(filled, "stream_entries", read)

    assert "conversations;" in (await show(client, "/desk?days=90")).text


async def test_everything_can_be_narrowed_to_one_server(client: Client, filled: MemoryStore) -> None:
    seen = await show(client, "/desk?place=guild:2")

    assert seen.values("option", "value")[:3] == ["", "guild:1", "guild:2"]
    assert "1 conversations;" in seen.text
    assert "/desk/conversations?ending=left&place=guild%3A2&days=30" in seen.values("a", "href")


async def test_everything_can_be_widened_to_a_longer_period(client: Client, filled: MemoryStore) -> None:
    assert "8 conversations;" in (await show(client, "/desk?days=90")).text


async def test_servers_have_their_names_where_the_bot_knows_them(
    opened: Callable[..., Any], filled: MemoryStore
) -> None:
    names = {"guild:1": "Helpful <People>"}
    desk = DeskOptions(name_place=lambda place: names.get(place, place))
    client = await opened(desk_token=TOKEN, desk=desk)
    await client.get("/desk", params={"key": TOKEN})

    overview = await show(client, "/desk?place=guild:1")
    listed = await show(client, "/desk/conversations?ending=fixed")

    assert "Helpful <People>" in overview.text
    assert overview.values("option", "value")[1] == "guild:1"
    assert "Helpful <People>" in listed.text


async def test_every_day_with_conversations_is_listed_with_the_latest_first(
    client: Client, store: MemoryStore
) -> None:
    days = [(get_now() - timedelta(days=ago)).date().isoformat() for ago in (9, 2)]
    await fill(store, *(line("miss", when=get_now() - timedelta(days=ago)) for ago in (9, 2)))

    text = (await show(client, "/desk")).text

    assert text.index(days[1]) < text.index(days[0])
    assert re.search(rf"{days[0]} 1 Show these conversations 0 0 0 0 0 1 Show these conversations 0 0", text)


async def test_an_empty_ledger_says_so(client: Client) -> None:
    seen = await show(client, "/desk")

    assert "Nothing was asked in this period." in seen.text
    assert "The words are not kept." in seen.text


async def test_the_answers_that_help_least_are_listed(client: Client, filled: MemoryStore) -> None:
    seen = await show(client, "/desk")

    assert "Answers that help least" in seen.text
    assert "/desk/article/link-how" in seen.values("a", "href")


async def test_every_picture_is_told_in_words(client: Client, filled: MemoryStore) -> None:
    html = await (await client.get("/desk")).text()

    ids = set(re.findall(r' id="([^"]+)"', html))
    named = [name for names in re.findall(r'aria-labelledby="([^"]+)"', html) for name in names.split()]
    assert named
    assert set(named) <= ids
    assert len(re.findall(r' id="', html)) == len(ids)


async def test_the_desk_speaks_german_too(client: Client) -> None:
    answer = await client.get("/desk", headers={"Accept-Language": "de-AT,de"})

    assert "html" in answer.headers["Content-Type"]


def test_a_period_that_makes_no_sense_is_the_usual() -> None:
    assert parse_query({"days": "-1", "place": "x" * 300}) == DeskQuery("x" * 200, 30)
    assert parse_query({"days": "7"}).days == 7


def test_only_answers_that_somebody_judged_badly_help_least() -> None:
    assert find_least_helpful([]) == []


async def test_a_bar_shows_the_number_beside_it_and_is_not_read_aloud(
    client: Client, filled: MemoryStore
) -> None:
    seen = await show(client, "/desk")
    bars = [attributes for tag, attributes in seen.tags if tag == "meter"]

    assert ("fixed", "1", "1") in [(bar["class"], bar["value"], bar["max"]) for bar in bars]
    assert {bar["aria-hidden"] for bar in bars} == {"true"}
    assert all(int(bar["value"] or -1) <= int(bar["max"] or -1) for bar in bars)
