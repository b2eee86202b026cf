"""Store everything in one SQLite file, the default; several processes may use it at once."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from keyguide.store.protocols import Clock, get_now
from keyguide.store.rows import DbRow, Value
from keyguide.store.sql import SqlStore, Statement
from keyguide.store.sqlite_file import make_store_error, prepare_file, read_file_identity

T = TypeVar("T")
Statements = Sequence[Statement]
WriteOutcome = tuple[int, Exception | None]
PendingWrite = tuple[Statements, asyncio.Future[int]]

log = logging.getLogger(__name__)

TIMEOUT = 5.0  # seconds to wait for another process that is writing
_CHECKPOINT_EVERY = 1_000  # writes; after them the write-ahead log is copied into the file


async def open_sqlite(path: Path, busy_timeout: float = TIMEOUT, clock: Clock = get_now) -> SqliteStore:
    """Open the file, and create or migrate it if needed; raise StoreError if it cannot be used."""
    await asyncio.to_thread(prepare_file, path, busy_timeout)
    try:
        fast_db = await asyncio.to_thread(_connect, path, busy_timeout)
        fast_db.execute("PRAGMA busy_timeout = 0")
        fast_db.execute("PRAGMA wal_autocheckpoint = 0")  # only the thread may wait for the disk
        return SqliteStore(fast_db, await asyncio.to_thread(_connect, path, busy_timeout), path, clock)
    except sqlite3.Error as error:
        raise make_store_error(path, error) from error


def _connect(path: Path, busy_timeout: float) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=busy_timeout, isolation_level=None, check_same_thread=False)
    try:
        # In WAL mode NORMAL passes every commit to the operating system before it returns, so saved data
        # survives kill -9; a power cut may undo the last commits, but it never damages the file.
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA secure_delete = ON")  # erased data is overwritten, too
    except BaseException:
        db.close()
        raise
    return db


class SqliteStore(SqlStore):
    """A store in one SQLite file.

    Statements that find a few rows by key run at once on the event loop: they take microseconds, and never
    wait for the disk or another writer. All others, and those that would have to wait, run in a thread.
    Decision record 4 explains why.
    """

    def __init__(
        self, fast_db: sqlite3.Connection, thread_db: sqlite3.Connection, path: Path, clock: Clock = get_now
    ) -> None:
        """Take two connections in autocommit mode to a prepared file; only one thread uses the second."""
        super().__init__(str(path), clock)
        self._fast_db = fast_db
        self._thread_db = thread_db
        self._path = path
        self._file = read_file_identity(path)
        self._thread = ThreadPoolExecutor(1, "keyguide-sqlite")
        self._pending: list[PendingWrite] = []
        self._tasks: set[asyncio.Task[None]] = set()  # work in the thread that nobody awaits
        self._writes_since_checkpoint = 0
        self._closed = False

    async def forget(self, who: str) -> int:
        """Erase everything kept about a person, in the write-ahead log too."""
        return await self._truncate_log(await super().forget(who))

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of a place, in the write-ahead log too."""
        return await self._truncate_log(await super().forget_place(place))

    async def _truncate_log(self, row_count: int) -> int:
        # Older pages of the log still contain the rows; if a reader blocks this, the next checkpoint does it.
        await self._read_many("PRAGMA wal_checkpoint(TRUNCATE)")
        return row_count

    async def close(self) -> None:
        """Close the file when everything in progress is done; saved data stays."""
        if self._closed:
            return
        self._closed = True
        self._commit_pending()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._fast_db.close()
        await self._submit(lambda db: db.close())
        self._thread.shutdown(wait=False)

    async def _read(self, query: str, *values: Value) -> Sequence[DbRow]:
        self._check_open()
        try:
            return self._fast_db.execute(query, [_convert_value(value) for value in values]).fetchall()
        except (sqlite3.Error, ValueError) as error:  # ValueError: the text is not valid Unicode
            if not _is_busy(error):
                raise make_store_error(self._path, error) from error
        return await self._read_many(query, *values)

    async def _read_many(self, query: str, *values: Value) -> Sequence[DbRow]:
        converted = [_convert_value(value) for value in values]
        return await self._run_in_thread(lambda db: db.execute(query, converted).fetchall())

    async def _write(self, *statements: Statement) -> int:
        self._check_open()
        loop = asyncio.get_running_loop()
        if not self._pending:  # delay by two loop iterations, so that concurrent writes share a transaction
            loop.call_soon(loop.call_soon, self._commit_pending)
        outcome: asyncio.Future[int] = loop.create_future()
        self._pending.append((statements, outcome))
        try:
            return await outcome
        except (sqlite3.Error, ValueError) as error:
            raise make_store_error(self._path, error) from error

    async def _write_many(self, *statements: Statement) -> int:
        return await self._run_in_thread(lambda db: _write_in_transaction(db, statements))

    def _commit_pending(self) -> None:
        """Commit all pending writes in one transaction: that costs hardly more than committing one."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        try:
            _set_outcomes(pending, _write_all(self._fast_db, [statements for statements, _ in pending]))
        except sqlite3.Error:  # another connection is writing
            self._start_task(self._commit_in_thread(pending))
        self._writes_since_checkpoint += len(pending)
        if self._writes_since_checkpoint >= _CHECKPOINT_EVERY:
            self._writes_since_checkpoint = 0
            self._start_task(self._checkpoint())

    async def _commit_in_thread(self, pending: Sequence[PendingWrite]) -> None:
        jobs = [statements for statements, _ in pending]
        try:
            outcomes = await self._submit(lambda db: _write_all(db, jobs))
        except sqlite3.Error as error:  # the timeout is over for all of them
            outcomes = [(0, error)] * len(jobs)
        _set_outcomes(pending, outcomes)

    async def _checkpoint(self) -> None:
        try:
            # Fetch the rows, because an open cursor would block every later commit.
            await self._submit(lambda db: db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall())
        except sqlite3.Error as error:
            log.warning(
                "the write-ahead log could not be shortened",
                extra={"why": str(make_store_error(self._path, error))},
            )

    def _start_task(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_in_thread(self, job: Callable[[sqlite3.Connection], T]) -> T:
        self._check_open()
        try:
            return await self._submit(job)
        except (sqlite3.Error, ValueError) as error:
            raise make_store_error(self._path, error) from error

    def _submit(self, job: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, job, self._thread_db)

    def _check_open(self) -> None:
        if self._closed:
            raise make_store_error(self._path, ValueError("it was closed already"))
        # What is written to a deleted file is lost when the process ends.
        if read_file_identity(self._path) != self._file:
            raise make_store_error(
                self._path, ValueError("the file was deleted or replaced; start the program again")
            )


def _set_outcomes(pending: Sequence[PendingWrite], outcomes: Sequence[WriteOutcome]) -> None:
    for (_, future), (row_count, error) in zip(pending, outcomes, strict=True):
        if future.cancelled():
            continue
        if error:
            future.set_exception(error)
        else:
            future.set_result(row_count)


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY  # the rest is only detail


def _write_all(db: sqlite3.Connection, jobs: Sequence[Statements]) -> list[WriteOutcome]:
    """Run all jobs in one transaction; if one fails, run each in its own, so that the others still succeed.

    If another connection writes for longer than the timeout, write nothing and raise the error.
    """
    try:
        with _begin_transaction(db):
            return [(_execute(db, statements), None) for statements in jobs]
    except (sqlite3.Error, ValueError) as error:
        if _is_busy(error):
            raise
    return [_try_transaction(db, statements) for statements in jobs]


def _try_transaction(db: sqlite3.Connection, statements: Statements) -> WriteOutcome:
    try:
        return _write_in_transaction(db, statements), None
    except Exception as error:  # noqa: BLE001 -- it is raised in the task that wrote
        return 0, error


def _write_in_transaction(db: sqlite3.Connection, statements: Statements) -> int:
    with _begin_transaction(db):
        return _execute(db, statements)


def _execute(db: sqlite3.Connection, statements: Statements) -> int:
    """Run the statements and return the number of changed rows."""
    before = db.total_changes
    for statement, values in statements:
        db.execute(statement, [_convert_value(value) for value in values])
    return db.total_changes - before


@contextmanager
def _begin_transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Commit what the block does, or roll all of it back if it raises."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # some errors end the transaction themselves
            db.execute("ROLLBACK")
        raise


def _convert_value(value: Value) -> str:
    # One width and one time zone, so that the texts sort in the order of time.
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
