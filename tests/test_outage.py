"""The store away, full or damaged: people are answered, told so, and nothing is lost that need not be."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Kind, Turn
from keyguide.errors import StoreError
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import LedgerEntry
from keyguide.store.sqlite.store import SqliteStore, open_sqlite
from keyguide.unsaved_conversations import UnsavedConversations

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
NOTICE = "I cannot remember anything just now"
FIRST, SECOND = "say/cannot-link/activated/not-active", "menu"


class Failing(MemoryStore):
    """A memory that is away or full when it is told to be."""

    away = full = False

    async def load(self, who: str) -> Conversation:
        if self.away:
            raise StoreError("the server is away")
        return await super().load(who)

    async def record(self, entry: LedgerEntry, conversation: Conversation | None = None) -> None:
        if self.away or self.full:
            raise StoreError("the disk is full")
        await super().record(entry, conversation)


@pytest.fixture
def store() -> Failing:
    return Failing(lambda: NOON)


@pytest.fixture
def assistant(knowledge: Knowledge, store: Failing) -> Assistant:
    return Assistant(knowledge, store, lambda: NOON)


async def start_flow(assistant: Assistant) -> str:
    """Start the first flow of the knowledge, and return the pick of its first choice."""
    flow = next(iter(assistant.knowledge.flows.values()))
    reply = await assistant.reply(Turn("ann", pick=f"go/{flow.id}"))
    assert reply.kind is Kind.STEP
    return next(option.pick for option in reply.options if option.pick.startswith("say/"))


async def test_while_the_store_is_away_people_are_answered_and_told(
    assistant: Assistant, store: Failing
) -> None:
    store.away = True
    reply = await assistant.reply(Turn("ann", "menu"))
    shown = await assistant.preview(Turn("ann", pick="again"))
    store.away = False

    assert reply.kind is Kind.MENU
    assert reply.notice.startswith(NOTICE)
    assert shown.kind is Kind.MENU
    assert NOTICE not in (await assistant.reply(Turn("ann", "menu"))).notice


async def test_a_diagnosis_goes_on_while_the_store_is_away(assistant: Assistant, store: Failing) -> None:
    store.away = True
    pick = await start_flow(assistant)
    await assistant.reply(Turn("ann", pick=pick))
    again = await assistant.preview(Turn("ann", pick="again"))

    assert pick not in [option.pick for option in again.options]


async def test_what_a_full_disk_could_not_take_is_saved_when_there_is_room(
    assistant: Assistant, store: Failing
) -> None:
    pick = await start_flow(assistant)
    store.full = True
    reply = await assistant.reply(Turn("ann", pick=pick))
    unsaved = await store.load("ann")
    store.full = False
    await assistant.reply(Turn("ann", pick="menu"))

    assert NOTICE in reply.notice
    assert unsaved.answers == {}
    assert len((await store.load("ann")).answers) == 1


async def test_a_turn_that_changes_nothing_saves_what_could_not_be_saved_before_it(
    assistant: Assistant, store: Failing
) -> None:
    pick = await start_flow(assistant)
    store.full = True
    await assistant.reply(Turn("ann", pick=pick))
    store.full = False
    await assistant.reply(Turn("ann", pick="again"))

    assert len((await store.load("ann")).answers) == 1


async def test_what_another_process_saved_meanwhile_comes_first(assistant: Assistant, store: Failing) -> None:
    pick = await start_flow(assistant)
    store.full = True
    await assistant.reply(Turn("ann", pick=pick))
    store.full = False
    await store.save((await store.load("ann")).add_facts(windows="11"))
    await assistant.reply(Turn("ann", pick="menu"))
    saved = await store.load("ann")

    assert saved.facts["windows"] == "11"
    assert saved.answers == {}


async def test_an_outage_is_logged_once_and_its_end_too(
    assistant: Assistant, store: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    store.away = True
    for number in range(20):
        await assistant.reply(Turn(f"p{number}", "menu"))
    store.away = False
    for number in range(20):
        await assistant.reply(Turn(f"p{number}", "menu"))

    assert [record.getMessage() for record in caplog.records] == [
        "the store failed; people are answered, but nothing is remembered: the server is away",
        "the store works again",
    ]


async def test_who_is_erased_is_not_remembered_in_memory_either(assistant: Assistant, store: Failing) -> None:
    store.full = True
    pick = await start_flow(assistant)
    await assistant.reply(Turn("ann", pick=pick))
    store.full = False
    await assistant.forget("ann")
    await assistant.reply(Turn("ann", pick="menu"))

    assert (await store.load("ann")).answers == {}


async def test_a_damaged_conversation_locks_nobody_out_and_is_erased_on_demand(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    path = tmp_path / "keyguide.db"
    store = await open_sqlite(path)
    assistant = Assistant(knowledge, store)
    await assistant.reply(Turn("ann", "menu"))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE conversation SET answers = '{\"half'")
    damaged = await assistant.reply(Turn("ann", "menu"))
    await assistant.forget("ann")
    healed = await assistant.reply(Turn("ann", "menu"))
    await store.close()

    assert damaged.kind is Kind.MENU
    assert "cannot be read any more" in damaged.notice
    assert "/privacy" in damaged.notice
    assert healed.notice == ""


async def test_a_disk_that_is_really_full_is_survived(knowledge: Knowledge, tmp_path: Path) -> None:
    path = tmp_path / "keyguide.db"
    await (await open_sqlite(path)).close()
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA max_page_count = 1")  # SQLite itself then says that the disk is full
    store = SqliteStore(db, path)
    assistant = Assistant(knowledge, store)
    replies = [await assistant.reply(Turn(f"p{number}" * 100, "menu")) for number in range(200)]
    db.execute("PRAGMA max_page_count = 100000")
    late = await assistant.reply(Turn("ann", "menu"))
    await store.close()

    assert {reply.kind for reply in replies} == {Kind.MENU}
    assert NOTICE in replies[-1].notice
    assert late.notice == ""


async def test_a_file_that_turns_read_only_is_survived(knowledge: Knowledge, tmp_path: Path) -> None:
    path = tmp_path / "keyguide.db"
    await (await open_sqlite(path)).close()
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    store = SqliteStore(db, path)
    assistant = Assistant(knowledge, store)
    await assistant.reply(Turn("ann", "menu"))
    db.execute("PRAGMA query_only = ON")  # SQLite itself then says that the file is read-only
    during = await assistant.reply(Turn("ann", "menu"))
    db.execute("PRAGMA query_only = OFF")
    late = await assistant.reply(Turn("ann", "menu"))
    await store.close()

    assert NOTICE in during.notice
    assert late.notice == ""


def test_what_is_unsaved_is_kept_for_an_hour_and_not_without_bound() -> None:
    unsaved = UnsavedConversations()
    for number in range(2_001):
        unsaved.add(Conversation(f"p{number}", subject="menu"), NOON)

    assert unsaved.recall(Conversation("p0"), NOON).subject == ""
    assert unsaved.recall(Conversation("p1"), NOON + timedelta(hours=1)).subject == "menu"
    assert unsaved.recall(Conversation("p1"), NOON + timedelta(minutes=61)).subject == ""
