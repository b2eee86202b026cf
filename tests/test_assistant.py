"""The door that every face knocks on: in what order it remembers, thinks and records, and for whom."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keyguide import reply_cache
from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Kind, Reply, Turn, Verdict
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import LedgerEntry
from keyguide.store.sqlite.store import open_sqlite

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


def counts(knowledge: object, talk: Conversation, turn: Turn) -> tuple[Conversation, Reply]:
    """Stand in for the engine: answer with how many turns there were, and leave "look" unremembered."""
    number = len(talk.tried) + 1
    after = talk if turn.text == "look" else replace(talk, tried=(*talk.tried, str(number)))
    return after, Reply(Kind.STEP, str(number), subject="cannot-link", step="activated")


class Remembering(MemoryStore):
    """A memory that tells what was asked of it, waits where it is told to, and fails where it is told to."""

    def __init__(self) -> None:
        super().__init__(clock=lambda: NOON)
        self.asked: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}

    async def load(self, who: str) -> Conversation:
        self.asked.append(f"load {who}")
        if who in self.gates:
            await self.gates[who].wait()
        return await super().load(who)

    async def save(self, talk: Conversation) -> None:
        self.asked.append(f"save {talk.who}")
        await super().save(talk)

    async def record(self, entry: LedgerEntry, talk: Conversation | None = None) -> None:
        self.asked.append(f"record {entry.who}")
        await super().record(entry, talk)

    async def forget(self, who: str) -> int:
        self.asked.append(f"forget {who}")
        return await super().forget(who)


@pytest.fixture
def store() -> Remembering:
    return Remembering()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def use(respond: Callable[..., tuple[Conversation, Reply]]) -> None:
        monkeypatch.setattr(reply_cache, "respond", respond)

    use(counts)
    return use


@pytest.fixture
def assistant(store: Remembering, engine: object) -> Assistant:
    return Assistant(None, store, clock=lambda: NOON)  # type: ignore[arg-type]  # the stand-in knows nothing


async def settled() -> None:
    """Let every task run until it waits for something."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_turn_goes_on_from_what_the_turn_before_left(assistant: Assistant) -> None:
    replies = [await assistant.reply(Turn("ann")) for _ in range(3)]

    assert [reply.title for reply in replies] == ["1", "2", "3"]


async def test_a_turn_is_loaded_saved_and_recorded(assistant: Assistant, store: Remembering) -> None:
    await assistant.reply(Turn("ann"))

    assert store.asked == ["load ann", "record ann", "save ann"]


async def test_a_turn_that_changes_nothing_is_recorded_and_not_saved(
    assistant: Assistant, store: Remembering
) -> None:
    await assistant.reply(Turn("ann", "look"))

    assert store.asked == ["load ann", "record ann"]


async def test_the_ledger_says_what_was_answered_where_and_when(
    assistant: Assistant, store: Remembering
) -> None:
    await assistant.reply(Turn("ann", "what now?", place="guild:1"))

    assert await store.list_entries(NOON) == [
        LedgerEntry(NOON, "ann", "guild:1", "step", "cannot-link", "activated")
    ]


async def test_the_ledger_says_what_was_judged(
    assistant: Assistant, store: Remembering, engine: Callable[..., None]
) -> None:
    reply = Reply(Kind.MENU, "Good!", judged=Verdict("link-account", "good"))
    engine(lambda knowledge, talk, turn: (talk, reply))
    await assistant.reply(Turn("ann", pick="good/link-account"))

    assert await store.list_entries(NOON) == [
        LedgerEntry(NOON, "ann", "", "menu", judged="link-account", verdict="good")
    ]


async def test_the_clock_is_the_real_one_unless_another_is_given(store: Remembering, engine: object) -> None:
    before = datetime.now(UTC)
    await Assistant(None, store).reply(Turn("ann"))  # type: ignore[arg-type]
    (entry,) = await store.list_entries(before)

    assert before <= entry.when <= datetime.now(UTC)


async def test_what_somebody_wrote_is_neither_kept_nor_logged(
    assistant: Assistant, store: Remembering, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await assistant.reply(Turn("ann", "my cat is called Tiddles"))

    assert "Tiddles" not in json.dumps(await store.export("ann"))
    assert "Tiddles" not in caplog.text


async def test_the_turns_of_one_person_are_taken_one_at_a_time(
    assistant: Assistant, store: Remembering
) -> None:
    gate = store.gates["ann"] = asyncio.Event()
    turns = [asyncio.create_task(assistant.reply(Turn("ann"))) for _ in range(3)]
    await settled()
    asked_before = [*store.asked]
    gate.set()
    replies = await asyncio.gather(*turns)

    assert asked_before == ["load ann"]
    assert [reply.title for reply in replies] == ["1", "2", "3"]
    assert store.asked == ["load ann", "record ann", "save ann"] * 3


async def test_nobody_waits_for_anybody_else(assistant: Assistant, store: Remembering) -> None:
    gate = store.gates["ann"] = asyncio.Event()
    slow = asyncio.create_task(assistant.reply(Turn("ann")))
    await settled()
    quick = await asyncio.wait_for(assistant.reply(Turn("ben")), 5)
    ann_was_waiting, busy = not slow.done(), assistant.active_count
    gate.set()
    await slow

    assert quick.title == "1"
    assert ann_was_waiting
    assert busy == 1


async def test_nothing_is_held_for_people_who_are_not_being_answered(assistant: Assistant) -> None:
    await asyncio.gather(*(assistant.reply(Turn(f"discord:{number % 50}")) for number in range(200)))

    assert assistant.active_count == 0


async def test_a_turn_that_is_cancelled_lets_the_next_one_in(
    assistant: Assistant, store: Remembering
) -> None:
    store.gates["ann"] = asyncio.Event()
    turn = asyncio.create_task(assistant.reply(Turn("ann")))
    await settled()
    turn.cancel()
    await asyncio.gather(turn, return_exceptions=True)
    store.gates.clear()

    assert (await asyncio.wait_for(assistant.reply(Turn("ann")), 5)).title == "1"


async def test_forgetting_waits_for_the_turn_that_is_being_answered(
    assistant: Assistant, store: Remembering
) -> None:
    gate = store.gates["ann"] = asyncio.Event()
    turn = asyncio.create_task(assistant.reply(Turn("ann")))
    await settled()
    forgetting = asyncio.create_task(assistant.forget("ann"))
    await settled()
    gate.set()
    await asyncio.gather(turn, forgetting)

    assert store.asked == ["load ann", "record ann", "save ann", "forget ann"]
    assert not any((await assistant.export("ann")).values())


async def test_an_export_holds_what_is_kept(assistant: Assistant, store: Remembering) -> None:
    await assistant.reply(Turn("ann"))

    assert await assistant.export("ann") == await store.export("ann")
    assert await assistant.forget("ann") == 2


async def test_a_diagnosis_goes_on_where_it_was_after_a_restart(knowledge: Knowledge, tmp_path: Path) -> None:
    picks = ["go/changed-parts", "say/changed-parts/part/board", "resume"]
    replies = []
    for pick in picks:  # each with a program of its own
        store = await open_sqlite(tmp_path / "keyguide.db")
        replies.append(await Assistant(knowledge, store).reply(Turn("ann", pick=pick)))
        await store.close()

    assert [(reply.subject, reply.step) for reply in replies[1:]] == [("changed-parts", "who")] * 2


async def test_an_answer_is_overdue_by_the_clock_of_the_assistant(knowledge: Knowledge) -> None:
    days = [NOON, NOON.replace(year=2029)]
    assistant = Assistant(knowledge, MemoryStore(clock=lambda: NOON), clock=lambda: days[0])
    turn = Turn("ann", pick="go/link-how")

    fresh = await assistant.reply(turn)
    days.pop(0)
    late, previewed = await assistant.reply(turn), await assistant.preview(turn)

    assert fresh.footing.startswith("From Microsoft.")
    assert late.footing == previewed.footing
    assert late.footing.startswith("Not checked for a while")
