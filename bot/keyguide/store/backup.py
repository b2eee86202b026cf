"""Write everything that a store holds to a file, and read it back, into the same database or another kind.

The file is compressed JSON, a line for each row, so it can be compared, and moved between SQLite and
PostgreSQL. Who was erased after a backup was made is left out when it is restored.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from keyguide.errors import StoreError
from keyguide.store.protocols import Clock, get_now
from keyguide.store.rows import make_fingerprint
from keyguide.store.schema import FINGERPRINTS, MIGRATIONS, list_columns, list_tables

_FORMAT = 1
# The column of each table that says whom a row is about.
_PERSONS = {table.creates: table.person for table in list_tables() if table.person}
Row = Sequence[Any]  # moments are texts in UTC
TableRow = tuple[str, Row]


class Copyable(Protocol):
    """A store whose rows can be read in one consistent state, and replaced all at once."""

    def dump(self) -> AsyncIterator[TableRow]:
        """Yield every row of every table, as they were at one moment."""
        ...

    async def fill(self, columns: Mapping[str, Sequence[str]], rows: Iterator[TableRow]) -> int:
        """Replace everything by these rows, or leave all as it was; return the number of rows."""
        ...


@dataclass(frozen=True, slots=True)
class _Head:
    """The first line of a backup."""

    schema: int
    made: datetime
    columns: Mapping[str, Sequence[str]]


async def write_backup(store: Copyable, path: Path, clock: Clock = get_now) -> int:
    """Write a backup, readable for its owner only, and return the number of rows."""
    draft = path.with_name(f"{path.name}.part")
    number = 0
    try:
        draft.touch(mode=0o600)
        with gzip.open(draft, "wt", encoding="utf-8", errors="surrogatepass") as file:
            columns = {table.creates: list_columns(table.creates) for table in list_tables()}
            head = {"keyguide": _FORMAT, "schema": len(MIGRATIONS), "made": clock().isoformat()}
            print(json.dumps(head | {"columns": columns}), file=file)
            async for table, row in store.dump():
                print(json.dumps([table, list(row)]), file=file)
                number += 1
            print(json.dumps({"rows": number}), file=file)
        draft.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: the backup cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return number


async def restore_backup(store: Copyable, path: Path, *, replace: bool) -> int:
    """Restore a backup, without those who were erased since; return the number of rows."""
    _check_backup(path)
    erased, is_empty = {}, True
    async for table, row in store.dump():
        is_empty = is_empty and table == "note" and row[0] == "health"
        if table == "erased":
            erased[row[0]] = row[1]
    if not is_empty and not replace:
        raise StoreError("the database is not empty; to replace all that is in it, add --replace")
    head, rows = _read_backup(path)
    marks = {mark for mark, at in erased.items() if datetime.fromisoformat(at) >= head.made}
    kept = (pair for pair in rows if not _is_erased(head, pair, marks))
    known = {mark: at for mark, at in erased.items() if mark in marks}
    return await store.fill(head.columns, _merge_erased(kept, known))


def _merge_erased(rows: Iterator[TableRow], known: Mapping[str, str]) -> Iterator[TableRow]:
    """Keep the marks of the database beside those of the backup, for backups that are older still."""
    yield from (pair for pair in rows if pair[0] != "erased" or pair[1][0] not in known)
    yield from (("erased", (mark, at)) for mark, at in known.items())


def _is_erased(head: _Head, pair: TableRow, marks: set[str]) -> bool:
    """Check whether a row is about a person or a place that was erased since."""
    table, row = pair
    for column, value in zip(head.columns[table], row, strict=True):
        if column in ("place", _PERSONS.get(table)):
            mark = value if column in FINGERPRINTS else make_fingerprint(value)
            if mark in marks:
                return True
    return False


def _check_backup(path: Path) -> None:
    """Read a backup to its end, so that nothing is replaced by half of one."""
    for _ in _read_backup(path)[1]:
        pass


def _read_backup(path: Path) -> tuple[_Head, Iterator[TableRow]]:
    try:
        lines = gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass")  # noqa: SIM115 -- until its end
        head = json.loads(next(lines))
        found = _Head(head["schema"], datetime.fromisoformat(head["made"]), head["columns"])
    except (OSError, EOFError, ValueError, KeyError, TypeError, StopIteration):
        raise StoreError(f"{path}: it is not a backup of Keyguide, or cannot be read") from None
    if found.schema > len(MIGRATIONS) or head["keyguide"] != _FORMAT:
        raise StoreError(f"{path}: a newer Keyguide wrote it; install that version first")
    return found, _read_rows(path, lines)


def _read_rows(path: Path, lines: Any) -> Iterator[TableRow]:
    number = 0
    try:
        with lines:
            for line in lines:
                parsed = json.loads(line)
                if isinstance(parsed, dict):
                    if parsed["rows"] == number:
                        return
                    break
                yield parsed[0], parsed[1]
                number += 1
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError):
        pass
    raise StoreError(f"{path}: the backup is cut short or damaged; nothing was changed")
