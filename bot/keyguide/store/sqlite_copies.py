"""Keep promises about people in the copies, too, that were made when an older SQLite file was migrated."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from keyguide.store.schema import list_tables
from keyguide.store.statements import name_in


def forget_in_copies(path: Path, who: str) -> None:
    """Erase a person from every copy of the file; older copies have fewer tables."""
    for copy in _list_copies(path):
        with closing(sqlite3.connect(copy)) as db, db:
            db.execute("PRAGMA secure_delete = ON")
            for table in list_tables():
                names = {row[1] for row in db.execute(f"PRAGMA table_info({table.creates})")}
                if table.person in names:
                    sql = f"DELETE FROM {table.creates} WHERE {table.person} = ?"  # noqa: S608 -- our own names
                    db.execute(sql, (name_in(table, who),))


def drop_old_copies(path: Path, before: datetime) -> int:
    """Remove the copies that were made before then, and return their number."""
    old = [copy for copy in _list_copies(path) if copy.stat().st_mtime < before.timestamp()]
    for copy in old:
        copy.unlink(missing_ok=True)  # another process may do the same
    return len(old)


def _list_copies(path: Path) -> Iterator[Path]:
    prefix = f"{path.name}.v"
    for copy in path.parent.iterdir():
        if copy.name.startswith(prefix) and ".backup" in copy.name and copy.is_file():
            yield copy
