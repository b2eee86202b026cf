"""Copy a SQLite database row by row, and keep promises about people in the copies of older files, too."""
# ruff: noqa: S608 -- every name comes from the schema

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from keyguide.store.backup import TableRow
from keyguide.store.schema import list_columns, list_tables
from keyguide.store.statements import name_in


def forget_in_copies(path: Path, who: str) -> None:
    """Erase a person from every copy of the file; older copies have fewer tables."""
    for copy in _list_copies(path):
        with closing(sqlite3.connect(copy)) as db, db:
            db.execute("PRAGMA secure_delete = ON")
            for table in list_tables():
                names = {row[1] for row in db.execute(f"PRAGMA table_info({table.creates})")}
                if table.person in names:
                    sql = f"DELETE FROM {table.creates} WHERE {table.person} = ?"
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


def dump_rows(db: sqlite3.Connection) -> Iterator[TableRow]:
    """Yield every row of every table, as they were at one moment."""
    db.execute("BEGIN")
    for table in list_tables():
        columns = list_columns(table.creates)
        for row in db.execute(f"SELECT {', '.join(columns)} FROM {table.creates} ORDER BY {columns[0]}"):
            yield table.creates, row
    db.execute("COMMIT")


def fill_tables(
    db: sqlite3.Connection, columns: Mapping[str, Sequence[str]], rows: Iterator[TableRow]
) -> int:
    """Replace everything by these rows, in a transaction that is open already."""
    for table in list_tables():
        db.execute(f"DELETE FROM {table.creates}")
    number = 0
    for table_name, row in rows:
        names = ", ".join(columns[table_name])
        db.execute(f"INSERT INTO {table_name} ({names}) VALUES ({', '.join('?' * len(row))})", [*row])
        number += 1
    return number
