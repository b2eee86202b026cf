"""The clock of the machine is set forward and back while people talk: nobody notices, and nothing is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.daily_counts import EVERYWHERE
from keyguide.core.model.turn import Kind, Turn
from keyguide.count_ledger import count_ledger
from keyguide.insight.usage import count_sessions
from keyguide.recent_texts import RecentTexts
from keyguide.store.open_store import open_store
from keyguide.store.protocols import Store
from keyguide.unsaved_conversations import UnsavedConversations

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
JUMPS = timedelta(days=400), -timedelta(days=800), timedelta(minutes=-3), timedelta(days=400, minutes=3)
FLOW = ("go/changed-parts", "say/changed-parts/part/board", "say/changed-parts/who/other", "menu", "again")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres"))
    return ":memory:" if request.param == "memory" else str(tmp_path / "keyguide.db")


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    opened = await open_store(address)
    yield opened
    await opened.close()


async def test_a_diagnosis_goes_on_and_every_line_is_counted_however_the_clock_jumps(
    store: Store, knowledge: Knowledge
) -> None:
    now = NOON
    assistant = Assistant(knowledge, store, lambda: now)
    kinds = []
    for pick, jump in zip(FLOW, (timedelta(), *JUMPS), strict=True):
        now += jump
        kinds.append((await assistant.reply(Turn("ann", pick=pick, place="web"))).kind)
        await count_ledger(store, 1)
    counts = await store.sum_counts((NOON - timedelta(days=1_000)).date(), EVERYWHERE)

    assert kinds == [Kind.STEP, Kind.STEP, Kind.STEP, Kind.MENU, Kind.STEP]
    assert await store.list_uncounted(1) == []
    assert len([one async for one in store.stream_entries(NOON - timedelta(days=1_000))]) == len(FLOW)
    assert count_sessions(counts) >= 1


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)], ids=["forward", "back"])
def test_what_is_kept_for_minutes_is_not_kept_for_longer_by_a_clock_that_was_set(jump: timedelta) -> None:
    texts, unsaved = RecentTexts(), UnsavedConversations()
    texts.add("ann", "hello", NOON)
    unsaved.add(Conversation("ann", subject="menu"), NOON)

    assert texts.recall("ann", NOON) == ("hello",)
    assert texts.recall("ann", NOON + jump) == ()
    assert unsaved.recall(Conversation("ann"), NOON).subject == "menu"
    assert unsaved.recall(Conversation("ann"), NOON + jump).subject == ""
