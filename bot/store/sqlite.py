"""The memory most people run: one SQLite file that several processes may use at once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.store.base import Clock, now
from bot.store.rows import Row, Value
from bot.store.sql import SqlStore, Write
from bot.store.sqlite_file import prepare, told

Job = Callable[[sqlite3.Connection], Any]
Errand = tuple[Job, asyncio.Future[Any]]
Outcome = tuple[Any, Exception | None]

PATIENCE = 5.0  # seconds to wait for another process that is writing


async def open_sqlite(path: Path, patience: float = PATIENCE, clock: Clock = now) -> SqliteStore:
    """Open the file, made or brought forward where needed; StoreError where it cannot be used."""
    await asyncio.to_thread(prepare, path, patience)
    try:
        return SqliteStore(await asyncio.to_thread(_connected, path, patience), path, clock)
    except sqlite3.Error as error:
        raise told(path, error) from error


def _connected(path: Path, patience: float) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        # In WAL mode NORMAL hands every commit to the operating system before it returns, so what was
        # saved survives kill -9 of Latchkey; only a power cut may undo the last commits, never damage them.
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten too
    except BaseException:
        db.close()
        raise
    return db


class SqliteStore(SqlStore):
    """A memory in one file."""

    def __init__(self, db: sqlite3.Connection, path: Path, clock: Clock = now) -> None:
        """Take an open connection in autocommit, to a file that is ready; only one thread will use it."""
        super().__init__(str(path), clock)
        self._db = db
        self._path = path
        self._thread = ThreadPoolExecutor(1, "latchkey-sqlite")
        self._reads: list[Errand] = []
        self._writes: list[Errand] = []
        self._visit: asyncio.Task[None] | None = None
        self._closed = False

    async def forget(self, who: str) -> int:
        """Erase everything kept about that person, in the write-ahead log too."""
        return await self._emptied(await super().forget(who))

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of that place, in the write-ahead log too."""
        return await self._emptied(await super().forget_place(place))

    async def _emptied(self, gone: int) -> int:
        # Older pages of the log still hold the rows; where a reader is in the way, the next one empties it.
        await self._read("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    async def close(self) -> None:
        """Let go of the file once everything under way is done; what was saved stays."""
        if self._closed:
            return
        self._closed = True
        if self._visit:
            await asyncio.wait({self._visit})
        await asyncio.get_running_loop().run_in_executor(self._thread, self._db.close)
        self._thread.shutdown(wait=False)

    async def _read(self, question: str, *values: Value) -> Sequence[Row]:
        kept = [_kept(value) for value in values]
        rows: Sequence[Row] = await self._done(self._reads, lambda db: db.execute(question, kept).fetchall())
        return rows

    async def _write(self, *writes: Write) -> int:
        touched: int = await self._done(self._writes, lambda db: _written(db, writes))
        return touched

    async def _done(self, waiting: list[Errand], job: Job) -> Any:
        """Do a job in the connection's thread.

        Crossing to the thread and back costs more than most jobs, and so does a commit: what comes while
        it is busy waits together and crosses together, and what is to be written shares one transaction.
        """
        if self._closed:
            raise told(self._path, ValueError("it was closed already"))
        outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        waiting.append((job, outcome))
        if self._visit is None:
            self._visit = asyncio.create_task(self._visits())
        try:
            return await outcome
        except (sqlite3.Error, ValueError) as error:  # ValueError: text that is no text
            raise told(self._path, error) from error

    async def _visits(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._reads or self._writes:
                errands = (*self._reads, *self._writes)
                reads, writes = ([job for job, _ in part] for part in (self._reads, self._writes))
                self._reads.clear()
                self._writes.clear()
                outcomes = await loop.run_in_executor(self._thread, _all_done, self._db, reads, writes)
                for (_, waiting), (value, error) in zip(errands, outcomes, strict=True):
                    if waiting.cancelled():
                        continue
                    if error:
                        waiting.set_exception(error)
                    else:
                        waiting.set_result(value)
        finally:
            self._visit = None


def _all_done(db: sqlite3.Connection, reads: Sequence[Job], writes: Sequence[Job]) -> list[Outcome]:
    return [*(_outcome(db, job) for job in reads), *_all_written(db, writes)]


def _all_written(db: sqlite3.Connection, jobs: Sequence[Job]) -> list[Outcome]:
    """Do all in one transaction; where that fails, each in its own, so that one mistake spoils no other."""
    if len(jobs) > 1:
        try:
            with _transaction(db):
                return [(job(db), None) for job in jobs]
        except (sqlite3.Error, ValueError) as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:  # all have waited enough
                return [(None, error)] * len(jobs)
    return [_outcome(db, job) for job in jobs]


def _outcome(db: sqlite3.Connection, job: Job) -> Outcome:
    try:
        return job(db), None
    except Exception as error:  # noqa: BLE001 -- it is raised where the job was asked for
        return None, error


def _written(db: sqlite3.Connection, writes: Sequence[Write]) -> int:
    """Run the statements, several of them whole or not at all, and return how many rows they touched."""
    before = db.total_changes
    with _transaction(db) if len(writes) > 1 else nullcontext():  # one alone is a transaction already
        for statement, values in writes:
            db.execute(statement, [_kept(value) for value in values])
    return db.total_changes - before


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Keep everything that is done inside or nothing of it; one inside another is part of that."""
    if db.in_transaction:
        yield
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # some errors have ended it already
            db.execute("ROLLBACK")
        raise


def _kept(value: Value) -> str:
    # One width and one time zone, so that the order of the texts is the order of the moments.
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
