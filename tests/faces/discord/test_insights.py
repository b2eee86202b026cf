"""/insights: how the conversations of a server ended, what was asked most, and what was missed most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import LedgerEntry, MissedQuestion

TODAY = datetime(2026, 3, 30, 12, tzinfo=UTC)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def assistant(request: pytest.FixtureRequest, real: Knowledge, store: MemoryStore) -> Assistant:
    """An assistant that keeps what was missed if the test asks for that."""
    return Assistant(real, store, lambda: TODAY, keep_misses=getattr(request, "param", False))


async def test_nothing_asked_is_told(channel: Any, kim: Any, card: Any) -> None:
    result = await kim.slash(channel, "insights")

    assert "Nothing was asked here" in card(result.response).text


async def test_the_figures_come_from_the_sums_and_no_line_of_the_ledger_is_read(
    env: Any, channel: Any, kim: Any, card: Any, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("a ledger of years would be read")

    await store.record(LedgerEntry(TODAY, "a", f"guild:{env.guild.id}", "miss"))
    monkeypatch.setattr(store, "list_entries", read)
    monkeypatch.setattr(store, "stream_entries", read)
    result = await kim.slash(channel, "insights")

    assert "1 conversations" in card(result.response).text


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

    said = card(result.response).text
    assert result.ephemeral
    assert "3 conversations; 1 in the 30 days before." in said
    assert "**Confirmed** (said that it is fixed): 1, 33 %" in said
    assert "**Assumed** (read an answer and said nothing): 1, 33 %" in said
    assert "**Missed** (got no answer): 1, 33 %" in said
    assert "before: " not in said  # there are too few to compare
    assert "shown 3×, helped 1×, did not help 0×" in said
    assert "What was missed is not kept." in said


@pytest.mark.parametrize("assistant", [True], indirect=True)
async def test_what_was_missed_most_is_told_where_words_are_kept(
    env: Any, channel: Any, kim: Any, card: Any, store: MemoryStore
) -> None:
    here = f"guild:{env.guild.id}"
    await store.record(LedgerEntry(TODAY, "a", here, "miss"))
    for text in ("my **toaster** smokes", "toaster smokes", "what is love"):
        await store.keep_miss(MissedQuestion(TODAY - timedelta(hours=1), here, "miss", text))
    await store.keep_miss(MissedQuestion(TODAY, "guild:1", "miss", "of another server"))

    said = card((await kim.slash(channel, "insights")).response).text

    assert "**Missed most**\n- toaster smokes (2×)\n- what is love (1×)" in said
    assert "another server" not in said


async def test_conversations_without_any_answer_have_no_list(
    env: Any, channel: Any, kim: Any, card: Any, store: MemoryStore
) -> None:
    await store.record(LedgerEntry(TODAY, "a", f"guild:{env.guild.id}", "miss"))
    result = await kim.slash(channel, "insights")

    assert "Asked most" not in card(result.response).text
