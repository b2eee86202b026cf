"""The memory for operators with several machines: a PostgreSQL server that all of them use."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count

import asyncpg

from keyguide.errors import StoreError
from keyguide.store.postgres_address import hide_password
from keyguide.store.postgres_schema import SCHEMA_NAME, Connection, migrate
from keyguide.store.protocols import Clock, get_now
from keyguide.store.rows import DbRow, Value
from keyguide.store.sql import SqlStore, Statement

TIMEOUT = 10.0  # seconds for connecting, and for one statement
MAX_CONNECTIONS = 8  # at most, for each process

# Its own family, the network's, and ValueError for what it finds wrong in an address or a value.
FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, ValueError)


async def open_postgres(address: str, clock: Clock = get_now) -> PostgresStore:
    """Connect, made or brought forward where needed; StoreError where the server cannot be used."""
    name = hide_password(address)
    settings = {"search_path": SCHEMA_NAME, "application_name": "keyguide"}
    async with _translate_errors(name):
        connection = await asyncpg.connect(address, timeout=TIMEOUT, server_settings=settings)
        try:
            await migrate(connection, name)
        finally:
            await connection.close(timeout=TIMEOUT)
        pool = await asyncpg.create_pool(
            address,
            min_size=1,
            max_size=MAX_CONNECTIONS,
            timeout=TIMEOUT,
            command_timeout=TIMEOUT,
            server_settings=settings,
        )
    return PostgresStore(pool, name, clock)


class PostgresStore(SqlStore):
    """A memory in a schema of its own in a PostgreSQL database."""

    def __init__(self, pool: asyncpg.Pool, name: str, clock: Clock = get_now) -> None:
        """Take a pool of connections whose search path is the schema, and a name without a password."""
        super().__init__(name, clock)
        self._pool = pool

    async def close(self) -> None:
        """Let go of the connections; what was saved stays."""
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._pool.close()
        except TimeoutError:  # a server that went silent must not keep Keyguide from ending
            self._pool.terminate()

    async def _read(self, question: str, *values: Value) -> Sequence[DbRow]:
        async with _translate_errors(self.name):
            rows = await self._pool.fetch(_number_placeholders(question), *values)
            return [tuple(row) for row in rows]

    async def _write(self, *writes: Statement) -> int:
        async with _translate_errors(self.name), self._pool.acquire(timeout=TIMEOUT) as db:
            if len(writes) == 1:  # a statement alone is a transaction already
                return await _execute(db, *writes[0])
            async with db.transaction():
                return sum([await _execute(db, *write) for write in writes])


async def _execute(db: Connection, statement: str, values: tuple[Value, ...]) -> int:
    status: str = await db.execute(_number_placeholders(statement), *values)
    return int(status.rpartition(" ")[2])  # "DELETE 3"


@asynccontextmanager
async def _translate_errors(name: str) -> AsyncIterator[None]:
    try:
        yield
    except FAILURES as error:
        # Not `from error`: asyncpg may quote the address in its text, and with it the password.
        raise StoreError(f"{name}: {_describe_error(error)}") from None


def _describe_error(error: Exception) -> str:
    """Say what went wrong, without a value that was being written or a part of the address."""
    match error:
        case asyncpg.DataError() | asyncpg.IntegrityConstraintViolationError():
            return f"the database refuses a value ({type(error).__name__})"
        case asyncpg.PostgresError():
            return f"{' '.join(str(error).split())} ({type(error).__name__})"
        case TimeoutError():
            return "no answer in time; check that the server runs and is not overloaded"
        case OSError():
            return f"cannot be reached ({error.strerror or type(error).__name__}); check address and server"
        case asyncpg.InterfaceError():
            return f"the connection cannot be used ({type(error).__name__}); check address and server"
        case _:
            return f"the address or a value cannot be used ({type(error).__name__})"


def _number_placeholders(sql: str) -> str:
    """Return the statement with PostgreSQL's $1, $2 in place of each ?."""
    numbers = count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", sql)
