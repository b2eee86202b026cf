"""What the world does to a PostgreSQL server: no connection left, frozen, away, behind PgBouncer."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest

asyncpg = pytest.importorskip("asyncpg", reason="the extra [postgres] is not installed")

from tests.store.proxy import Proxy  # noqa: E402

from keyguide.assistant import Assistant  # noqa: E402
from keyguide.core.knowledge.knowledge import Knowledge  # noqa: E402
from keyguide.core.model.conversation import Conversation  # noqa: E402
from keyguide.core.model.turn import Kind, Turn  # noqa: E402
from keyguide.count_ledger import count_ledger  # noqa: E402
from keyguide.errors import OvertakenError, StoreError  # noqa: E402
from keyguide.store.postgres.store import open_postgres  # noqa: E402
from keyguide.store.protocols import LedgerEntry  # noqa: E402

pytestmark = pytest.mark.slow
ANN = Conversation("discord:1", facts={"windows": "11"})


@pytest.fixture
async def proxy(postgres: str) -> AsyncIterator[tuple[Proxy, str]]:
    proxy = Proxy(postgres)
    yield proxy, await proxy.start()
    await proxy.stop()


@pytest.fixture
def narrow(postgres: str) -> Iterator[str]:
    """The address of an account that may have one connection."""
    name = f"keyguide_narrow_{os.getpid()}"
    asyncio.run(
        _run(
            postgres,
            f"CREATE ROLE {name} LOGIN PASSWORD 'sesame' CONNECTION LIMIT 1;"
            f"CREATE SCHEMA keyguide AUTHORIZATION {name}",
        )
    )
    parts = urlsplit(postgres)
    yield parts._replace(netloc=f"{name}:sesame@{parts.hostname}:{parts.port or 5432}").geturl()
    asyncio.run(_run(postgres, f"DROP OWNED BY {name}; DROP ROLE {name}"))


async def _run(address: str, script: str) -> None:
    db = await asyncpg.connect(address)
    await db.execute(script)
    await db.close()


async def test_if_the_server_has_no_connection_left_turns_wait_for_ours(narrow: str) -> None:
    store = await open_postgres(narrow)
    people = [Conversation(f"discord:{number}") for number in range(40)]
    await asyncio.gather(*map(store.save, people))
    loaded = await asyncio.gather(*(store.load(person.who) for person in people))
    await store.close()

    assert [talk.version for talk in loaded] == [1] * 40


async def test_if_no_connection_becomes_free_it_is_told(narrow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = await open_postgres(narrow)
    monkeypatch.setattr("keyguide.store.postgres.store.PATIENCE", 2.0)
    monkeypatch.setattr("keyguide.store.postgres.store._RETRY_SECONDS", (1.0, 1.0))
    async with store._begin(1):  # noqa: SLF001 -- somebody who keeps the only connection
        with pytest.raises(StoreError, match="too many connections"):
            await store.load(ANN.who)
    await store.close()


async def test_a_server_that_was_away_is_used_again_without_a_restart(proxy: tuple[Proxy, str]) -> None:
    way, address = proxy
    store = await open_postgres(address)
    await store.save(ANN)
    way.cut()
    with pytest.raises(StoreError):
        await store.load(ANN.who)
    way.resume()
    loaded = await store.load(ANN.who)
    await store.close()

    assert loaded == ANN


async def test_a_frozen_server_is_told_in_time_and_used_again(
    proxy: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyguide.store.postgres.store.PATIENCE", 0.5)
    monkeypatch.setattr("keyguide.store.postgres.store._PAUSE_SECONDS", 0.2)
    way, address = proxy
    store = await open_postgres(address)
    await store.save(ANN)
    way.freeze()
    results = await asyncio.gather(*(store.load(ANN.who) for _ in range(30)), return_exceptions=True)
    with pytest.raises(StoreError, match="is tried again in a few seconds"):
        await store.load(ANN.who)
    way.resume()
    await asyncio.sleep(0.3)
    loaded = await store.load(ANN.who)
    await store.close()

    assert {str(result).partition(": ")[2].partition(";")[0] for result in results} == {"no answer in time"}
    assert loaded == ANN


async def test_who_gives_up_waiting_for_a_frozen_server_does_not_let_others_wait(
    proxy: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyguide.store.postgres.store.PATIENCE", 0.3)
    monkeypatch.setattr("keyguide.store.postgres.store._PAUSE_SECONDS", 0.2)
    way, address = proxy
    store = await open_postgres(address)
    way.freeze()
    with pytest.raises(StoreError, match="no answer in time"):
        await store.load(ANN.who)
    await asyncio.sleep(0.25)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(store.load(ANN.who), 0.05)  # the one that tries again
    with pytest.raises(StoreError, match="is tried again in a few seconds"):
        await store.load(ANN.who)
    await store.close()


@pytest.mark.parametrize("fault", ["frozen", "away"])
async def test_while_the_server_is_away_or_frozen_everybody_is_answered(
    proxy: tuple[Proxy, str], knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr("keyguide.store.postgres.store.PATIENCE", 0.5)
    monkeypatch.setattr("keyguide.store.postgres.store._PAUSE_SECONDS", 0.2)
    way, address = proxy
    store = await open_postgres(address)
    assistant = Assistant(knowledge, store)
    await asyncio.gather(*(assistant.reply(Turn(f"p{number}", "menu")) for number in range(20)))
    if fault == "frozen":
        way.freeze()
    else:
        way.cut()
    async with asyncio.timeout(10):
        during = await asyncio.gather(*(assistant.reply(Turn(f"p{number}", "menu")) for number in range(20)))
    way.resume()
    await asyncio.sleep(0.3)
    late = await assistant.reply(Turn("ann", "menu"))
    await store.close()

    assert {reply.kind for reply in during} == {Kind.MENU}
    assert all("I cannot remember anything just now" in reply.notice for reply in during)
    assert late.notice == ""


@pytest.fixture
def bouncer(postgres: str) -> Iterator[str]:
    """The address of a PgBouncer in transaction mode in front of the database, with two connections."""
    program = shutil.which("pgbouncer")
    if not program:
        pytest.skip("pgbouncer is not installed; on Debian: apt-get install pgbouncer")
    parts = urlsplit(postgres)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder:  # not tmp_path, which another account may not read
        settings = Path(folder) / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\n* = host={parts.hostname} port={parts.port or 5432} user={parts.username} "
            f"password={parts.password}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
            "auth_type = any\npool_mode = transaction\ndefault_pool_size = 2\nunix_socket_dir =\n"
        )
        command = [program, str(settings)]
        if os.getuid() == 0:  # it refuses to run as root
            Path(folder).chmod(0o755)
            command = [program, "-u", "nobody", str(settings)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            _wait_for(port)
            yield f"postgresql://{parts.username}:x@127.0.0.1:{port}{parts.path}"
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("PgBouncer did not start")


async def test_behind_pgbouncer_in_transaction_mode_everything_works(bouncer: str, noon: datetime) -> None:
    one, two = await open_postgres(bouncer), await open_postgres(bouncer)
    people = [Conversation(f"discord:{number}") for number in range(60)]
    await asyncio.gather(
        *((one, two)[number % 2].save(person) for number, person in enumerate(people)),
        *(one.record(LedgerEntry(noon, person.who, "web", "menu")) for person in people),
    )
    loaded = await asyncio.gather(*(two.load(person.who) for person in people))
    results = await asyncio.gather(*(each.save(loaded[0]) for each in (one, two)), return_exceptions=True)
    await count_ledger(two, 3)
    erased = await one.forget("discord:1")
    (count,) = await one.sum_counts(noon.date(), "web")
    for each in (one, two):
        await each.close()

    assert [talk.version for talk in loaded] == [1] * 60
    assert [isinstance(result, OvertakenError) for result in results].count(True) == 1
    assert erased == 3
    assert count.total == 60


async def test_four_that_start_at_once_behind_pgbouncer_migrate_only_once(bouncer: str) -> None:
    stores = await asyncio.gather(*(open_postgres(bouncer) for _ in range(4)))
    await stores[0].save(ANN)
    loaded = await stores[3].load(ANN.who)
    for store in stores:
        await store.close()

    assert loaded == ANN
