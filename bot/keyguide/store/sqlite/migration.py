"""Prepare a SQLite file: create it, check which program wrote it, back it up and migrate its schema."""

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
from keyguide.store.sqlite.connection import ADVICE, connect, is_busy, translate_errors

log = logging.getLogger(__name__)

_MAX_CHECKED_BYTES = 200 * 1024 * 1024  # such a file takes about a second
APPLICATION_ID = 0x4C4B4559  # "LKEY" in the header of the file: marks it as ours


def prepare_file(path: Path, busy_timeout: float, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Create or migrate the file, or raise StoreError and leave it as it was."""
    with translate_errors(path):
        _create_file(path)
        with closing(connect(path, busy_timeout)) as db:
            _check_version(db, path, len(steps))  # raises before anything is changed
            _check_pages(db, path)
            _migrate(db, path, steps)
            _enable_write_ahead_log(db, busy_timeout)


def read_file_identity(path: Path) -> tuple[int, int] | None:
    """Read what distinguishes the file from a later one at the same path; return None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _create_file(path: Path) -> None:
    """Create the folder and the file if they are missing, readable for their owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)  # SQLite gives its -wal and -shm files the same rights


def _read_number(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])


def _check_version(db: sqlite3.Connection, path: Path, newest: int) -> int:
    """Read the schema version; raise StoreError if another program or a newer Keyguide wrote the file."""
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


def _check_pages(db: sqlite3.Connection, path: Path) -> None:
    """Check a file that is not too large for damage, because SQLite itself notices it only much later."""
    if path.stat().st_size > _MAX_CHECKED_BYTES:
        return
    found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreError(f"{path}: {ADVICE[sqlite3.SQLITE_CORRUPT]}")


def _migrate(db: sqlite3.Connection, path: Path, steps: Sequence[Migration]) -> None:
    """Apply the missing migrations in one transaction, after a backup copy of the file."""
    db.execute("BEGIN IMMEDIATE")
    # Check again: another process may have migrated the file while this one waited.
    version = _check_version(db, path, len(steps))
    db.execute(f"PRAGMA user_version = {len(steps)}")  # fails at once if the file is read-only
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
        if copy:  # the file itself is unchanged, and repeated restarts must not fill the disk
            copy.unlink()
        raise
    if copy:
        log.info("schema migrated", extra={"from": version, "to": len(steps), "backup": str(copy)})


def _back_up(path: Path, version: int) -> Path:
    """Copy the file into its own folder and return the copy; never overwrite an older backup."""
    draft = path.with_name(f"{path.name}.v{version}.part")  # a half-written copy never looks like a backup
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    # New connections, because SQLite does not copy from one that is writing.
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(draft)) as target:
        source.backup(target)
    names = (f"{path.name}.v{version}.backup{'' if attempt == 1 else f'.{attempt}'}" for attempt in count(1))
    return draft.rename(next(copy for copy in map(path.with_name, names) if not copy.exists()))


def _enable_write_ahead_log(db: sqlite3.Connection, busy_timeout: float) -> None:
    """Switch to a write-ahead log, so that readers and the writer do not block each other."""
    deadline = time.monotonic() + busy_timeout
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # SQLite itself does not wait for this statement if two processes start at once.
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.005)
        else:
            return
