"""A SQLite file through its life: made, brought forward, refused, damaged, full, locked and shared."""

# ruff: noqa: ASYNC240, S608 -- a test may block its own loop, and writes its own SQL

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from keyguide.core.model.conversation import Conversation
from keyguide.errors import StoreError
from keyguide.store.protocols import LedgerEntry, MissedQuestion
from keyguide.store.schema import MIGRATIONS, Column, Migration
from keyguide.store.sqlite.connection import connect
from keyguide.store.sqlite.migration import prepare_file
from keyguide.store.sqlite.store import SqliteStore, open_sqlite

NOBODY = 65534
ANN = Conversation("discord:1", flow="cannot-link", answers={"cannot-link/activated": "no"})

# What version 1 wrote, kept as text: it must not change when the steps do.
VERSION_1 = """
    PRAGMA journal_mode = WAL;
    CREATE TABLE conversation (who TEXT PRIMARY KEY, flow TEXT NOT NULL, answers TEXT NOT NULL,
        facts TEXT NOT NULL, subject TEXT NOT NULL, tried TEXT NOT NULL, saved TEXT NOT NULL);
    INSERT INTO conversation VALUES ('discord:1', 'cannot-link',
        '{"cannot-link/activated": "no"}', '{}', '', '[]', '2025-01-01T00:00:00.000000+00:00');
    PRAGMA application_id = 1280001369;
    PRAGMA user_version = 1;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keyguide.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_sqlite(path, busy_timeout=0.05)
    yield opened
    await opened.close()


def run(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)


def ask(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(question).fetchall()


def shape(path: Path) -> list[tuple[object, ...]]:
    """Every table and index, with spaces and line breaks made equal."""
    rows = ask(path, "SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    return [(kind, name, " ".join(str(sql).split())) for kind, name, sql in rows]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def opened_and_closed(path: Path) -> None:
    await (await open_sqlite(path, busy_timeout=0.05)).close()


async def test_a_missing_folder_is_made_for_nobody_elses_eyes(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "keyguide.db"
    await opened_and_closed(path)

    assert path.is_file()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_what_was_saved_is_there_after_the_file_is_opened_again(path: Path) -> None:
    first = await open_sqlite(path)
    await first.save(ANN)
    await first.close()
    second = await open_sqlite(path)
    loaded = await second.load(ANN.who)
    await second.close()

    assert loaded == ANN


async def test_the_clock_says_when_a_conversation_was_saved(path: Path, noon: datetime) -> None:
    store = await open_sqlite(path, clock=lambda: noon)
    await store.save(ANN)
    exported = await store.export(ANN.who)
    await store.close()

    assert exported["conversation"][0]["saved"] == "2025-03-01T12:00:00.000000+00:00"


async def test_what_people_are_told_is_what_the_file_holds(store: SqliteStore, path: Path) -> None:
    tables = [
        name for (name,) in ask(path, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    real = {str(table): [row[1] for row in ask(path, f"PRAGMA table_info({table})")] for table in tables}

    assert real == {table: [name for name, _ in told] for table, told in store.describe().items()}


async def test_the_ledger_is_asked_by_index(store: SqliteStore, path: Path) -> None:
    asked = ["who = 'x'", "at >= 'x'", "at >= 'x' AND place = 'y'"]
    plans = [ask(path, f"EXPLAIN QUERY PLAN SELECT * FROM ledger WHERE {which}") for which in asked]

    for plan, index in zip(plans, ["ledger_who", "ledger_at", "ledger_place_at"], strict=True):
        assert f"USING INDEX {index} " in str(plan[0][3])


async def test_an_older_file_is_brought_forward_with_all_that_was_in_it(path: Path, tmp_path: Path) -> None:
    run(path, VERSION_1)
    store = await open_sqlite(path)
    loaded = await store.load("discord:1")
    await store.close()
    fresh = tmp_path / "fresh.db"
    await opened_and_closed(fresh)

    assert loaded == ANN
    assert shape(path) == shape(fresh)
    assert ask(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]


async def test_an_older_file_is_copied_before_it_is_touched(path: Path) -> None:
    run(path, VERSION_1)
    await opened_and_closed(path)
    backup = path.with_name("keyguide.db.v1.backup")

    assert ask(backup, "PRAGMA user_version") == [(1,)]
    assert ask(backup, "SELECT who FROM conversation") == [("discord:1",)]
    assert sorted(each.name for each in path.parent.iterdir()) == ["keyguide.db", "keyguide.db.v1.backup"]


async def test_an_older_backup_is_never_written_over(path: Path) -> None:
    older = path.with_name("keyguide.db.v1.backup")
    older.write_bytes(b"precious")
    run(path, VERSION_1)
    await opened_and_closed(path)

    assert older.read_bytes() == b"precious"
    assert ask(path.with_name("keyguide.db.v1.backup.2"), "PRAGMA user_version") == [(1,)]


async def test_a_new_file_and_one_that_is_up_to_date_need_no_backup(path: Path) -> None:
    await opened_and_closed(path)
    await opened_and_closed(path)

    assert list(path.parent.glob("*backup*")) == []


async def test_a_column_can_be_added_where_rows_are(path: Path) -> None:
    prepare_file(path, 1)
    run(
        path,
        """INSERT INTO conversation (who, flow, answers, facts, subject, tried, saved)
            VALUES ('discord:1', '', '{}', '{}', '', '[]', '')""",
    )
    locale = Column("locale", "TEXT NOT NULL DEFAULT 'en'", "the language you are answered in")
    prepare_file(
        path,
        1,
        (
            *MIGRATIONS,
            Migration("People are answered in their language.", extends="conversation", columns=(locale,)),
        ),
    )

    assert ask(path, "SELECT who, locale FROM conversation") == [("discord:1", "en")]


async def test_a_step_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    await opened_and_closed(path)
    before = shape(path)
    broken = Migration(
        "Broken.", statements=("CREATE TABLE half (done TEXT)", "CREATE TABLE ledger (twice TEXT)")
    )
    with pytest.raises(StoreError, match="table ledger already exists"):
        prepare_file(path, 1, (*MIGRATIONS, broken))

    assert shape(path) == before
    assert ask(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert list(path.parent.glob("*backup*")) == []


async def test_a_first_step_that_fails_leaves_an_empty_file(path: Path) -> None:
    with pytest.raises(StoreError, match="syntax error"):
        prepare_file(
            path, 1, (Migration("Broken.", statements=("CREATE TABLE half (done TEXT)", "nonsense")),)
        )

    assert shape(path) == []


async def test_a_file_of_a_newer_keyguide_is_refused_and_not_touched(path: Path) -> None:
    prepare_file(path, 1, (*MIGRATIONS, Migration("From the future.")))
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer Keyguide wrote it") as told:
        await open_sqlite(path)

    assert str(path) in str(told.value)
    assert path.read_bytes() == before


async def test_the_database_of_another_program_is_refused_and_not_touched(path: Path) -> None:
    run(path, "CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        await open_sqlite(path)

    assert path.read_bytes() == before


async def test_a_file_that_is_no_database_is_refused_and_not_touched(path: Path) -> None:
    path.write_text("My diary. " * 500)
    with pytest.raises(StoreError, match="not a SQLite database") as told:
        await open_sqlite(path)

    assert str(path) in str(told.value)
    assert path.read_text() == "My diary. " * 500


async def test_a_damaged_file_is_told(path: Path) -> None:
    run(path, VERSION_1 + "PRAGMA wal_checkpoint(TRUNCATE);")
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))

    with pytest.raises(StoreError, match="damaged"):
        await open_sqlite(path)


@pytest.mark.parametrize(
    "where",
    [".", "file/keyguide.db", "/proc/keyguide/keyguide.db"],
    ids=["a folder", "under a file", "nowhere"],
)
async def test_a_place_where_no_file_can_be_is_told_with_its_path(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as told:
        await open_sqlite(tmp_path / where)

    assert str(tmp_path / where) in str(told.value)
    assert "\n" not in str(told.value)


@pytest.fixture
def powerless() -> Iterator[Path]:
    """A folder whose owner we are, without the right of root to write everywhere."""
    if os.name != "posix":
        pytest.skip("rights of files are told another way here")
    folder, root = Path(mkdtemp()), os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    yield folder
    if root:
        os.seteuid(0)
    folder.chmod(0o700)
    rmtree(folder)


async def test_a_file_that_may_only_be_read_is_told_when_it_is_opened(powerless: Path) -> None:
    path = powerless / "keyguide.db"
    await opened_and_closed(path)
    path.chmod(0o400)

    with pytest.raises(StoreError, match="it is read-only"):
        await open_sqlite(path)


@pytest.mark.parametrize("files", [["keyguide.db"], []], ids=["a file there", "no file yet"])
async def test_a_folder_where_nothing_can_be_made_is_told_when_it_is_opened(
    powerless: Path, files: list[str]
) -> None:
    path = powerless / "keyguide.db"
    for file in files:
        await opened_and_closed(powerless / file)
    powerless.chmod(0o500)
    with pytest.raises(StoreError) as told:
        await open_sqlite(path)

    assert str(path) in str(told.value)


async def test_writing_what_may_only_be_read_is_told(store: SqliteStore, path: Path) -> None:
    await store.save(ANN)
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    reader = SqliteStore(db, path)
    with pytest.raises(StoreError, match="it is read-only"):
        await reader.save(Conversation(ANN.who))
    loaded = await reader.load(ANN.who)
    await reader.close()

    assert loaded == ANN


async def test_where_the_ledger_cannot_be_written_the_conversation_is_not_saved_either(
    store: SqliteStore, path: Path, noon: datetime
) -> None:
    await store.save(ANN)
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TRIGGER refuse BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'refused'); END")
        db.commit()
    entry = LedgerEntry(when=noon, who=ANN.who, place="terminal", kind="menu")
    with pytest.raises(StoreError):
        await store.record(entry, Conversation(ANN.who))

    assert await store.load(ANN.who) == ANN


@pytest.mark.parametrize(
    "use",
    [lambda store: store.load(ANN.who), lambda store: store.save(ANN), lambda store: store.forget(ANN.who)],
    ids=["reading", "writing", "erasing"],
)
async def test_after_closing_it_says_that_it_is_closed(
    store: SqliteStore, use: Callable[[SqliteStore], Awaitable[object]]
) -> None:
    await store.close()

    with pytest.raises(StoreError, match="closed already"):
        await use(store)


async def test_nobody_is_left_waiting_when_it_is_closed(store: SqliteStore) -> None:
    async def asked_late(number: int) -> Conversation:
        for _ in range(number // 4):
            await asyncio.sleep(0)
        await store.save(Conversation(f"discord:{number}"))
        return await store.load(f"discord:{number}")

    async with asyncio.timeout(10):
        late = [asyncio.create_task(asked_late(number)) for number in range(40)]
        await asyncio.sleep(0)
        await store.close()
        ended = await asyncio.gather(*late, return_exceptions=True)

    assert all(isinstance(end, Conversation | StoreError) for end in ended)
    assert any(isinstance(end, StoreError) for end in ended)


async def test_what_was_being_saved_when_it_is_closed_is_saved(store: SqliteStore, path: Path) -> None:
    saving = asyncio.create_task(store.save(ANN))
    await asyncio.sleep(0)
    await store.close()
    await saving

    assert ask(path, "SELECT who FROM conversation") == [(ANN.who,)]


async def test_the_log_is_copied_into_the_file_before_it_grows_large(store: SqliteStore, path: Path) -> None:
    for number in range(60):
        await store.save(Conversation(f"discord:{number}", facts={"much": "x" * 1_000_000}))

    assert path.with_name("keyguide.db-wal").stat().st_size < 45_000_000
    assert path.stat().st_size > 35_000_000


@pytest.mark.parametrize("replaced", [False, True], ids=["deleted", "replaced"])
async def test_a_file_that_is_taken_away_is_told_at_the_next_turn(path: Path, *, replaced: bool) -> None:
    store = await open_sqlite(path)
    path.unlink()
    if replaced:
        await (await open_sqlite(path)).close()

    for work in (store.load("ann"), store.save(Conversation("ann")), store.forget("ann")):
        with pytest.raises(StoreError, match="the file was deleted or replaced; start the program again"):
            await work
    await store.close()


async def test_no_cursor_stays_open_after_erasing(path: Path) -> None:
    """A cursor of the checkpoint that nobody fetched kept the same connection from committing."""
    gc.disable()
    store, other = await open_sqlite(path), await open_sqlite(path, busy_timeout=1.0)
    try:
        for number in range(50):
            await store.forget("nobody")
            await asyncio.gather(
                store.save(Conversation(f"a{number}")), other.save(Conversation(f"b{number}"))
            )
    finally:
        gc.enable()
        await store.close()
        await other.close()

    assert ask(path, "SELECT count(*) FROM conversation") == [(100,)]


async def test_writes_at_the_same_time_share_a_transaction(path: Path) -> None:
    prepare_file(path, 1)
    db = connect(path, 1)
    statements: list[str] = []
    db.set_trace_callback(statements.append)
    traced = SqliteStore(db, path)
    await asyncio.gather(*(traced.save(Conversation(f"discord:{number}")) for number in range(20)))
    await traced.close()

    assert ask(path, "SELECT count(*) FROM conversation") == [(20,)]
    assert statements.count("COMMIT") == 1


async def test_who_stops_waiting_does_not_hold_up_the_others(store: SqliteStore) -> None:
    impatient = asyncio.create_task(store.save(ANN))
    patient = asyncio.create_task(store.load("discord:404"))
    await asyncio.sleep(0)
    impatient.cancel()

    assert await patient == Conversation("discord:404")


async def test_of_several_that_are_saved_at_once_a_bad_one_spoils_no_other(store: SqliteStore) -> None:
    talks = [Conversation("discord:2"), Conversation("\ud800"), ANN, Conversation("discord:3", subject="x")]
    ended = await asyncio.gather(*map(store.save, talks), return_exceptions=True)

    assert [type(end) for end in ended] == [type(None), StoreError, type(None), type(None)]
    assert [await store.load(talks[at].who) for at in (0, 2, 3)] == [talks[0], ANN, talks[3]]


async def test_several_that_are_saved_at_once_wait_only_once_for_another_writer(path: Path) -> None:
    store = await open_sqlite(path, busy_timeout=0.5)
    async with asyncio.timeout(5):
        with locked(path):
            many = [Conversation(f"discord:{number}") for number in range(50)]
            ended = await asyncio.gather(*map(store.save, many), return_exceptions=True)
        await store.save(ANN)
        saved = await store.load(ANN.who)
    await store.close()

    assert {type(end) for end in ended} == {StoreError}
    assert saved == ANN


async def test_a_full_disk_is_told_and_loses_nothing(store: SqliteStore, path: Path) -> None:
    await store.save(ANN)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA max_page_count = 1")  # SQLite itself then says that the disk is full
    full = SqliteStore(db, path)
    with pytest.raises(StoreError, match="disk is full"):
        await full.save(Conversation(ANN.who, facts={"much": "x" * 100_000}, version=1))
    loaded = await full.load(ANN.who)
    await full.close()

    assert loaded == ANN


async def test_a_locked_file_is_told_and_works_again_afterwards(store: SqliteStore, path: Path) -> None:
    with locked(path), pytest.raises(StoreError, match="another process has locked it"):
        await store.save(ANN)
    await store.save(ANN)

    assert await store.load(ANN.who) == ANN


async def test_a_file_locked_while_it_is_opened_is_told(path: Path) -> None:
    await opened_and_closed(path)

    with locked(path), pytest.raises(StoreError, match="another process has locked it"):
        await open_sqlite(path, busy_timeout=0.05)


def test_a_file_that_cannot_get_its_write_ahead_log_now_is_told(path: Path) -> None:
    prepare_file(path, 1)
    run(path, "PRAGMA journal_mode = DELETE")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM ledger")
        with pytest.raises(StoreError, match="another process has locked it"):
            prepare_file(path, 0.02)

    prepare_file(path, 1)
    assert ask(path, "PRAGMA journal_mode") == [("wal",)]


async def test_a_file_that_goes_bad_while_it_is_opened_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyguide.store.sqlite.store.prepare_file", lambda path, busy_timeout: path.mkdir())

    with pytest.raises(StoreError, match="cannot be opened"):
        await open_sqlite(path)


async def test_reading_does_not_wait_for_a_writer(store: SqliteStore, path: Path) -> None:
    await store.save(ANN)

    with locked(path):
        assert await store.load(ANN.who) == ANN


async def test_a_save_that_fails_leaves_the_conversation_that_was_there(
    store: SqliteStore, path: Path
) -> None:
    await store.save(ANN)
    run(path, "CREATE TRIGGER no BEFORE UPDATE ON conversation BEGIN SELECT RAISE(ABORT, 'not today'); END")
    with pytest.raises(StoreError, match="not today"):
        await store.save(Conversation(ANN.who, version=1))

    assert await store.load(ANN.who) == ANN


async def test_forgetting_that_fails_half_way_erases_nothing(
    store: SqliteStore, path: Path, noon: datetime
) -> None:
    entry = LedgerEntry(noon, ANN.who, "terminal", "menu")
    await store.save(ANN)
    await store.record(entry)
    run(path, "CREATE TRIGGER no BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'not today'); END")
    with pytest.raises(StoreError, match="not today"):
        await store.forget(ANN.who)

    assert await store.load(ANN.who) == ANN
    assert await store.list_entries(noon) == [entry]


async def test_forgetting_that_is_cancelled_half_way_does_not_stop_the_next_writer(
    store: SqliteStore,
) -> None:
    await store.save(ANN)
    for turns in range(12):
        task = asyncio.create_task(store.forget("nobody"))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.wait_for(store.save(await store.load(ANN.who)), 5)

    assert await store.load(ANN.who) == ANN


@pytest.mark.parametrize("column", ["answers", "facts", "tried", "offered"])
@pytest.mark.parametrize(
    "text",
    ['{"half', "7", '{"a": 1}', "[1]", "[" * 100_000, "null"],
    ids=["half", "number", "no words", "list", "deep", "null"],
)
async def test_a_damaged_conversation_is_told_and_kept(
    store: SqliteStore, path: Path, column: str, text: str
) -> None:
    await store.save(ANN)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE conversation SET {column} = ?", (text,))
    with pytest.raises(StoreError, match=f"discord:1 is damaged \\({column}\\)"):
        await store.load(ANN.who)

    assert ask(path, f"SELECT {column} FROM conversation") == [(text,)]


async def test_a_damaged_conversation_is_handed_out_as_it_lies_there_and_can_be_erased(
    store: SqliteStore, path: Path
) -> None:
    await store.save(ANN)
    run(path, "UPDATE conversation SET facts = '{\"half'")
    exported = await store.export(ANN.who)
    gone = await store.forget(ANN.who)

    assert exported["conversation"][0]["facts"] == '{"half'
    assert gone == 1
    assert await store.load(ANN.who) == Conversation(ANN.who)


async def test_what_was_forgotten_is_in_no_byte_of_the_files(path: Path, noon: datetime) -> None:
    store = await open_sqlite(path)
    await store.save(Conversation("discord:31337", facts={"code": "0xC004F211"}))
    await store.record(LedgerEntry(noon, "discord:31337", "terminal", "menu"))
    await store.forget("discord:31337")
    everything = b"".join(each.read_bytes() for each in path.parent.iterdir())
    await store.close()

    assert b"31337" not in everything
    assert b"0xC004F211" not in everything


async def test_a_missed_question_that_was_too_old_is_in_no_byte_of_the_files(
    store: SqliteStore, path: Path, noon: datetime
) -> None:
    await store.keep_miss(MissedQuestion(noon, "terminal", "miss", "why is the sky blue"))
    await store.drop_misses(noon + timedelta(days=1))

    assert b"sky blue" not in b"".join(each.read_bytes() for each in path.parent.iterdir())


async def test_a_name_that_is_no_text_is_told(store: SqliteStore) -> None:
    with pytest.raises(StoreError):
        await store.save(Conversation("\ud800"))


async def test_nothing_that_is_kept_is_logged(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    run(path, VERSION_1)
    store = await open_sqlite(path)
    await store.save(await store.load(ANN.who))
    await store.close()

    assert "cannot-link" not in caplog.text
    assert "schema migrated" in caplog.text


async def test_two_stores_on_one_file_see_each_other_and_lose_nothing(path: Path, noon: datetime) -> None:
    first, second = await asyncio.gather(open_sqlite(path), open_sqlite(path))
    lines = [LedgerEntry(noon, f"discord:{number}", "terminal", "menu") for number in range(50)]
    await asyncio.gather(*((first, second)[number % 2].record(each) for number, each in enumerate(lines)))
    await first.save(ANN)
    seen, counted = await second.load(ANN.who), await first.list_entries(noon)
    await first.close()
    await second.close()

    assert seen == ANN
    assert sorted(entry.who for entry in counted) == sorted(entry.who for entry in lines)


DIES = """
import asyncio, sys
from pathlib import Path
from keyguide.core.model.conversation import Conversation
from keyguide.store.sqlite.store import open_sqlite

kept = []

async def main():
    kept.append(await open_sqlite(Path(sys.argv[1])))
    await kept[0].save(Conversation("discord:1"))
    sys.exit(7)

asyncio.run(main())
"""


async def test_a_process_that_dies_without_closing_ends_and_has_lost_nothing(path: Path) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", DIES, str(path))
    ended = await asyncio.wait_for(process.wait(), 20)

    assert ended == 7
    assert ask(path, "SELECT who FROM conversation") == [("discord:1",)]


WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from keyguide.store.protocols import LedgerEntry
from keyguide.store.sqlite.store import open_sqlite

async def main():
    store = await open_sqlite(Path(sys.argv[1]))
    for _ in range(25):
        await store.record(LedgerEntry(datetime(2025, 3, 1, 12, tzinfo=UTC), sys.argv[2], "terminal", "menu"))
    await store.close()

asyncio.run(main())
"""


MANY_WRITERS = """
import asyncio, itertools, os, sys
from pathlib import Path
from keyguide.core.model.conversation import Conversation
from keyguide.store.sqlite.store import open_sqlite

async def main():
    store = await open_sqlite(Path(sys.argv[1]))
    numbers = itertools.count()

    async def write():
        for number in numbers:
            await store.save(Conversation(f"discord:{number}"))
            os.write(1, f"discord:{number} ".encode())

    await asyncio.gather(*(write() for _ in range(16)))

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
async def test_kill_loses_nothing_that_was_acknowledged_to_many_writers(path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", MANY_WRITERS, str(path), stdout=asyncio.subprocess.PIPE
    )
    output = await asyncio.wait_for(process.stdout.readexactly(20_000), 60)
    process.kill()
    output += await process.stdout.read()
    await process.wait()
    acknowledged = set(output.decode().rpartition(" ")[0].split())
    saved = {who for (who,) in ask(path, "SELECT who FROM conversation")}

    assert len(acknowledged) > 1_000
    assert acknowledged <= saved


@pytest.mark.slow
@pytest.mark.parametrize("start", ["", VERSION_1], ids=["no file yet", "an older file"])
async def test_processes_that_start_at_once_on_one_file_lose_nothing(
    path: Path, noon: datetime, start: str
) -> None:
    run(path, start)
    command = [sys.executable, "-c", WRITER, str(path)]
    running = [await asyncio.create_subprocess_exec(*command, f"process:{number}") for number in range(4)]
    ended = [await process.wait() for process in running]
    store = await open_sqlite(path)
    counted = await store.list_entries(noon)
    await store.close()

    assert ended == [0, 0, 0, 0]
    assert len(counted) == 100
    assert len(list(path.parent.glob("*.backup*"))) == bool(start)


async def test_a_file_with_damaged_pages_is_refused_at_the_start(path: Path) -> None:
    store = await open_sqlite(path)
    for number in range(200):
        await store.save(Conversation(f"discord:{number}", facts={"much": "x" * 500}))
    await store.close()
    content = bytearray(path.read_bytes())
    content[8192:60_000] = b"\xff" * (60_000 - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="it is damaged; put a backup copy in its place"):
        await open_sqlite(path)
