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

from bot.store.base import Clock, now
from bot.store.rows import Row, Value
from bot.store.sql import SqlStore, Write
from bot.store.sqlite_file import identity, prepare, told

T = TypeVar("T")
Writes = Sequence[Write]
Outcome = tuple[int, Exception | None]
Errand = tuple[Writes, asyncio.Future[int]]

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds to wait for another process that is writing
_TIDY = 1_000  # writes; then the log that they went to is brought into the file


async def open_sqlite(path: Path, patience: float = PATIENCE, clock: Clock = now) -> SqliteStore:
    """Open the file, made or brought forward where needed; StoreError where it cannot be used."""
    await asyncio.to_thread(prepare, path, patience)
    try:
        swift = await asyncio.to_thread(_connected, path, patience)
        swift.execute("PRAGMA busy_timeout = 0")
        swift.execute("PRAGMA wal_autocheckpoint = 0")  # what waits for the disk is for the patient one
        return SqliteStore(swift, await asyncio.to_thread(_connected, path, patience), path, clock)
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
    """A memory in one file.

    What touches a few rows by their key is done at once, in microseconds, and never waits: neither for the
    disk nor for anybody who is writing. Everything else, and whatever would have to wait, goes to a thread.
    Decision record 4 says why.
    """

    def __init__(
        self, swift: sqlite3.Connection, patient: sqlite3.Connection, path: Path, clock: Clock = now
    ) -> None:
        """Take two connections in autocommit to a file that is ready; only one thread will use the second."""
        super().__init__(str(path), clock)
        self._swift = swift
        self._patient = patient
        self._path = path
        self._file = identity(path)
        self._thread = ThreadPoolExecutor(1, "latchkey-sqlite")
        self._waiting: list[Errand] = []
        self._elsewhere: set[asyncio.Task[None]] = set()  # what goes on in the thread that nobody awaits
        self._untidy = 0
        self._closed = False

    async def forget(self, who: str) -> int:
        """Erase everything kept about that person, in the write-ahead log too."""
        return await self._emptied(await super().forget(who))

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of that place, in the write-ahead log too."""
        return await self._emptied(await super().forget_place(place))

    async def _emptied(self, gone: int) -> int:
        # Older pages of the log still hold the rows; where a reader is in the way, the next one empties it.
        await self._search("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    async def close(self) -> None:
        """Let go of the file once everything under way is done; what was saved stays."""
        if self._closed:
            return
        self._closed = True
        self._commit()
        if self._elsewhere:
            await asyncio.wait(self._elsewhere)
        self._swift.close()
        await self._in_thread(lambda db: db.close())
        self._thread.shutdown(wait=False)

    async def _read(self, question: str, *values: Value) -> Sequence[Row]:
        self._check_open()
        try:
            return self._swift.execute(question, [_kept(value) for value in values]).fetchall()
        except (sqlite3.Error, ValueError) as error:  # ValueError: text that is no text
            if not _is_busy(error):
                raise told(self._path, error) from error
        return await self._search(question, *values)

    async def _search(self, question: str, *values: Value) -> Sequence[Row]:
        kept = [_kept(value) for value in values]
        return await self._patiently(lambda db: db.execute(question, kept).fetchall())

    async def _write(self, *writes: Write) -> int:
        self._check_open()
        loop = asyncio.get_running_loop()
        if not self._waiting:  # two rounds of the loop later, so that who is answered just now comes along
            loop.call_soon(loop.call_soon, self._commit)
        outcome: asyncio.Future[int] = loop.create_future()
        self._waiting.append((writes, outcome))
        try:
            return await outcome
        except (sqlite3.Error, ValueError) as error:
            raise told(self._path, error) from error

    async def _erase(self, *writes: Write) -> int:
        return await self._patiently(lambda db: _written_alone(db, writes))

    def _commit(self) -> None:
        """Write what came at about the same time in one transaction: it costs hardly more than one of it."""
        errands, self._waiting = self._waiting, []
        if not errands:
            return
        try:
            _hand_out(errands, _all_written(self._swift, [writes for writes, _ in errands]))
        except sqlite3.Error:  # somebody else is writing
            self._see_to(self._commit_patiently(errands))
        self._untidy += len(errands)
        if self._untidy >= _TIDY:
            self._untidy = 0
            self._see_to(self._tidied())

    async def _commit_patiently(self, errands: Sequence[Errand]) -> None:
        jobs = [writes for writes, _ in errands]
        try:
            outcomes = await self._in_thread(lambda db: _all_written(db, jobs))
        except sqlite3.Error as error:  # all have waited enough
            outcomes = [(0, error)] * len(jobs)
        _hand_out(errands, outcomes)

    async def _tidied(self) -> None:
        try:
            # Fetched, because a cursor that is still open keeps every later commit from happening.
            await self._in_thread(lambda db: db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall())
        except sqlite3.Error as error:
            log.warning(
                "the write-ahead log stays as long as it is", extra={"why": str(told(self._path, error))}
            )

    def _see_to(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._elsewhere.add(task)
        task.add_done_callback(self._elsewhere.discard)

    async def _patiently(self, job: Callable[[sqlite3.Connection], T]) -> T:
        self._check_open()
        try:
            return await self._in_thread(job)
        except (sqlite3.Error, ValueError) as error:
            raise told(self._path, error) from error

    def _in_thread(self, job: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, job, self._patient)

    def _check_open(self) -> None:
        if self._closed:
            raise told(self._path, ValueError("it was closed already"))
        if identity(self._path) != self._file:  # what we write now would be gone with our process
            raise told(self._path, ValueError("the file was deleted or replaced; start the program again"))


def _hand_out(errands: Sequence[Errand], outcomes: Sequence[Outcome]) -> None:
    for (_, waiting), (touched, error) in zip(errands, outcomes, strict=True):
        if waiting.cancelled():
            continue
        if error:
            waiting.set_exception(error)
        else:
            waiting.set_result(touched)


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY  # the rest says why


def _all_written(db: sqlite3.Connection, jobs: Sequence[Writes]) -> list[Outcome]:
    """Do all in one transaction; where that fails, each in its own, so that one mistake spoils no other.

    Where somebody else is writing for longer than the connection waits, nothing is done, and that is raised.
    """
    try:
        with _transaction(db):
            return [(_written(db, writes), None) for writes in jobs]
    except (sqlite3.Error, ValueError) as error:
        if _is_busy(error):
            raise
    return [_outcome(db, writes) for writes in jobs]


def _outcome(db: sqlite3.Connection, writes: Writes) -> Outcome:
    try:
        return _written_alone(db, writes), None
    except Exception as error:  # noqa: BLE001 -- it is raised where the writes were asked for
        return 0, error


def _written_alone(db: sqlite3.Connection, writes: Writes) -> int:
    with _transaction(db):
        return _written(db, writes)


def _written(db: sqlite3.Connection, writes: Writes) -> int:
    """Run the statements, and return how many rows they touched."""
    before = db.total_changes
    for statement, values in writes:
        db.execute(statement, [_kept(value) for value in values])
    return db.total_changes - before


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Keep everything that is done inside or nothing of it."""
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
