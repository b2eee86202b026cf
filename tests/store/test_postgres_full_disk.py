"""A PostgreSQL server whose disk gets full: people are answered and told, and nothing acknowledged is lost.

The database is put on a small disk of its own where the system allows that. Everywhere, the server itself
also raises the error that it raises for a full disk, in place of every row that it should take.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from urllib.parse import urlsplit

import pytest

asyncpg = pytest.importorskip("asyncpg", reason="the extra [postgres] is not installed")

from tests.small_disk import SmallDisk, mount_small_disk  # noqa: E402
from tests.small_log_disk import run_with_small_log  # noqa: E402

from keyguide.assistant import Assistant  # noqa: E402
from keyguide.core.knowledge.knowledge import Knowledge  # noqa: E402
from keyguide.core.model.turn import Kind, Reply, Turn  # noqa: E402
from keyguide.errors import StoreError  # noqa: E402
from keyguide.store.postgres.store import open_postgres  # noqa: E402

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk as Linux does"),
]

NOTICE = "I cannot remember anything just now"
FLOW, STEP = "go/changed-parts", (Kind.STEP, "changed-parts", "part")
MEGABYTES = 32  # a new database takes eight
MOST_ROWS = 3_000  # of people until the disk has no room left in what the database had taken before

REFUSE = """
CREATE FUNCTION keyguide.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = '53100';
END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON keyguide.conversation EXECUTE FUNCTION keyguide.refuse();
CREATE TRIGGER full_disk BEFORE INSERT ON keyguide.note EXECUTE FUNCTION keyguide.refuse();
CREATE TRIGGER full_disk BEFORE INSERT ON keyguide.ledger EXECUTE FUNCTION keyguide.refuse();
"""
ALLOW = "DROP FUNCTION keyguide.refuse CASCADE"


class Server(Protocol):
    """A server whose disk a test can fill."""

    address: str

    async def fill(self) -> None: ...
    async def make_room(self) -> None: ...


class RefusingServer:
    """A server that says of every new row that its disk is full."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def fill(self) -> None:
        await _run(self.address, REFUSE)

    async def make_room(self) -> None:
        await _run(self.address, ALLOW)


class ServerOnSmallDisk:
    """A server with a database on a disk that a test fills."""

    def __init__(self, address: str, disk: SmallDisk) -> None:
        self.address = address
        self._disk = disk

    async def fill(self) -> None:
        self._disk.fill()

    async def make_room(self) -> None:
        self._disk.make_room()


async def _run(address: str, *statements: str) -> object:
    """Run statements, and return what the last one says."""
    db = await asyncpg.connect(address)
    try:
        for statement in statements[:-1]:
            await db.execute(statement)
        return (
            await db.fetchval(statements[-1])
            if statements[-1].startswith("SHOW")
            else (await db.execute(statements[-1]))
        )
    finally:
        await db.close()


@contextmanager
def _place_on_small_disk(server: str) -> Iterator[ServerOnSmallDisk]:
    """Make a database on a small disk of its own, which only a server on this machine can use."""
    data = Path(str(asyncio.run(_run(server, "SHOW data_directory"))))
    if os.getuid() or not data.exists():
        pytest.skip("only root can mount a disk for the server, and only on its machine")
    name = f"keyguide_small_{os.getpid()}"
    with TemporaryDirectory() as folder:  # not tmp_path, which another account may not read
        Path(folder).chmod(0o755)
        with mount_small_disk(Path(folder) / "disk", MEGABYTES) as disk:
            place = disk.path / "tables"
            place.mkdir()
            shutil.chown(place, data.owner())
            asyncio.run(
                _run(
                    server,
                    f"CREATE TABLESPACE {name} LOCATION '{place}'",
                    f"CREATE DATABASE {name} TABLESPACE {name}",
                )
            )
            try:
                yield ServerOnSmallDisk(urlsplit(server)._replace(path=f"/{name}").geturl(), disk)
            finally:
                asyncio.run(_run(server, f"DROP DATABASE {name} WITH (FORCE)", f"DROP TABLESPACE {name}"))


@pytest.fixture(params=["a disk that is full", "a disk of the log that is full", "an error of the server"])
def server(request: pytest.FixtureRequest, postgres: str) -> Iterator[Server]:
    if request.param == "an error of the server":
        yield RefusingServer(postgres)
        return
    if "log" in request.param:
        with TemporaryDirectory() as folder, run_with_small_log(postgres, Path(folder)) as with_small_log:
            yield with_small_log
        return
    with _place_on_small_disk(postgres) as small:
        yield small


async def ask_until_told(assistant: Assistant) -> dict[str, Reply]:
    """Let people ask one after the other until one is told that it will not be remembered."""
    replies: dict[str, Reply] = {}
    for number in range(MOST_ROWS):
        replies[f"p{number}"] = reply = await assistant.reply(Turn(f"p{number}", pick=FLOW))
        if reply.notice:
            return replies
    raise AssertionError("nobody was ever told")


async def test_people_are_answered_and_told_and_what_was_acknowledged_is_kept(
    server: Server, knowledge: Knowledge
) -> None:
    store = await open_postgres(server.address)
    assistant = Assistant(knowledge, store)
    replies = {"ann": await assistant.reply(Turn("ann", pick=FLOW))}
    await server.fill()
    replies |= await ask_until_told(assistant)
    crowd = [f"q{number}" for number in range(40)]
    answers = await asyncio.gather(*(assistant.reply(Turn(who, pick=FLOW)) for who in crowd))
    replies |= dict(zip(crowd, answers, strict=True))
    with pytest.raises(StoreError):
        await assistant.check_store()  # so that `/readyz` says so
    await server.make_room()
    late = await assistant.reply(Turn("ann", pick="again"))
    await assistant.check_store()
    await store.close()

    fresh = await open_postgres(server.address)
    told = {who for who, reply in replies.items() if reply.notice.startswith(NOTICE)}
    kept = {who for who in replies if (await fresh.load(who)).version}
    await fresh.close()
    assert {(reply.kind, reply.subject, reply.step) for reply in replies.values()} == {STEP}
    assert told.isdisjoint(kept)
    assert told | kept == replies.keys()
    assert "ann" in kept
    assert len(told) > 1
    assert (late.step, late.notice) == (replies["ann"].step, "")


async def test_a_diagnosis_that_a_full_disk_could_not_take_goes_on_and_is_saved_when_there_is_room(
    server: Server, knowledge: Knowledge
) -> None:
    store = await open_postgres(server.address)
    assistant = Assistant(knowledge, store)
    await server.fill()
    (*_, who) = await ask_until_told(assistant)
    during = await assistant.reply(Turn(who, pick="say/changed-parts/part/board"))
    await server.make_room()
    await assistant.reply(Turn(who, pick="again"))
    await store.close()

    fresh = await open_postgres(server.address)
    saved = await fresh.load(who)
    await fresh.close()
    assert (during.subject, during.step) == ("changed-parts", "who")
    assert saved.answers != {}
