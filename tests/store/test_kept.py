"""The promise to erase people, held to the schema: a new table cannot be forgotten."""

from __future__ import annotations

import runpy
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from keyguide.store.open_store import open_store
from keyguide.store.rows import make_fingerprint
from keyguide.store.schema import FINGERPRINTS, Migration, list_columns, list_moment_columns, list_tables
from keyguide.store.sql_store import SqlStore

ROOT = Path(__file__).parents[2]
WHO = "discord:31337"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(request.getfixturevalue("postgres") if request.param == "postgres" else tmp_path / "k.db")


def make_row(table: Migration, number: int) -> list[Any]:
    """Make a row of a table that names the person in its column for that, and was made now."""
    values = dict.fromkeys(list_columns(table.creates), f"v{number}")
    values |= dict.fromkeys(list_moment_columns(table.creates), NOW.isoformat())
    values |= {name: number for name in ("id", "counted", "version", "total") if name in values}
    values |= {name: "[]" for name in ("answers", "facts", "tried", "offered", "steps") if name in values}
    values |= {"counted": 1} if "counted" in values else {}
    values |= {"day": NOW.date().isoformat()} if "day" in values else {}
    if table.person:
        values[table.person] = make_fingerprint(WHO) if table.person in FINGERPRINTS else WHO
    return [*values.values()]


async def fill(store: SqlStore) -> None:
    """Put one row into every table of the schema."""
    columns = {table.creates: list_columns(table.creates) for table in list_tables()}
    rows = [(table.creates, make_row(table, number)) for number, table in enumerate(list_tables(), 1)]
    await store.fill(columns, iter(rows))


@pytest.mark.parametrize("table", list_tables(), ids=lambda table: table.creates)
def test_every_table_says_whom_it_names_and_how_long_its_rows_stay(table: Migration) -> None:
    assert bool(table.dated) != bool(table.forever)
    assert table.person in ("", *list_columns(table.creates))
    assert table.dated in ("", *list_moment_columns(table.creates))
    # Without a person, no column may look as if it named one.
    assert table.person or not {"who", "name", "asker"} & set(list_columns(table.creates))


async def test_every_row_about_a_person_is_handed_out_and_erased(address: str) -> None:
    store = await open_store(address)
    assert isinstance(store, SqlStore)
    await fill(store)
    personal = {table.creates for table in list_tables() if table.person}
    exported = await store.export(WHO)
    erased = await store.forget(WHO)
    left = [[table, *row] async for table, row in store.dump()]
    await store.close()

    assert {table for table, rows in exported.items() if rows} == personal
    assert erased == len(personal)
    assert WHO not in repr(left)
    assert {row[0] for row in left} == {table.creates for table in list_tables()} - personal


async def test_every_row_that_has_an_age_is_erased_in_time(address: str) -> None:
    store = await open_store(address)
    assert isinstance(store, SqlStore)
    await fill(store)
    long_after = NOW + timedelta(days=101)
    await store.drop_old(long_after, long_after.date(), 100)
    left = {table async for table, _ in store.dump()}
    await store.close()

    assert left == {"note"}


def find_files(folder: Path) -> list[str]:
    """Find the files that contain the name of the person."""
    return [file.name for file in folder.iterdir() if WHO.encode() in file.read_bytes()]


async def test_no_byte_of_the_person_stays_in_the_file_its_log_or_its_copies(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    store = await open_store(str(path))
    assert isinstance(store, SqlStore)
    await fill(store)
    copy = tmp_path / "k.db.v5.backup"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    before = find_files(tmp_path)
    await store.forget(WHO)
    after = find_files(tmp_path)
    await store.close()

    assert copy.name in before
    assert after == []


async def test_copies_are_removed_when_they_are_old(address: str, tmp_path: Path) -> None:
    store = await open_store(address)
    (tmp_path / "k.db.v5.backup").touch()
    soon = await store.drop_old(datetime.now(UTC) - timedelta(days=1), NOW.date(), 100)
    late = await store.drop_old(datetime.now(UTC) + timedelta(days=1), NOW.date(), 100)
    await store.close()

    assert soon == 0
    assert late == address.endswith(".db")
    assert (tmp_path / "k.db.v5.backup").exists() == (not address.endswith(".db"))


async def test_copies_in_postgresql_are_erased_and_removed_too(postgres: str) -> None:
    asyncpg = pytest.importorskip("asyncpg")
    store = await open_store(postgres)
    assert isinstance(store, SqlStore)
    await fill(store)
    db = await asyncpg.connect(postgres)
    await db.execute("CREATE SCHEMA keyguide_backup_v1")
    await db.execute("COMMENT ON SCHEMA keyguide_backup_v1 IS 'made 2026-01-01T00:00:00+00:00'")
    await db.execute("CREATE TABLE keyguide_backup_v1.conversation AS TABLE keyguide.conversation")
    await store.forget(WHO)
    left = await db.fetchval("SELECT count(*) FROM keyguide_backup_v1.conversation")
    await store.drop_old(datetime(2026, 1, 2, tzinfo=UTC), NOW.date(), 100)
    gone = await db.fetchval("SELECT to_regnamespace('keyguide_backup_v1')")
    await db.close()
    await store.close()

    assert left == 0
    assert gone is None


def test_the_page_that_promises_it_is_the_schema() -> None:
    write_page = runpy.run_path(str(ROOT / "tools" / "kept.py"))["write_page"]
    page = (ROOT / "docs" / "kept.md").read_text(encoding="utf-8")

    assert page == write_page(), "run: python tools/kept.py"
