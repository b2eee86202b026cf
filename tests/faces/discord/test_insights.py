"""/insights: what was asked in a server, in numbers, in a picture, and the picture in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import LedgerEntry

TODAY = datetime(2026, 3, 30, 12, tzinfo=UTC)
GALLERY = 12


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def assistant(real: Knowledge, store: MemoryStore) -> Assistant:
    return Assistant(real, store, lambda: TODAY)


async def test_nothing_asked_is_told(channel: Any, kim: Any, card: Any) -> None:
    result = await kim.slash(channel, "insights")

    assert "Nothing was asked here" in card(result.response).text


async def test_the_last_thirty_days_are_counted_for_this_server_alone(
    env: Any, channel: Any, kim: Any, card: Any, store: MemoryStore
) -> None:
    here = f"guild:{env.guild.id}"

    async def line(days: int, who: str, kind: str, place: str = here, verdict: str = "") -> None:
        subject = "link-how" if kind == "article" else ""
        when = TODAY - timedelta(days=days)
        await store.record(
            LedgerEntry(when, who, place, kind, subject, "", subject if verdict else "", verdict)
        )

    await line(1, "a", "article")
    await line(1, "a", "article", verdict="good")
    await line(1, "b", "miss")
    await line(3, "c", "article")
    await line(40, "d", "article")
    await line(1, "e", "article", place="guild:1")
    result = await kim.slash(channel, "insights")

    said = card(result.response)
    (gallery,) = [part for part in said.parts if part["type"] == GALLERY]
    (item,) = gallery["items"]
    assert result.ephemeral
    assert "**3** asked · **2** answered · **1** without an answer · **1** fixed" in said.text
    assert "shown 3×, helped 1×, did not help 0×" in said.text
    assert "In all: 3 asked, 1 without an answer. The busiest day was 2026-03-29: 2." in item["description"]
    assert len(item["description"]) <= 1024


async def test_conversations_without_any_answer_have_no_list(
    env: Any, channel: Any, kim: Any, card: Any, store: MemoryStore
) -> None:
    await store.record(LedgerEntry(TODAY, "a", f"guild:{env.guild.id}", "miss"))
    result = await kim.slash(channel, "insights")

    assert "Asked most" not in card(result.response).text
