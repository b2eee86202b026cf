"""Store everything in one SQLite file, the default; several processes may use it at once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from keyguide.store.backup import TableRow
from keyguide.store.protocols import Clock, get_now
from keyguide.store.rows import DbRow, Value
from keyguide.store.sql_store import SqlStore
from keyguide.store.sqlite.connection import (
    begin_transaction,
    connect,
    is_busy,
    run_query,
    run_statements,
    translate_errors,
)
from keyguide.store.sqlite.copy_rows import drop_old_copies, dump_rows, fill_tables, forget_in_copies
from keyguide.store.sqlite.migration import prepare_file, read_file_identity
from keyguide.store.statements import Statement

T = TypeVar("T")
Outcome = tuple[Any, Exception | None]  # what a job returned, or the error that it raised

_DUMPED_AT_ONCE = 500  # rows
TIMEOUT = 5.0  # seconds to wait for another process that is writing


@dataclass(frozen=True, slots=True)
class Job:
    """Work for the thread of a store, and the future that gets the result."""

    run: Callable[[sqlite3.Connection], Any]
    is_write: bool
    result: asyncio.Future[Any]


async def open_sqlite(path: Path, busy_timeout: float = TIMEOUT, clock: Clock = get_now) -> SqliteStore:
    """Open the file, and create or migrate it if needed; raise StoreError if it cannot be used."""
    await asyncio.to_thread(prepare_file, path, busy_timeout)
    with translate_errors(path):
        return SqliteStore(await asyncio.to_thread(connect, path, busy_timeout), path, clock)


class SqliteStore(SqlStore):
    """A store in one SQLite file, with one connection that only the thread of the store uses.

    Every statement is part of a job. While the thread works, jobs wait; then it takes all of them as a batch.
    Decision record 5 explains why.
    """

    def __init__(self, db: sqlite3.Connection, path: Path, clock: Clock = get_now) -> None:
        """Take a connection in autocommit mode to a prepared file."""
        super().__init__(str(path), clock)
        self._db = db
        self._path = path
        self._file = read_file_identity(path)
        self._thread = ThreadPoolExecutor(1, "keyguide-sqlite")
        self._waiting: list[Job] = []
        self._worker: asyncio.Task[None] | None = None
        self._closed = False

    async def close(self) -> None:
        """Close the file when everything in progress is done; saved data stays."""
        if self._closed:
            return
        self._closed = True
        if self._worker:
            await asyncio.wait({self._worker})
        await asyncio.get_running_loop().run_in_executor(self._thread, self._db.close)
        self._thread.shutdown(wait=False)

    async def dump(self) -> AsyncIterator[TableRow]:
        """Yield every row of every table, as they were at one moment; nobody waits for that."""
        with translate_errors(self._path), closing(connect(self._path, TIMEOUT)) as db:
            rows = dump_rows(db)
            while some := await asyncio.to_thread(lambda: [*islice(rows, _DUMPED_AT_ONCE)]):
                for row in some:
                    yield row

    async def fill(self, columns: Mapping[str, Sequence[str]], rows: Iterator[TableRow]) -> int:
        """Replace everything by these rows, or leave all as it was; return the number of rows."""
        return await self._run(lambda db: fill_tables(db, columns, rows), is_write=True)

    async def _read(self, query: str, *values: Value) -> Sequence[DbRow]:
        return await self._run(lambda db: run_query(db, query, values), is_write=False)

    async def _write(self, *statements: Statement) -> int:
        return await self._run(lambda db: run_statements(db, statements), is_write=True)

    async def _erase(self, *statements: Statement) -> int:
        row_count = await self._write(*statements)
        # Older pages of the log still contain the rows; if a reader blocks this, the next checkpoint does it.
        await self._read("PRAGMA wal_checkpoint(TRUNCATE)")
        return row_count

    async def _forget_in_copies(self, who: str) -> None:
        with translate_errors(self._path):
            await asyncio.to_thread(forget_in_copies, self._path, who)

    async def _drop_old_copies(self, before: datetime) -> int:
        with translate_errors(self._path):
            return await asyncio.to_thread(drop_old_copies, self._path, before)

    async def _run(self, work: Callable[[sqlite3.Connection], T], *, is_write: bool) -> T:
        with translate_errors(self._path):
            if self._closed:
                raise ValueError("it was closed already")
            result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            self._waiting.append(Job(work, is_write, result))
            if self._worker is None or self._worker.done():
                self._worker = asyncio.create_task(self._run_waiting())
            return await result

    async def _run_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = sorted(self._waiting, key=lambda job: job.is_write), []
            outcomes = await loop.run_in_executor(self._thread, self._run_if_there, batch)
            for job, (result, error) in zip(batch, outcomes, strict=True):
                if job.result.cancelled():
                    continue
                if error:
                    job.result.set_exception(error)
                else:
                    job.result.set_result(result)

    def _run_if_there(self, batch: Sequence[Job]) -> list[Outcome]:
        """Run a batch, but not on a file that was deleted: what is written to it would be lost."""
        if read_file_identity(self._path) == self._file:
            return _run_batch(self._db, batch)
        gone = ValueError("the file was deleted or replaced; start the program again")
        return [(None, gone)] * len(batch)


def _run_batch(db: sqlite3.Connection, batch: Sequence[Job]) -> list[Outcome]:
    """Run each read first, because it need not wait for other processes, and then all writes together.

    Batches halve what the store costs: when 16 people press buttons on Discord at once, an answer takes
    0.62 ms of processor; with one job at a time it takes 1.10 ms.
    """
    reads = [_run_read(db, job) for job in batch if not job.is_write]
    return reads + _run_writes(db, [job for job in batch if job.is_write])


def _run_read(db: sqlite3.Connection, job: Job) -> Outcome:
    try:
        return job.run(db), None
    except Exception as error:  # noqa: BLE001 -- it is raised in the task that reads
        return None, error


def _run_writes(db: sqlite3.Connection, jobs: Sequence[Job]) -> list[Outcome]:
    """Run all jobs in one transaction; if one fails, run each in its own, so that the others succeed."""
    if not jobs:
        return []
    try:
        with begin_transaction(db):
            return [(job.run(db), None) for job in jobs]
    except Exception as error:  # noqa: BLE001 -- it is raised in the tasks that write
        if len(jobs) == 1 or is_busy(error):  # do not wait for the other process again for each job
            return [(None, error)] * len(jobs)
    return [outcome for job in jobs for outcome in _run_writes(db, [job])]
