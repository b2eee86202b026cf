"""Several processes, one memory: what is overtaken is not lost, and every line is counted once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from keyguide import reply_cache
from keyguide.assistant import Assistant
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.daily_counts import EVERYWHERE, DailyCount
from keyguide.core.model.turn import Kind, Reply, Turn
from keyguide.count_ledger import count_ledger
from keyguide.errors import OvertakenError
from keyguide.insight.usage import StepStats, count_endings, count_sessions, count_steps, rank_answers
from keyguide.store.memory import MemoryStore
from keyguide.store.open_store import open_store
from keyguide.store.protocols import LedgerEntry, MissedQuestion, Store

DAY = date(2025, 3, 1)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres"))
    return ":memory:" if request.param == "memory" else str(tmp_path / "keyguide.db")


@pytest.fixture
async def stores(address: str) -> AsyncIterator[tuple[Store, Store]]:
    """Two stores with one memory, as two processes have them."""
    one = await open_store(address)
    two = one if isinstance(one, MemoryStore) else await open_store(address)
    yield one, two
    await one.close()
    await two.close()


def line(when: datetime, who: str = "ann", kind: str = "article", **more: str) -> LedgerEntry:
    return LedgerEntry(when, who, more.pop("place", "guild:1"), kind, **more)


async def test_a_save_that_was_overtaken_writes_nothing(stores: tuple[Store, Store], noon: datetime) -> None:
    one, two = stores
    await one.save(Conversation("ann"))
    mine, theirs = await one.load("ann"), await two.load("ann")
    await two.record(line(noon), theirs.add_facts(windows="11"))
    with pytest.raises(OvertakenError):
        await one.record(line(noon), mine.add_facts(windows="10"))

    assert (await one.load("ann")).facts == {"windows": "11"}
    assert len(await one.list_entries(noon)) == 1


async def test_of_two_that_begin_a_conversation_at_once_one_is_overtaken(stores: tuple[Store, Store]) -> None:
    results = await asyncio.gather(
        *(store.save(Conversation("ann")) for store in stores), return_exceptions=True
    )

    assert sorted(map(type, results), key=str) == sorted([OvertakenError, type(None)], key=str)


async def test_who_was_erased_meanwhile_is_not_written_again(stores: tuple[Store, Store]) -> None:
    one, two = stores
    await one.save(Conversation("ann"))
    mine = await one.load("ann")
    await two.forget("ann")
    with pytest.raises(OvertakenError):
        await one.save(mine.add_facts(windows="11"))

    assert (await one.load("ann")).facts == {}


async def test_two_processes_that_answer_one_person_at_once_lose_nothing(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    def learn(_knowledge: object, talk: Conversation, turn: Turn) -> tuple[Conversation, Reply]:
        return talk.add_facts(**{turn.text: "yes"}), Reply(Kind.MENU, "")

    monkeypatch.setattr(reply_cache, "respond", learn)
    processes = [Assistant(None, store) for store in stores]  # type: ignore[arg-type]  # the stand-in knows nothing
    words = [f"fact{number}" for number in range(12)]
    await asyncio.gather(
        *(processes[number % 2].reply(Turn("ann", word)) for number, word in enumerate(words))
    )

    assert set((await stores[0].load("ann")).facts) == set(words)


async def test_lines_are_counted_by_day_and_place_and_everywhere(
    stores: tuple[Store, Store], noon: datetime
) -> None:
    store, _ = stores
    await store.record(line(noon, subject="link-how"))
    await store.record(line(noon, "ben", subject="link-how", place="guild:2"))
    await store.record(line(noon, kind="menu", judged="link-how", verdict="good"))
    await count_ledger(store, 1)
    here, everywhere = await store.sum_counts(DAY, "guild:1"), await store.sum_counts(DAY, EVERYWHERE)

    (worth,) = rank_answers(here)
    assert (worth.subject, worth.shown, worth.good) == ("link-how", 1, 1)
    assert rank_answers(everywhere)[0].shown == 2
    assert [number for number in count_endings(everywhere).values() if number] == [1, 1]
    assert await store.sum_counts(DAY + timedelta(days=1), "guild:1") == []
    assert await store.list_places(DAY, 9) == ["guild:1", "guild:2"]
    assert await store.list_places(DAY, 1) == ["guild:1"]


async def test_a_session_that_goes_on_is_counted_once_however_it_is_cut(
    stores: tuple[Store, Store], noon: datetime
) -> None:
    store, _ = stores
    lines = [
        line(noon, kind="step", subject="f", step="one"),
        line(noon + timedelta(minutes=1), kind="step", subject="f", step="two"),
        line(noon + timedelta(minutes=2), kind="step", subject="f", step="one"),
        line(noon + timedelta(minutes=3), subject="link-how"),
        line(noon + timedelta(minutes=70), kind="step", subject="f", step="one"),
    ]
    for each in lines:
        await store.record(each)
        await count_ledger(store, 1)
    counts = await store.sum_counts(DAY, "guild:1")

    assert count_sessions(counts) == 2
    assert count_steps(counts) == {"f/one": StepStats(2, 1), "f/two": StepStats(1, 0)}


async def test_two_processes_that_count_at_once_count_every_line_once(
    stores: tuple[Store, Store], noon: datetime
) -> None:
    for number in range(40):
        await stores[number % 2].record(line(noon, f"p{number}", subject="link-how"))
    await asyncio.gather(*(count_ledger(store, 3) for store in stores))
    for store in stores:
        await count_ledger(store, 3)

    assert rank_answers(await stores[0].sum_counts(DAY, EVERYWHERE))[0].shown == 40
    assert await stores[0].list_uncounted(1) == []


async def test_who_is_erased_while_lines_are_counted_leaves_the_others_counted(
    stores: tuple[Store, Store], noon: datetime
) -> None:
    one, two = stores
    await one.record(line(noon))
    await one.record(line(noon, "ben"))
    numbers = [number for number, _ in await one.list_uncounted(9)]
    await two.forget("ann")
    with pytest.raises(OvertakenError):
        await one.add_counts(numbers, [DailyCount("2025-03-01", "guild:1", "shown", "", "", "menu", 2)], [])
    await count_ledger(one, 1)

    assert count_sessions(await one.sum_counts(DAY, "guild:1")) == 1


async def test_the_ledger_is_streamed_as_it_is_listed(stores: tuple[Store, Store], noon: datetime) -> None:
    store, _ = stores
    for number in range(1203):
        await store.record(line(noon + timedelta(seconds=number // 700), f"p{number}"))
    await store.record(line(noon, place="guild:2"))

    assert [one async for one in store.stream_entries(noon)] == await store.list_entries(noon)
    assert len([one async for one in store.stream_entries(noon, "guild:1")]) == 1203


async def test_what_is_too_old_is_erased_and_sums_stay_longer(
    stores: tuple[Store, Store], noon: datetime
) -> None:
    store, _ = stores
    await store.save(Conversation("ann"))
    await store.record(line(noon))
    await store.keep_miss(MissedQuestion(noon, "web", "miss", "why"))
    before = await store.drop_old(noon + timedelta(days=1), DAY, 100)
    await count_ledger(store, 1)
    later = datetime.now(noon.tzinfo) + timedelta(days=1)
    erased = await store.drop_old(later, DAY, 100)

    assert before == 1  # the question; a line stays until it is counted
    assert erased == 3  # conversation, line and session
    assert not any((await store.export("ann")).values())
    assert count_sessions(await store.sum_counts(DAY, "guild:1")) == 1
    assert await store.drop_old(later, DAY + timedelta(days=1), 100) > 0
    assert await store.sum_counts(DAY, "guild:1") == []


async def test_old_lines_are_erased_a_few_at_a_time(stores: tuple[Store, Store], noon: datetime) -> None:
    store, _ = stores
    for number in range(5):
        await store.record(line(noon, kind=str(number)))
    await count_ledger(store, 1)
    if isinstance(store, MemoryStore):
        pytest.skip("nobody waits for a store in memory")
    erased = [await store.drop_old(noon + timedelta(days=1), DAY, 2) for _ in range(4)]

    assert erased == [3, 2, 1, 0]  # with the session in the first


async def test_a_place_that_is_erased_has_no_sums_either(stores: tuple[Store, Store], noon: datetime) -> None:
    store, _ = stores
    await store.record(line(noon))
    await count_ledger(store, 1)
    await store.forget_place("guild:1")

    assert await store.sum_counts(DAY, "guild:1") == []
    assert await store.list_places(DAY, 9) == []


async def test_a_version_does_not_make_a_conversation_another_one(stores: tuple[Store, Store]) -> None:
    talk = Conversation("ann", subject="menu")
    await stores[0].save(talk)
    loaded = await stores[1].load("ann")

    assert loaded == talk
    assert loaded.version == talk.version + 1
    assert repr(loaded) == repr(replace(talk))
