"""Store everything on a PostgreSQL server, which several machines can share."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count
from random import uniform
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit

import asyncpg

from keyguide.errors import OvertakenError, StoreError
from keyguide.store.backup import TableRow
from keyguide.store.postgres.copy_rows import drop_old_copies, dump_rows, fill_tables, forget_in_copies
from keyguide.store.postgres.migration import SCHEMA_NAME, SET_SEARCH_PATH, Connection, migrate
from keyguide.store.protocols import Clock, get_now
from keyguide.store.rows import DbRow, Value
from keyguide.store.sql_store import SqlStore
from keyguide.store.statements import Statement

TIMEOUT = 10.0  # seconds for opening
CLOSE_SECONDS = 1.0  # because a program that is stopped must end soon
PATIENCE = 4.0  # seconds for everything else; people who wait longer are better answered without the store
_PAUSE_SECONDS = 3.0  # until a server that did not answer in time is tried again
MAX_CONNECTIONS = 8  # for each process
_RETRY_SECONDS = (0.02, 0.1)  # between two tries to get a connection
_NAMED = {"application_name": "keyguide"}
_DIRECT: Mapping[str, Any] = {"server_settings": {"search_path": SCHEMA_NAME, **_NAMED}}
_BEHIND_POOLER: Mapping[str, Any] = {"statement_cache_size": 0, "server_settings": _NAMED}
BAD_ADDRESS = (
    "the PostgreSQL address cannot be read: write postgresql://user:password@host:5432/name, "
    "with %40 for @, %2F for /, %3A for :, %3F for ? and %23 for # in the password"
)

# The errors of asyncpg and of the network, and ValueError for an invalid address or value.
FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, ValueError)


async def open_postgres(address: str, clock: Clock = get_now) -> PostgresStore:
    """Connect, and create or migrate the schema if needed; raise StoreError if the server cannot be used."""
    name = hide_password(address)
    async with _translate_errors(name):
        connection = await asyncpg.connect(
            address, timeout=TIMEOUT, statement_cache_size=0, server_settings=_NAMED
        )
        try:
            behind_pooler = await _is_behind_pooler(connection)
            await migrate(connection, name)
        finally:
            await connection.close(timeout=TIMEOUT)
        pool = await asyncpg.create_pool(
            address,
            min_size=1,
            max_size=MAX_CONNECTIONS,
            timeout=TIMEOUT,
            command_timeout=PATIENCE,
            reset=_reset_nothing,
            **(_BEHIND_POOLER if behind_pooler else _DIRECT),
        )
    return PostgresStore(pool, name, clock, behind_pooler=behind_pooler)


async def _reset_nothing(_connection: Connection) -> None:
    """Give a connection back as it is: nothing here outlives its transaction.

    asyncpg would ask the server to reset it after every use: three of the nine times that a pressed button
    asks it, and 1.2 ms of processor here instead of .9.
    """


async def _is_behind_pooler(connection: Connection) -> bool:
    """Check whether another program answers for the server: then its process is not the one it says it is.

    PgBouncer gives each transaction another connection, so nothing may outlive a transaction: no prepared
    statement and no search path.
    """
    async with connection.transaction():
        return bool(await connection.fetchval("SELECT pg_backend_pid()") != connection.get_server_pid())


class PostgresStore(SqlStore):
    """A store in a schema of its own in a PostgreSQL database."""

    def __init__(
        self, pool: asyncpg.Pool, name: str, clock: Clock = get_now, *, behind_pooler: bool = False
    ) -> None:
        """Take a pool of connections, and a name without a password.

        The search path of the connections must be the schema, except behind a pooler.
        """
        super().__init__(name, clock)
        self._pool = pool
        self._behind_pooler = behind_pooler
        self._refused_until = 0.0

    async def close(self) -> None:
        """Close the connections; saved data stays."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._pool.close()
        except TimeoutError:  # a server that does not answer must not keep Keyguide from ending
            self._pool.terminate()

    async def dump(self) -> AsyncIterator[TableRow]:
        """Yield every row of every table, as they were at one moment; nobody waits for that."""
        async with (
            _translate_errors(self.name),
            self._pool.acquire() as db,
            db.transaction(isolation="repeatable_read", readonly=True),
        ):
            async for row in dump_rows(db):
                yield row

    async def fill(self, columns: Mapping[str, Sequence[str]], rows: Iterator[TableRow]) -> int:
        """Replace everything by these rows, or leave all as it was; return the number of rows."""
        async with _translate_errors(self.name), self._pool.acquire() as db, db.transaction():
            return await fill_tables(db, columns, rows)

    async def _read(self, query: str, *values: Value) -> Sequence[DbRow]:
        async with _translate_errors(self.name), self._begin(statements=1) as db:
            rows = await db.fetch(_number_placeholders(query), *values)
            return [tuple(row) for row in rows]

    async def _write(self, *statements: Statement) -> int:
        async with _translate_errors(self.name), self._begin(len(statements)) as db:
            return sum([await _execute(db, statement) for statement in statements])

    async def _forget_in_copies(self, who: str) -> None:
        async with _translate_errors(self.name), self._begin(statements=2) as db:
            await forget_in_copies(db, who)

    async def _drop_old_copies(self, before: datetime) -> int:
        async with _translate_errors(self.name), self._begin(statements=2) as db:
            return await drop_old_copies(db, before)

    @asynccontextmanager
    async def _begin(self, statements: int) -> AsyncIterator[Connection]:
        """Begin a transaction on a free connection; without a pooler, a single statement is one by itself."""
        async with self._wait_no_longer(), self._acquire() as db:
            if statements == 1 and not self._behind_pooler:
                yield db
                return
            async with db.transaction():
                if self._behind_pooler:
                    await db.execute(SET_SEARCH_PATH)
                yield db

    @asynccontextmanager
    async def _wait_no_longer(self) -> AsyncIterator[None]:
        """End the block in time; then refuse at once, and let one try now and then, so that nobody waits."""
        if monotonic() < self._refused_until:
            raise StoreError(f"{self.name}: it did not answer in time, and is tried again in a few seconds")
        if self._refused_until:
            self._refused_until = monotonic() + PATIENCE + _PAUSE_SECONDS
        try:
            async with asyncio.timeout(PATIENCE):
                yield
        except TimeoutError:
            self._refused_until = monotonic() + _PAUSE_SECONDS
            raise
        except asyncio.CancelledError:  # whoever asked waits no longer, which tells nothing about the server
            raise
        except BaseException:  # whatever failed, it was in time
            self._refused_until = 0.0
            raise
        self._refused_until = 0.0

    @asynccontextmanager
    async def _acquire(self) -> AsyncIterator[Connection]:
        """Wait for a connection; if the server has none left for us, wait for one that we have."""
        deadline = monotonic() + PATIENCE - _RETRY_SECONDS[1]
        while True:
            try:
                db = await self._pool.acquire()
                break
            except asyncpg.TooManyConnectionsError:
                if monotonic() > deadline:
                    raise
                await asyncio.sleep(uniform(*_RETRY_SECONDS))  # noqa: S311 -- nothing secret
        try:
            yield db
        except (
            TimeoutError,
            asyncio.CancelledError,
        ):  # a frozen one would not even end
            db.terminate()
            raise
        finally:
            await self._pool.release(db)


async def _execute(db: Connection, statement: Statement) -> int:
    status: str = await db.execute(_number_placeholders(statement.sql), *statement.values)
    row_count = int(status.rpartition(" ")[2])  # "DELETE 3"
    if statement.expected not in {None, row_count}:
        raise OvertakenError
    return row_count


def hide_password(address: str) -> str:
    """Remove user, password and options from an address; raise StoreError if it cannot be parsed."""
    parts, port = _parse_address(address)
    # An @ after the host means that a / ? or # of the password was not escaped: this is the rest of it.
    if "@" in f"{parts.path}{parts.query}{parts.fragment}":
        raise StoreError(BAD_ADDRESS)
    host = parts.hostname or "localhost"
    return f"postgresql://{host}{f':{port}' if port else ''}{parts.path}"


def _parse_address(address: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(address)
        return parts, parts.port
    except ValueError:
        raise StoreError(BAD_ADDRESS) from None  # the cause would quote a part of the password


@asynccontextmanager
async def _translate_errors(name: str) -> AsyncIterator[None]:
    try:
        yield
    except FAILURES as error:
        # Not `from error`: asyncpg may quote the address, and with it the password.
        raise StoreError(f"{name}: {_describe_error(error)}") from None


def _describe_error(error: Exception) -> str:
    """Describe an error without any written value or part of the address."""
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
    """Replace each ? by PostgreSQL's $1, $2 and so on."""
    numbers = count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", sql)
