"""Making a SQLite file ready: its folder, whose file it is, its backup copy and its schema."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

from keyguide.errors import StoreError
from keyguide.store.schema import MIGRATIONS, SQLITE, Migration, build_statements

log = logging.getLogger(__name__)

APPLICATION_ID = 0x4C4B4559  # "LKEY" in the file's header: tells our file from another program's

ADVICE = {
    sqlite3.SQLITE_FULL: "the disk is full; make room there, what was stored before is kept",
    sqlite3.SQLITE_READONLY: "it may only be read; let the account that runs Keyguide write there",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that it is a file in a folder that may be written",
    sqlite3.SQLITE_NOTADB: "it is not a SQLite database; move it away or name another file",
    sqlite3.SQLITE_CORRUPT: "it is damaged; put a backup copy in its place",
    sqlite3.SQLITE_BUSY: "another process holds it locked; end that process or try again, nothing is lost",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written; check it and the room left on it",
}


def prepare_file(path: Path, patience: float, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Make the file ready for use, or raise StoreError and leave it as it was."""
    try:
        _create_file(path)
        with closing(_connect(path, patience)) as db:
            _check_version(db, path, len(steps))  # refuses before anything is touched
            _migrate(db, path, steps)
            _enable_write_ahead_log(db, patience)
    except (OSError, sqlite3.Error) as error:
        raise make_store_error(path, error) from error


def make_store_error(path: Path, error: Exception) -> StoreError:
    """Return the error as one line: which file, what is wrong, what to do."""
    # The low byte is the kind of failure; Keyguide's own lines never say what was being written.
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    reason = ADVICE.get(kind) or (getattr(error, "strerror", None) or str(error))
    return StoreError(f"{path}: {reason}")


def read_file_identity(path: Path) -> tuple[int, int] | None:
    """Return what tells this file from another one at the same path, None if there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=patience, isolation_level=None)


def _create_file(path: Path) -> None:
    """Make folder and file where they are missing, for nobody else's eyes."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)  # SQLite gives its -wal and -shm files the same rights


def _read_number(db: sqlite3.Connection, question: str) -> int:
    return int(db.execute(question).fetchone()[0])


def _check_version(db: sqlite3.Connection, path: Path, newest: int) -> int:
    """Return the schema's version; StoreError where the file is another program's or a newer Keyguide's."""
    version, tables = (
        _read_number(db, "PRAGMA user_version"),
        _read_number(db, "SELECT count(*) FROM sqlite_master"),
    )
    if (tables or version) and _read_number(db, "PRAGMA application_id") != APPLICATION_ID:
        raise StoreError(f"{path}: it is the database of another program; name another file")
    if version > newest:
        text = f"a newer Keyguide wrote it (schema {version}, this one knows {newest})"
        raise StoreError(f"{path}: {text}; install that version or name another file")
    return version


def _migrate(db: sqlite3.Connection, path: Path, steps: Sequence[Migration]) -> None:
    """Take the steps that are missing in one transaction, after a backup copy of what was there."""
    db.execute("BEGIN IMMEDIATE")
    version = _check_version(
        db, path, len(steps)
    )  # again: another process may have been here while we waited
    db.execute(f"PRAGMA user_version = {len(steps)}")  # shows at once a file that may only be read
    if version == len(steps):
        db.execute("ROLLBACK")
        return
    copy = _back_up(path, version) if version else None
    try:
        for step in steps[version:]:
            for statement in build_statements(step, SQLITE):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("COMMIT")
    except sqlite3.Error:
        if copy:  # the file itself is unchanged; a bot that restarts for ever must not fill the disk
            copy.unlink()
        raise
    if copy:
        log.info("schema brought forward", extra={"from": version, "to": len(steps), "backup": str(copy)})


def _back_up(path: Path, version: int) -> Path:
    """Copy the file beside itself and return the copy; an older backup is never written over."""
    part = path.with_name(f"{path.name}.v{version}.part")  # a half-written copy never looks like a backup
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    # Connections of its own: SQLite copies nothing out of one that is writing.
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target)
    names = (f"{path.name}.v{version}.backup{'' if again == 1 else f'.{again}'}" for again in count(1))
    return part.rename(next(copy for copy in map(path.with_name, names) if not copy.exists()))


def _enable_write_ahead_log(db: sqlite3.Connection, patience: float) -> None:
    """Switch to a write-ahead log, so that readers and the writer do not wait for each other."""
    deadline = time.monotonic() + patience
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # For this one statement SQLite does not wait by itself when two processes start at once.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.005)
        else:
            return
