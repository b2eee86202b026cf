"""Keep promises about people in the copies, too, that were made when an older schema was migrated."""
# ruff: noqa: S608

from __future__ import annotations

import re
from datetime import datetime

from keyguide.store.postgres_migration import SCHEMA_NAME, Connection
from keyguide.store.schema import list_tables
from keyguide.store.statements import name_in

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
