"""The words of what found no answer: kept only where an operator chose so, masked, and for 30 days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from keyguide.assistant import MISSES_KEPT_FOR, Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Kind, Turn
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import MissedQuestion

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
AGES = timedelta(days=4_000)
KEY = "RV7BK-4WQ9M-HX2TN-6PGDC-J38FY"


class Day:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def keeping(knowledge: Knowledge, store: MemoryStore, day: Day) -> Assistant:
    return Assistant(knowledge, store, day, keep_misses=True)


def asks(text: str) -> Turn:
    return Turn("discord:1", text=text, place="guild:1")


async def test_nothing_is_kept_unless_it_was_chosen(
    knowledge: Knowledge, store: MemoryStore, day: Day
) -> None:
    reply = await Assistant(knowledge, store, day).reply(asks("why is the moon round"))

    assert reply.kind is Kind.MISS
    assert await store.list_misses(NOON - AGES) == []


async def test_a_miss_is_kept_with_its_words_and_without_who_asked(
    keeping: Assistant, store: MemoryStore
) -> None:
    await keeping.reply(asks("why is the moon round, ann@example.com?"))

    assert await store.list_misses(NOON) == [
        MissedQuestion(NOON, "guild:1", "miss", "why is the moon round, […]?")
    ]
    assert keeping.keeps_misses


@pytest.mark.parametrize("text", [f"my key {KEY}", "menu", ""], ids=["a secret", "a command", "nothing"])
async def test_what_was_answered_or_is_secret_is_not_kept(
    keeping: Assistant, store: MemoryStore, text: str
) -> None:
    await keeping.reply(asks(text))

    assert await store.list_misses(NOON - AGES) == []


async def test_what_was_pressed_is_not_kept(keeping: Assistant, store: MemoryStore) -> None:
    await keeping.reply(Turn("discord:1", pick="menu"))

    assert await store.list_misses(NOON - AGES) == []


async def test_once_a_day_what_is_too_old_is_erased(keeping: Assistant, store: MemoryStore, day: Day) -> None:
    await keeping.reply(asks("why is the moon round"))
    day.moment += MISSES_KEPT_FOR
    await keeping.reply(asks("menu"))
    still = await store.list_misses(NOON - AGES)
    day.moment += timedelta(days=1)
    await keeping.reply(asks("menu"))

    assert [one.text for one in still] == ["why is the moon round"]
    assert await store.list_misses(NOON - AGES) == []


async def test_what_is_too_old_is_erased_also_after_keeping_was_turned_off(
    knowledge: Knowledge, store: MemoryStore, day: Day
) -> None:
    await store.keep_miss(MissedQuestion(NOON - timedelta(days=31), "web", "miss", "old moon"))
    await Assistant(knowledge, store, day).reply(asks("menu"))

    assert await store.list_misses(NOON - AGES) == []


async def test_the_ledger_can_be_read_from_a_moment_on(keeping: Assistant) -> None:
    await keeping.reply(asks("menu"))

    assert [one.kind for one in await keeping.ledger.list_entries(keeping.read_clock())] == ["menu"]
    assert await keeping.ledger.list_entries(NOON, "elsewhere") == []
