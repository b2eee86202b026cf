"""What the tests of every store share: a clock that stands still, and a PostgreSQL database of their own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """The address of a database made for this run, on the server that KEYGUIDE_TEST_DATABASE names."""
    server = os.environ.get("KEYGUIDE_TEST_DATABASE")
    if not server:
        pytest.skip("KEYGUIDE_TEST_DATABASE names no PostgreSQL server; .ci/postgres starts one")
    name = f"keyguide_test_{os.getpid()}"
    asyncio.run(_run(server, f"CREATE DATABASE {name}"))
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    asyncio.run(_run(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def postgres(postgres_database: str) -> str:
    """The address of that database, with nothing in it."""
    asyncio.run(_empty(postgres_database))
    return postgres_database


async def _run(address: str, statement: str) -> None:
    asyncpg = pytest.importorskip("asyncpg")
    db = await asyncpg.connect(address)
    await db.execute(statement)
    await db.close()


async def _empty(address: str) -> None:
    asyncpg = pytest.importorskip("asyncpg")
    db = await asyncpg.connect(address)
    for row in await db.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'keyguide%'"):
        await db.execute(f"DROP SCHEMA {row[0]} CASCADE")
    await db.close()
