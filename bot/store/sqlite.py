"""The memory most people run: one SQLite file that several processes may use at once."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosqlite

from bot.store.base import Clock, now
from bot.store.rows import Row, Value
from bot.store.sql import SqlStore, Write
from bot.store.sqlite_file import prepare, told

PATIENCE = 5.0  # seconds to wait for another process that is writing


async def open_sqlite(path: Path, patience: float = PATIENCE, clock: Clock = now) -> SqliteStore:
    """Open the file, made or brought forward where needed; StoreError where it cannot be used."""
    logging.getLogger("aiosqlite").setLevel(logging.INFO)  # its DEBUG lines hold every value of every row
    await asyncio.to_thread(prepare, path, patience)
    db: aiosqlite.Connection | None = None
    try:
        connecting = aiosqlite.connect(path, timeout=patience, isolation_level=None)
        # Else a Latchkey that dies without closing its store hangs for ever, waiting for aiosqlite's thread.
        thread: Any = getattr(connecting, "_thread", connecting)  # up to 0.21 the connection is the thread
        thread.daemon = True
        db = await connecting
        # In WAL mode NORMAL hands every commit to the operating system before it returns, so what was
        # saved survives kill -9 of Latchkey; only a power cut may undo the last commits, never damage them.
        await db.execute_fetchall("PRAGMA synchronous = NORMAL")
        await db.execute_fetchall("PRAGMA secure_delete = ON")  # what is erased is overwritten too
    except BaseException as error:
        if db:
            await db.close()
        if isinstance(error, sqlite3.Error):
            raise told(path, error) from error
        raise
    return SqliteStore(db, path, clock)


class SqliteStore(SqlStore):
    """A memory in one file."""

    def __init__(self, db: aiosqlite.Connection, path: Path, clock: Clock = now) -> None:
        """Take an open connection in autocommit, to a file that is ready."""
        super().__init__(str(path), clock)
        self._db = db
        self._path = path
        self._writing = asyncio.Lock()

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
        """Let go of the file; what was saved stays."""
        await self._db.close()

    async def _read(self, question: str, *values: Value) -> Sequence[Row]:
        async with self._telling():
            return list(await self._db.execute_fetchall(question, [_kept(value) for value in values]))

    async def _write(self, *writes: Write) -> int:
        # The connection is shared: without the lock one writer's commit would end another's transaction.
        async with self._writing, self._telling():
            if len(writes) == 1:  # a statement alone is a transaction already
                return await self._touched(*writes[0])
            async with self._whole():
                return sum([await self._touched(*write) for write in writes])

    async def _touched(self, statement: str, values: tuple[Value, ...]) -> int:
        # In one visit to the connection's thread; a cursor to ask for its count would cost a second one.
        before = self._db.total_changes
        await self._db.execute_fetchall(statement, [_kept(value) for value in values])
        return self._db.total_changes - before

    @asynccontextmanager
    async def _whole(self) -> AsyncIterator[None]:
        try:
            await self._db.execute_fetchall("BEGIN IMMEDIATE")
            yield
            await self._db.commit()
        except BaseException:  # being cancelled too must not leave half of it behind
            await self._db.rollback()
            raise

    @asynccontextmanager
    async def _telling(self) -> AsyncIterator[None]:
        try:
            yield
        except (sqlite3.Error, ValueError) as error:  # ValueError: text that is no text, or a closed store
            raise told(self._path, error) from error


def _kept(value: Value) -> str:
    # One width and one time zone, so that the order of the texts is the order of the moments.
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
