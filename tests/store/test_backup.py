"""A backup made while people talk, restored and compared by content; who was erased since stays erased."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from keyguide.core.model.conversation import Conversation
from keyguide.count_ledger import count_ledger
from keyguide.errors import StoreError
from keyguide.store.backup import restore_backup, write_backup
from keyguide.store.open_store import open_store
from keyguide.store.protocols import LedgerEntry, MissedQuestion
from keyguide.store.sql_store import SqlStore

LONG_AGO = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite to sqlite", "sqlite to postgres", "postgres to sqlite"])
def addresses(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    names = request.param.split(" to ")
    return tuple(  # type: ignore[return-value]  # two of them
        request.getfixturevalue("postgres") if name == "postgres" else str(tmp_path / f"{number}.db")
        for number, name in enumerate(names)
    )


@pytest.fixture
async def stores(addresses: tuple[str, str]) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """A store with a bit of everything, and an empty one."""
    one, two = [await open_store(address) for address in addresses]
    assert isinstance(one, SqlStore)
    assert isinstance(two, SqlStore)
    for who in ("ann", "ben", "eve"):
        await one.record(
            LedgerEntry(LONG_AGO, who, "guild:1", "step", "f", "one"), Conversation(who, facts={"a": "ü🔑"})
        )
    await count_ledger(one, 1)
    await one.record(LedgerEntry(LONG_AGO, "ann", "guild:2", "article", "x", "", "x", "bad"))
    await one.keep_miss(MissedQuestion(LONG_AGO, "guild:1", "miss", "why"), "ann")
    await one.set_note("guild:1", "language", "de")
    yield one, two
    await one.close()
    await two.close()


async def read(store: SqlStore) -> list[Any]:
    return sorted([[table, *row] async for table, row in store.dump()], key=repr)


async def test_what_is_restored_is_what_was_backed_up(
    stores: tuple[SqlStore, SqlStore], tmp_path: Path
) -> None:
    one, two = stores
    rows = await write_backup(one, tmp_path / "backup")
    restored = await restore_backup(two, tmp_path / "backup", replace=False)

    assert await read(two) == await read(one)
    assert rows == restored == len(await read(one)) > 10
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    await two.record(LedgerEntry(LONG_AGO, "new", "web", "menu"))  # with a number of its own
    assert len(await two.list_entries(LONG_AGO)) == 5


async def test_who_was_erased_since_stays_erased(stores: tuple[SqlStore, SqlStore], tmp_path: Path) -> None:
    one, _ = stores
    await write_backup(one, tmp_path / "backup")
    await one.forget("ann")
    await one.forget_place("guild:1")
    await restore_backup(one, tmp_path / "backup", replace=True)
    again = tmp_path / "again"
    await write_backup(one, again)
    await restore_backup(one, tmp_path / "backup", replace=True)

    assert not any((await one.export("ann")).values())
    assert await one.list_entries(LONG_AGO, "guild:1") == []
    assert await one.list_notes("guild:1") == {}
    assert (await one.load("ben")).facts == {"a": "ü🔑"}
    assert "ann" not in repr(await read(one))


async def test_who_was_erased_before_and_came_back_is_restored(
    stores: tuple[SqlStore, SqlStore], tmp_path: Path
) -> None:
    one, _ = stores
    await one.forget("ann")
    await one.save(Conversation("ann", subject="menu"))
    await write_backup(one, tmp_path / "backup", lambda: datetime.now(UTC) + timedelta(seconds=1))
    await restore_backup(one, tmp_path / "backup", replace=True)

    assert (await one.load("ann")).subject == "menu"


async def test_a_backup_made_while_people_talk_is_of_one_moment(
    stores: tuple[SqlStore, SqlStore], tmp_path: Path
) -> None:
    one, two = stores

    async def talk(who: str) -> None:
        for _ in range(20):
            await one.record(LedgerEntry(LONG_AGO, who, "web", "menu"), await one.load(who))

    talking = asyncio.gather(*(talk(f"p{number}") for number in range(10)))
    await asyncio.sleep(0.05)
    await write_backup(one, tmp_path / "backup")
    await talking
    await restore_backup(two, tmp_path / "backup", replace=True)
    for number in range(10):
        who = f"p{number}"
        lines = [entry for entry in await two.list_entries(LONG_AGO) if entry.who == who]

        assert len(lines) == (await two.load(who)).version  # a line and its conversation, or neither


async def test_a_database_with_something_in_it_is_replaced_only_if_that_is_said(
    stores: tuple[SqlStore, SqlStore], tmp_path: Path
) -> None:
    one, two = stores
    await write_backup(two, tmp_path / "empty")
    with pytest.raises(StoreError, match="add --replace"):
        await restore_backup(one, tmp_path / "empty", replace=False)
    before = await read(one)
    await restore_backup(one, tmp_path / "empty", replace=True)

    assert before
    assert await read(one) == []


@pytest.mark.parametrize("damage", ["cut", "other", "newer", "rows", "nothing"])
async def test_a_file_that_is_no_whole_backup_changes_nothing(
    stores: tuple[SqlStore, SqlStore], tmp_path: Path, damage: str
) -> None:
    one, _ = stores
    file = tmp_path / "backup"
    await write_backup(one, file)
    content = gzip.decompress(file.read_bytes())
    match damage:
        case "cut":
            file.write_bytes(file.read_bytes()[:-40])
        case "other":
            file.write_bytes(b"SQLite format 3\0" * 100)
        case "newer":
            file.write_bytes(gzip.compress(content.replace(b'"schema": ', b'"schema": 9')))
        case "rows":
            file.write_bytes(gzip.compress(b"\n".join(content.splitlines()[:-2])))
        case _:
            file.unlink()
    before = await read(one)
    with pytest.raises(StoreError, match="backup"):
        await restore_backup(one, file, replace=True)

    assert await read(one) == before


async def test_a_backup_that_cannot_be_written_is_told_and_leaves_nothing(
    stores: tuple[SqlStore, SqlStore], tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        await write_backup(stores[0], tmp_path / "missing" / "backup")

    assert not (tmp_path / "missing").exists()
