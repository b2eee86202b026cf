"""Commands for what is remembered: `backup`, `restore`, `export` and `forget`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click

from keyguide.cli.options import command
from keyguide.errors import SettingsError
from keyguide.runtime.configuration.settings import Settings
from keyguide.store.backup import restore_backup, write_backup
from keyguide.store.memory import MemoryStore
from keyguide.store.open_store import open_store
from keyguide.store.sql_store import SqlStore

_FILE = click.Path(path_type=Path, dir_okay=False)


@command("backup")
@click.argument("file", type=_FILE)
def back_up(settings: Settings, file: Path) -> int:
    """Write everything that is remembered to FILE, as it is at one moment; the program may be running.

    The file is readable for you only. Do not keep it for more than 100 days, because who was erased is known
    for so long.
    """
    rows = asyncio.run(_back_up(settings.database, file))
    print(f"{file}: {rows} rows")
    return 0


async def _back_up(address: str, file: Path) -> int:
    async with _open(address) as store:
        return await write_backup(store, file)


@command("restore")
@click.argument("file", type=_FILE)
@click.option("--replace", is_flag=True, help="Replace all that is in the database now.")
def restore(settings: Settings, file: Path, *, replace: bool) -> int:
    """Restore what `keyguide backup` wrote to FILE, all of it or nothing.

    People and servers that were erased since the backup was made stay erased, as long as the database that
    noted it is restored into. A backup of SQLite fits PostgreSQL, too, and the other way round.
    """
    rows = asyncio.run(_restore(settings.database, file, replace=replace))
    print(f"{file}: {rows} rows restored")
    return 0


async def _restore(address: str, file: Path, *, replace: bool) -> int:
    async with _open(address) as store:
        return await restore_backup(store, file, replace=replace)


@command("export")
@click.argument("name")
def export(settings: Settings, name: str) -> int:
    """Print all that is kept about one person, as data.

    NAME is the name in the database: discord:ID and discord:ID:server, web:…, terminal:USER, or api:WHO
    for the WHO of a program that uses the API.
    """
    print(json.dumps(asyncio.run(_export(settings.database, name)), ensure_ascii=False, indent=2))
    return 0


async def _export(address: str, name: str) -> dict[str, object]:
    async with _open(address) as store:
        return await store.export(name)


@command("forget")
@click.argument("name")
def forget(settings: Settings, name: str) -> int:
    """Erase all that is kept about one person, also while the program runs.

    NAME is as for `keyguide export`.
    """
    print(f"{name}: {asyncio.run(_forget(settings.database, name))} rows erased")
    return 0


async def _forget(address: str, name: str) -> int:
    async with _open(address) as store:
        return await store.forget(name)


@asynccontextmanager
async def _open(address: str) -> AsyncIterator[SqlStore]:
    store = await open_store(address)
    try:
        if isinstance(store, MemoryStore):
            raise SettingsError("KEYGUIDE_DATABASE: nothing is kept in memory after a program has ended")
        assert isinstance(store, SqlStore)  # noqa: S101 -- there is no other store
        yield store
    finally:
        await store.close()


COMMANDS = {"backup": back_up, "restore": restore, "export": export, "forget": forget}
