"""Copy a PostgreSQL schema row by row, and keep promises about people in the copies of older ones, too."""
# ruff: noqa: S608

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import Any

from keyguide.store.backup import TableRow
from keyguide.store.postgres.migration import SCHEMA_NAME, Connection
from keyguide.store.schema import list_columns, list_moment_columns, list_tables
from keyguide.store.statements import name_in

_ROWS_AT_ONCE = 500
_COLUMNS = (
    "SELECT table_schema, table_name, column_name FROM information_schema.columns "
    f"WHERE table_schema LIKE '{SCHEMA_NAME}\\_backup\\_v%'"
)
_MADE = (
    "SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace "
    f"WHERE nspname LIKE '{SCHEMA_NAME}\\_backup\\_v%'"
)


async def forget_in_copies(db: Connection, who: str) -> None:
    """Erase a person from every copy of the schema; older copies have fewer tables."""
    found = {tuple(row) for row in await db.fetch(_COLUMNS)}
    for schema in sorted({row[0] for row in found}):
        for table in list_tables():
            if table.person and (schema, table.creates, table.person) in found:
                sql = f"DELETE FROM {schema}.{table.creates} WHERE {table.person} = $1"
                await db.execute(sql, name_in(table, who))


async def drop_old_copies(db: Connection, before: datetime) -> int:
    """Remove the copies that were made before then, and return their number."""
    old = [name for name, made in await db.fetch(_MADE) if _was_made_before(made or "", before)]
    for name in old:
        await db.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
    return len(old)


def _was_made_before(comment: str, moment: datetime) -> bool:
    """Read when a copy was made; without a date it is old, because former versions wrote none."""
    date = re.search(r"\d{4}-\d\d-\d\dT\S+", comment)
    return not date or datetime.fromisoformat(date[0]) < moment


async def dump_rows(db: Connection) -> AsyncIterator[TableRow]:
    """Yield every row of every table; the transaction must show all as they were at one moment."""
    for table in list_tables():
        columns = list_columns(table.creates)
        sql = f"SELECT {', '.join(columns)} FROM {SCHEMA_NAME}.{table.creates} ORDER BY {columns[0]}"
        async for row in db.cursor(sql, prefetch=_ROWS_AT_ONCE):
            yield table.creates, [_dump_value(value) for value in row]


def _dump_value(value: Any) -> Any:
    is_moment = isinstance(value, datetime)
    return value.astimezone(UTC).isoformat(timespec="microseconds") if is_moment else value


async def fill_tables(db: Connection, columns: Mapping[str, Sequence[str]], rows: Iterator[TableRow]) -> int:
    """Replace everything by these rows, in a transaction that is open already."""
    names = ", ".join(f"{SCHEMA_NAME}.{table.creates}" for table in list_tables())
    await db.execute(f"TRUNCATE {names}")
    number = 0
    for table, group in groupby(rows, key=lambda pair: pair[0]):
        moments = [column in list_moment_columns(table) for column in columns[table]]
        while some := [_parse_moments(row, moments) for _, row in islice(group, _ROWS_AT_ONCE)]:
            await db.copy_records_to_table(
                table, records=some, columns=[*columns[table]], schema_name=SCHEMA_NAME
            )
            number += len(some)
    for table in ("ledger", "missed"):  # the next number comes after the last one
        name = f"{SCHEMA_NAME}.{table}"
        last = await db.fetchval(f"SELECT coalesce(max(id), 0) FROM {name}")
        await db.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last + 1}, FALSE)")
    return number


def _parse_moments(row: Sequence[Any], moments: Sequence[bool]) -> tuple[Any, ...]:
    pairs = zip(row, moments, strict=True)
    return tuple(datetime.fromisoformat(value) if is_moment else value for value, is_moment in pairs)
