"""The store kept in order while the program runs: lines are counted, and what is too old is erased."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Turn
from keyguide.errors import StoreError
from keyguide.insight.usage import count_sessions
from keyguide.runtime import housekeeping
from keyguide.runtime.housekeeping import ClockWatch, count_all, erase_old, keep_in_order
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import LedgerEntry
from keyguide.store.sqlite.store import open_sqlite

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class MovedClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    """Let the program run until something has happened."""
    while not await happened():  # noqa: ASYNC110 -- what is waited for has no event
        await asyncio.sleep(0)


async def is_counted(store: MemoryStore) -> bool:
    return not await MemoryStore.list_uncounted(store, 1)


async def is_erased(assistant: Assistant) -> bool:
    return not any((await assistant.export("ann")).values())


@pytest.fixture
def moment() -> MovedClock:
    return MovedClock()


async def test_everything_about_people_is_erased_after_the_days_that_were_chosen(
    knowledge: Knowledge, tmp_path: Path, moment: MovedClock
) -> None:
    store = await open_sqlite(tmp_path / "keyguide.db", clock=moment)
    assistant = Assistant(knowledge, store, moment, keep_misses=True)
    await assistant.reply(Turn("ann", "why is the moon round", place="web"))
    await assistant.reply(Turn("ann", "my licence cannot be linked", place="web"))
    await count_all(assistant)
    moment.now += timedelta(days=6, hours=23)
    await assistant.reply(Turn("ben", "my licence cannot be linked", place="web"))
    await count_all(assistant)
    early = await erase_old(assistant, timedelta(days=7))
    moment.now += timedelta(hours=2)
    late = await erase_old(assistant, timedelta(days=7))
    left = await assistant.export("ann"), await assistant.export("ben")
    sums = await assistant.counts.sum_counts(NOON.date(), "web")
    await store.close()

    assert early == 0
    assert late == 6  # the conversation, the session, two lines and two questions
    assert not any(left[0].values())
    assert len(left[1]["ledger"]) == 1  # type: ignore[arg-type]  # a list
    assert count_sessions(sums) == 2


async def test_a_running_program_counts_and_erases_by_itself(
    knowledge: Knowledge, moment: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "_COUNT_SECONDS", 0.0)
    monkeypatch.setattr(housekeeping, "_ERASE_SECONDS", 0.0)
    store = MemoryStore(moment)
    assistant = Assistant(knowledge, store, moment)
    async with asyncio.timeout(10), keep_in_order(assistant, timedelta(days=30)):
        await assistant.reply(Turn("ann", "my licence cannot be linked", place="web"))
        await until(lambda: is_counted(store))
        moment.now += timedelta(days=31)
        await until(lambda: is_erased(assistant))


class AwayStore(MemoryStore):
    """A store that saves nothing."""

    async def save(self, *_: object, **__: object) -> bool:
        raise StoreError("the disk is full")


async def test_what_only_the_process_remembers_goes_although_nobody_says_anything_more(
    knowledge: Knowledge, moment: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "_COUNT_SECONDS", 0.0)
    assistant = Assistant(knowledge, AwayStore(moment), moment)
    memory = vars(assistant)

    async def is_forgotten() -> bool:
        return "ann" not in str([vars(memory["_recent_texts"]), vars(memory["_unsaved"])])

    await assistant.reply(Turn("ann", "my licence cannot be linked"))
    before = await is_forgotten()
    async with asyncio.timeout(10), keep_in_order(assistant, timedelta(days=30)):
        moment.now += timedelta(minutes=59)
        await asyncio.sleep(0)
        in_between = await is_forgotten()
        moment.now += timedelta(minutes=2)
        await until(is_forgotten)

    assert not before
    assert not in_between


async def test_a_clock_that_is_wrong_for_a_while_erases_nothing(
    knowledge: Knowledge,
    moment: MovedClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(housekeeping, "_COUNT_SECONDS", 0.0)
    monkeypatch.setattr(housekeeping, "_ERASE_SECONDS", 0.2)
    store = MemoryStore(moment)
    assistant = Assistant(knowledge, store, moment)
    await assistant.reply(Turn("ann", "my licence cannot be linked", place="web"))
    async with asyncio.timeout(10), keep_in_order(assistant, timedelta(days=30)):
        await until(lambda: is_counted(store))
        moment.now += timedelta(days=400)
        await until(lambda: has_said(caplog, times=1))
        moment.now -= timedelta(days=400)
        await until(lambda: has_said(caplog, times=2))

    assert not await is_erased(assistant)


async def has_said(caplog: pytest.LogCaptureFixture, times: int) -> bool:
    return caplog.text.count("the clock of this machine jumped") >= times


def test_a_clock_that_goes_evenly_has_not_jumped_however_long_it_goes(moment: MovedClock) -> None:
    timer = [0.0]
    clock = ClockWatch(moment, lambda: timer[0])
    moment.now += timedelta(days=3, minutes=59)
    timer[0] += 3 * 86_400
    even = clock.has_jumped()
    moment.now -= timedelta(hours=2)
    back = clock.has_jumped()

    assert clock.seconds == 0.0
    assert (even, back) == (False, True)


class Failing(MemoryStore):
    """A store that fails a few times."""

    failures = 2

    async def list_uncounted(self, limit: int) -> list[tuple[int, LedgerEntry]]:
        if self.failures:
            self.failures -= 1
            raise StoreError("the disk is full")
        return await super().list_uncounted(limit)


async def test_a_store_that_fails_is_tried_again_and_told_once(
    knowledge: Knowledge,
    moment: MovedClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(housekeeping, "_COUNT_SECONDS", 0.0)
    store = Failing(moment)
    assistant = Assistant(knowledge, store, moment)
    await assistant.reply(Turn("ann", "menu", place="web"))
    caplog.set_level(logging.WARNING)
    async with asyncio.timeout(10), keep_in_order(assistant, timedelta(days=30)):
        await until(lambda: is_counted(store))

    assert caplog.text.count("is tried again: the disk is full") == 1
