"""Connect to a SQLite file, run statements and translate the errors of SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from keyguide.errors import OvertakenError, StoreError
from keyguide.store.rows import DbRow, Value
from keyguide.store.statements import Statement

# In WAL mode NORMAL passes every commit to the operating system before it returns, so saved data survives
# kill -9; a power cut may undo the last commits, but it never damages the file. Erased data is overwritten.
# The log is copied into the file every 10,000 pages (40 MB) and not every 1,000: while it is copied, turns
# wait for the disk. Measured at 100 turns a second for 40 s: p99 is 14 ms instead of 21.
SETTINGS = "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 10000;"

ADVICE = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space, saved data is kept",
    sqlite3.SQLITE_READONLY: "it is read-only; let the account that runs Keyguide write to it",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that it is a file in a writable folder",
    sqlite3.SQLITE_NOTADB: "it is not a SQLite database; move it away or name another file",
    sqlite3.SQLITE_CORRUPT: "it is damaged; put a backup copy in its place",
    sqlite3.SQLITE_BUSY: "another process has locked it; end that process or try again, nothing is lost",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written; check it and its free space",
}


def connect(path: Path, busy_timeout: float) -> sqlite3.Connection:
    """Connect in autocommit mode; one thread after another may use the connection."""
    db = sqlite3.connect(path, timeout=busy_timeout, isolation_level=None, check_same_thread=False)
    try:
        db.executescript(SETTINGS)
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def begin_transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Commit what the block does, or roll all of it back if it raises."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # some errors end the transaction themselves
            db.execute("ROLLBACK")
        raise


def run_statements(db: sqlite3.Connection, statements: Sequence[Statement]) -> int:
    """Run the statements and return the number of changed rows; raise OvertakenError as `SqlStore` says."""
    start = db.total_changes
    for statement in statements:
        before = db.total_changes
        run_query(db, statement.sql, statement.values)
        if statement.expected not in {None, db.total_changes - before}:
            raise OvertakenError
    return db.total_changes - start


def run_query(db: sqlite3.Connection, sql: str, values: Sequence[Value]) -> list[DbRow]:
    """Run a query and fetch all rows, because an open cursor would block every later commit."""
    return db.execute(sql, [_convert_value(value) for value in values]).fetchall()


def _convert_value(value: Value) -> str | int:
    # One width and one time zone, so that the texts sort in the order of time.
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Raise StoreError for every error of the file, of SQLite or of a value that it cannot store."""
    try:
        yield
    except (OSError, sqlite3.Error, ValueError) as error:  # ValueError: the text is not valid Unicode
        raise make_store_error(path, error) from error


def make_store_error(path: Path, error: Exception) -> StoreError:
    """Build an error of one line: which file, what is wrong, and what to do."""
    # Neither SQLite's texts nor ours contain what was being written.
    reason = ADVICE.get(_read_kind(error)) or (getattr(error, "strerror", None) or str(error))
    return StoreError(f"{path}: {reason}")


def is_busy(error: Exception) -> bool:
    """Return whether another connection has locked the file."""
    return _read_kind(error) == sqlite3.SQLITE_BUSY


def _read_kind(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest is only detail
