"""Store everything in one SQLite file, the default; several processes may use it at once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from keyguide.store.protocols import Clock, get_now
from keyguide.store.rows import DbRow, Value
from keyguide.store.sql import SqlStore, Statement
from keyguide.store.sqlite_migration import (
    begin_transaction,
    connect,
    is_busy,
    make_store_error,
    prepare_file,
    read_file_identity,
    translate_errors,
)

T = TypeVar("T")
Statements = Sequence[Statement]
Outcome = tuple[int, Exception | None]  # the number of changed rows, or why there are none

TIMEOUT = 5.0  # seconds to wait for another process that is writing


async def open_sqlite(path: Path, busy_timeout: float = TIMEOUT, clock: Clock = get_now) -> SqliteStore:
    """Open the file, and create or migrate it if needed; raise StoreError if it cannot be used."""
    await asyncio.to_thread(prepare_file, path, busy_timeout)
    with translate_errors(path):
        return SqliteStore(await asyncio.to_thread(connect, path, busy_timeout), path, clock)


class SqliteStore(SqlStore):
    """A store in one SQLite file; only the thread of the store uses the connection.

    While the thread writes, further writes wait. Then it writes all of them in one transaction.
    Decision record 5 explains why.
    """

    def __init__(self, db: sqlite3.Connection, path: Path, clock: Clock = get_now) -> None:
        """Take a connection in autocommit mode to a prepared file."""
        super().__init__(str(path), clock)
        self._db = db
        self._path = path
        self._file = read_file_identity(path)
        self._thread = ThreadPoolExecutor(1, "keyguide-sqlite")
        self._waiting: list[tuple[Statements, asyncio.Future[int]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._closed = False

    async def close(self) -> None:
        """Close the file when everything in progress is done; saved data stays."""
        if self._closed:
            return
        self._closed = True
        if self._writer:
            await asyncio.wait({self._writer})
        await self._run_in_thread(lambda db: db.close())
        self._thread.shutdown(wait=False)

    async def _read(self, query: str, *values: Value) -> Sequence[DbRow]:
        self._check_open()
        with translate_errors(self._path):
            return await self._run_in_thread(lambda db: _execute(db, query, values))

    async def _write(self, *statements: Statement) -> int:
        self._check_open()
        outcome: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((statements, outcome))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_waiting())
        with translate_errors(self._path):
            return await outcome

    async def _erase(self, *statements: Statement) -> int:
        row_count = await self._write(*statements)
        # Older pages of the log still contain the rows; if a reader blocks this, the next checkpoint does it.
        await self._read("PRAGMA wal_checkpoint(TRUNCATE)")
        return row_count

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            jobs = [statements for statements, _ in batch]
            outcomes = await self._run_in_thread(partial(_write_all, jobs=jobs))
            for (_, future), (row_count, error) in zip(batch, outcomes, strict=True):
                if future.cancelled():
                    continue
                if error:
                    future.set_exception(error)
                else:
                    future.set_result(row_count)

    def _run_in_thread(self, job: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, job, self._db)

    def _check_open(self) -> None:
        if self._closed:
            raise make_store_error(self._path, ValueError("it was closed already"))
        if read_file_identity(self._path) != self._file:  # what is written to a deleted file would be lost
            reason = "the file was deleted or replaced; start the program again"
            raise make_store_error(self._path, ValueError(reason))


def _write_all(db: sqlite3.Connection, jobs: Sequence[Statements]) -> list[Outcome]:
    """Run all jobs in one transaction; if one fails, run each in its own, so that the others still succeed.

    This saves XX µs of the XX µs that a turn takes in the store when 16 people write at once.
    """
    try:
        with begin_transaction(db):
            return [(_count_changes(db, statements), None) for statements in jobs]
    except Exception as error:  # noqa: BLE001 -- it is raised in the tasks that write
        if len(jobs) == 1 or is_busy(error):  # do not wait for the other process again for each job
            return [(0, error)] * len(jobs)
    return [outcome for statements in jobs for outcome in _write_all(db, [statements])]


def _count_changes(db: sqlite3.Connection, statements: Sequence[Statement]) -> int:
    """Run the statements and return the number of changed rows."""
    before = db.total_changes
    for sql, values in statements:
        _execute(db, sql, values)
    return db.total_changes - before


def _execute(db: sqlite3.Connection, sql: str, values: Sequence[Value]) -> list[DbRow]:
    # Fetch all rows, because an open cursor would block every later commit.
    return db.execute(sql, [_convert_value(value) for value in values]).fetchall()


def _convert_value(value: Value) -> str:
    # One width and one time zone, so that the texts sort in the order of time.
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
