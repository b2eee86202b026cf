"""Prepare a PostgreSQL database: back up and migrate its schema, one process at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import count

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from keyguide.errors import StoreError
from keyguide.store.protocols import get_now
from keyguide.store.schema import MIGRATIONS, POSTGRES, Migration, build_statements

log = logging.getLogger(__name__)

SCHEMA_NAME = "keyguide"  # the schema with the tables, so that a shared database stays tidy
FORMER_SCHEMA_NAME = "latchkey"  # what the program was called before; its schema is renamed
LOCK_ID = int.from_bytes(SCHEMA_NAME.encode(), "big")  # any number that all processes agree on

SET_SEARCH_PATH = f"SET LOCAL search_path TO {SCHEMA_NAME}"  # until the transaction ends

Connection = asyncpg.Connection | PoolConnectionProxy


async def migrate(db: Connection, name: str, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Apply the missing migrations in one transaction; raise StoreError if a newer Keyguide wrote the schema.

    First copy the rows of every table, without indexes, into another schema, such as `keyguide_backup_v1`
    for version 1. If a migration fails, the copy is rolled back, too.
    """
    async with db.transaction():
        await db.execute(SET_SEARCH_PATH)
        await db.execute("SELECT pg_advisory_xact_lock($1)", LOCK_ID)  # two processes may start at once
        version = await _read_version(db)
        if version > len(steps):
            text = f"a newer Keyguide wrote it (schema {version}, this one knows {len(steps)})"
            raise StoreError(f"{name}: {text}; install that version or name another database")
        if version == len(steps):
            return
        backup = await _back_up(db, version) if version else ""
        for step in steps[version:]:
            for statement in build_statements(step, POSTGRES):
                await db.execute(statement)
        await db.execute("UPDATE kept_version SET number = $1", len(steps))
    log.info("schema migrated", extra={"from": version, "to": len(steps), "backup": backup})


async def _read_version(db: Connection) -> int:
    """Read the version of the schema, 0 if it had to be created; rename the schema of the former name."""
    # Not IF NOT EXISTS: that needs the right to create a schema even if there is one already.
    if await db.fetchval("SELECT to_regnamespace($1)", SCHEMA_NAME) is None:
        if await db.fetchval("SELECT to_regnamespace($1)", FORMER_SCHEMA_NAME) is None:
            await db.execute(f"CREATE SCHEMA {SCHEMA_NAME}")
        else:
            await db.execute(f"ALTER SCHEMA {FORMER_SCHEMA_NAME} RENAME TO {SCHEMA_NAME}")
    if await db.fetchval("SELECT to_regclass($1)", f"{SCHEMA_NAME}.kept_version") is None:
        await db.execute("CREATE TABLE kept_version (number INTEGER NOT NULL)")
        await db.execute("INSERT INTO kept_version VALUES (0)")
    return int(await db.fetchval("SELECT number FROM kept_version"))


async def _back_up(db: Connection, version: int) -> str:
    """Copy every table into a new schema and return its name; never overwrite an older backup."""
    taken = {row[0] for row in await db.fetch("SELECT nspname FROM pg_namespace")}
    names = (f"{SCHEMA_NAME}_backup_v{version}{'' if copy == 1 else f'_{copy}'}" for copy in count(1))
    backup = next(name for name in names if name not in taken)
    await db.execute(f"CREATE SCHEMA {backup}")
    await db.execute(f"COMMENT ON SCHEMA {backup} IS 'made {get_now().isoformat()}'")  # to drop it in time
    for row in await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = $1", SCHEMA_NAME):
        await db.execute(f'CREATE TABLE {backup}."{row[0]}" AS TABLE {SCHEMA_NAME}."{row[0]}"')
    return backup
