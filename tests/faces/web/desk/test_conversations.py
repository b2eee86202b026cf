"""What a bar counts: the conversations behind it, without words and names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.faces.web.desk_page import Client, fill, line, show

from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import get_now


async def test_a_conversation_shows_what_was_shown_and_said_in_its_order(
    client: Client, filled: MemoryStore
) -> None:
    fixed = await show(client, "/desk/conversations?ending=fixed")
    stuck = await show(client, "/desk/conversations?ending=stuck")

    assert "Confirmed · the last 30 days · everywhere" in fixed.text
    assert "guild:1 Link your licence The menu (said: fixed) Confirmed" in fixed.text
    assert "The link button on Windows 11 (said: still stuck) Not helped" in stuck.text
    assert "web:" not in fixed.text
    assert "/desk/article/link-how" in fixed.values("a", "href")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 7),
        ("ending=handed", 1),
        ("subject=link-how", 1),
        ("subject=link-how&verdict=good", 1),
        ("subject=link-how&verdict=bad", 1),
        ("subject=is-it-linked", 1),
        ("step=is-it-linked/page-says", 1),
        ("place=guild:2", 1),
        ("days=90", 8),
        ("ending=nonsense", 0),
        ("day=nonsense", 7),
    ],
)
async def test_only_those_are_listed_that_the_bar_counts(
    client: Client, filled: MemoryStore, query: str, found: int
) -> None:
    seen = await show(client, f"/desk/conversations?{query}")

    assert (f"The latest {found}," in seen.text) == bool(found)
    assert ("There is no such conversation" in seen.text) == (not found)


async def test_a_question_that_was_left_names_the_question(client: Client, filled: MemoryStore) -> None:
    seen = await show(client, "/desk/conversations?ending=left")

    assert "What does the Activation page say? Left in between" in seen.text
    assert "/desk/flow/is-it-linked" in seen.values("a", "href")


async def test_a_conversation_past_midnight_belongs_to_the_day_it_began(
    client: Client, store: MemoryStore
) -> None:
    midnight = datetime.combine(get_now().date() - timedelta(days=3), datetime.min.time(), UTC)
    await fill(store, line("article", subject="link-how", when=midnight - timedelta(minutes=5)))
    await fill(store, line("miss", when=midnight + timedelta(minutes=5)))

    first, second = [
        await show(client, f"/desk/conversations?day={(midnight + timedelta(days=days)).date()}")
        for days in (-1, 0)
    ]

    assert "Link your licence Missed Missed" in first.text
    assert "There is no such conversation" in second.text


async def test_at_most_fifty_are_shown_and_the_page_says_how_far_it_read(
    client: Client, store: MemoryStore
) -> None:
    yesterday = get_now() - timedelta(days=1)
    await fill(store, *(line("miss", f"web:{number}", when=yesterday) for number in range(60)))
    await fill(store, line("miss", "web:old", when=get_now() - timedelta(days=9)))

    seen = await show(client, "/desk/conversations?ending=missed")

    assert "The latest 50, without words and names." in seen.text
    assert f"Read back to {yesterday.date()} only." in seen.text
