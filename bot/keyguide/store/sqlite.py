"""The memory most people run: one SQLite file that several processes may use at once."""

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
_CHECKPOINT_EVERY = 1_000  # writes; then the log that they went to is brought into the file


async def open_sqlite(path: Path, patience: float = TIMEOUT, clock: Clock = get_now) -> SqliteStore:
    """Open the file, made or brought forward where needed; StoreError where it cannot be used."""
    await asyncio.to_thread(prepare_file, path, patience)
    try:
        swift = await asyncio.to_thread(_connect, path, patience)
        swift.execute("PRAGMA busy_timeout = 0")
        swift.execute("PRAGMA wal_autocheckpoint = 0")  # what waits for the disk is for the patient one
        return SqliteStore(swift, await asyncio.to_thread(_connect, path, patience), path, clock)
    except sqlite3.Error as error:
        raise make_store_error(path, error) from error


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        # In WAL mode NORMAL hands every commit to the operating system before it returns, so what was
        # saved survives kill -9 of Keyguide; only a power cut may undo the last commits, never damage them.
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten too
    except BaseException:
        db.close()
        raise
    return db


class SqliteStore(SqlStore):
    """A memory in one file.

    What touches a few rows by their key is done at once, in microseconds, and never waits: neither for the
    disk nor for anybody who is writing. Everything else, and whatever would have to wait, goes to a thread.
    Decision record 4 says why.
    """

    def __init__(
        self, swift: sqlite3.Connection, patient: sqlite3.Connection, path: Path, clock: Clock = get_now
    ) -> None:
        """Take two connections in autocommit to a file that is ready; only one thread will use the second."""
        super().__init__(str(path), clock)
        self._fast_db = swift
        self._thread_db = patient
        self._path = path
        self._file = read_file_identity(path)
        self._thread = ThreadPoolExecutor(1, "keyguide-sqlite")
        self._pending: list[PendingWrite] = []
        self._tasks: set[asyncio.Task[None]] = set()  # what goes on in the thread that nobody awaits
        self._writes_since_checkpoint = 0
        self._closed = False

    async def forget(self, who: str) -> int:
        """Erase everything kept about that person, in the write-ahead log too."""
        return await self._truncate_log(await super().forget(who))

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of that place, in the write-ahead log too."""
        return await self._truncate_log(await super().forget_place(place))

    async def _truncate_log(self, gone: int) -> int:
        # Older pages of the log still hold the rows; where a reader is in the way, the next one empties it.
        await self._read_many("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    async def close(self) -> None:
        """Let go of the file once everything under way is done; what was saved stays."""
        if self._closed:
            return
        self._closed = True
        self._commit_pending()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._fast_db.close()
        await self._submit(lambda db: db.close())
        self._thread.shutdown(wait=False)

    async def _read(self, question: str, *values: Value) -> Sequence[DbRow]:
        self._check_open()
        try:
            return self._fast_db.execute(question, [_convert_value(value) for value in values]).fetchall()
        except (sqlite3.Error, ValueError) as error:  # ValueError: text that is no text
            if not _is_busy(error):
                raise make_store_error(self._path, error) from error
        return await self._read_many(question, *values)

    async def _read_many(self, question: str, *values: Value) -> Sequence[DbRow]:
        kept = [_convert_value(value) for value in values]
        return await self._run_in_thread(lambda db: db.execute(question, kept).fetchall())

    async def _write(self, *writes: Statement) -> int:
        self._check_open()
        loop = asyncio.get_running_loop()
        if not self._pending:  # two rounds of the loop later, so that who is answered just now comes along
            loop.call_soon(loop.call_soon, self._commit_pending)
        outcome: asyncio.Future[int] = loop.create_future()
        self._pending.append((writes, outcome))
        try:
            return await outcome
        except (sqlite3.Error, ValueError) as error:
            raise make_store_error(self._path, error) from error

    async def _write_many(self, *writes: Statement) -> int:
        return await self._run_in_thread(lambda db: _write_in_transaction(db, writes))

    def _commit_pending(self) -> None:
        """Write what came at about the same time in one transaction: it costs hardly more than one of it."""
        errands, self._pending = self._pending, []
        if not errands:
            return
        try:
            _set_outcomes(errands, _write_all(self._fast_db, [writes for writes, _ in errands]))
        except sqlite3.Error:  # somebody else is writing
            self._start_task(self._commit_in_thread(errands))
        self._writes_since_checkpoint += len(errands)
        if self._writes_since_checkpoint >= _CHECKPOINT_EVERY:
            self._writes_since_checkpoint = 0
            self._start_task(self._checkpoint())

    async def _commit_in_thread(self, errands: Sequence[PendingWrite]) -> None:
        jobs = [writes for writes, _ in errands]
        try:
            outcomes = await self._submit(lambda db: _write_all(db, jobs))
        except sqlite3.Error as error:  # all have waited enough
            outcomes = [(0, error)] * len(jobs)
        _set_outcomes(errands, outcomes)

    async def _checkpoint(self) -> None:
        try:
            # Fetched, because a cursor that is still open keeps every later commit from happening.
            await self._submit(lambda db: db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall())
        except sqlite3.Error as error:
            log.warning(
                "the write-ahead log stays as long as it is",
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
        if read_file_identity(self._path) != self._file:  # what we write now would be gone with our process
            raise make_store_error(
                self._path, ValueError("the file was deleted or replaced; start the program again")
            )


def _set_outcomes(errands: Sequence[PendingWrite], outcomes: Sequence[WriteOutcome]) -> None:
    for (_, waiting), (touched, error) in zip(errands, outcomes, strict=True):
        if waiting.cancelled():
            continue
        if error:
            waiting.set_exception(error)
        else:
            waiting.set_result(touched)


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY  # the rest says why


def _write_all(db: sqlite3.Connection, jobs: Sequence[Statements]) -> list[WriteOutcome]:
    """Do all in one transaction; where that fails, each in its own, so that one mistake spoils no other.

    Where somebody else is writing for longer than the connection waits, nothing is done, and that is raised.
    """
    try:
        with _begin_transaction(db):
            return [(_execute(db, writes), None) for writes in jobs]
    except (sqlite3.Error, ValueError) as error:
        if _is_busy(error):
            raise
    return [_try_transaction(db, writes) for writes in jobs]


def _try_transaction(db: sqlite3.Connection, writes: Statements) -> WriteOutcome:
    try:
        return _write_in_transaction(db, writes), None
    except Exception as error:  # noqa: BLE001 -- it is raised where the writes were asked for
        return 0, error


def _write_in_transaction(db: sqlite3.Connection, writes: Statements) -> int:
    with _begin_transaction(db):
        return _execute(db, writes)


def _execute(db: sqlite3.Connection, writes: Statements) -> int:
    """Run the statements, and return how many rows they touched."""
    before = db.total_changes
    for statement, values in writes:
        db.execute(statement, [_convert_value(value) for value in values])
    return db.total_changes - before


@contextmanager
def _begin_transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Keep everything that is done inside or nothing of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # some errors have ended it already
            db.execute("ROLLBACK")
        raise


def _convert_value(value: Value) -> str:
    # One width and one time zone, so that the order of the texts is the order of the moments.
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
