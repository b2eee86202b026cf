"""What `benchmarks/load.py` is made of: web processes, a Discord that posts to them, a database, a tally."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from nacl.signing import SigningKey, VerifyKey
from on_discord import sockets

CONNECTIONS = 48  # to all processes together
OK = 200
START = 300.0  # seconds to learn the knowledge on a busy machine
PATH = "/discord/interactions"
Answer = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """What came of the interactions of one part."""

    answered: int = 0
    lost: int = 0
    broken: int = 0
    duplicates: int = 0
    replays: int = 0
    deferred: int = 0  # answered by "thinking" first, because it took longer than 1.5 s
    seconds: list[float] = field(default_factory=list)
    refusals: Counter[int] = field(default_factory=Counter)  # by status, 0 for a broken connection

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, broken or answered twice."""
        return not (self.lost or self.broken or self.duplicates)

    def compare(self, written: int) -> None:
        """Compare the answers with the lines that were written to the ledger meanwhile."""
        self.lost += max(0, self.answered - written)
        self.duplicates += max(0, written - self.answered)

    def __str__(self) -> str:
        statuses = ", ".join(f"{status}: {times}" for status, times in sorted(self.refusals.items()))
        return f"{self.lost}, {self.broken}, {self.duplicates}" + (f" ({statuses})" if statuses else "")


@dataclass(slots=True)
class Database:
    """A database of its own, which is dropped at the end."""

    address: str

    async def count_ledger(self) -> int:
        """Count the lines of the ledger."""
        ((lines,),) = await self.read("SELECT count(*) FROM ledger")
        return int(lines)

    async def read(self, query: str) -> Sequence[Sequence[Any]]:
        """Run a query and return all rows."""
        if self.address.startswith("postgresql"):
            settings = {"search_path": "keyguide"}
            connection = await asyncpg.connect(self.address, server_settings=settings)
            try:
                return [tuple(row) for row in await connection.fetch(query)]
            finally:
                await connection.close()
        with closing(sqlite3.connect(self.address)) as file:
            return file.execute(query).fetchall()


@asynccontextmanager
async def make_database(server: str | None = None) -> AsyncIterator[Database]:
    """Make a database on a PostgreSQL server, by default the one that is named for tests, else a file."""
    server = os.environ.get("KEYGUIDE_TEST_DATABASE", "") if server is None else server
    if not server:
        with tempfile.TemporaryDirectory() as folder:
            yield Database(f"{folder}/keyguide.db")
        return
    name, connection = f"load_{os.getpid()}", await asyncpg.connect(server)
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        yield Database(urlsplit(server)._replace(path=f"/{name}").geturl())
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


@dataclass(slots=True)
class WebProcess:
    """A `keyguide web` that runs."""

    program: asyncio.subprocess.Process
    host: str = ""
    port: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """The seconds of processor that it has used, with those of processes that it ran."""
        stat = Path(f"/proc/{self.program.pid}/stat").read_text(encoding="utf-8")
        return sum(map(int, stat.rpartition(")")[2].split()[11:15])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """The resident memory in MiB."""
        status = Path(f"/proc/{self.program.pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def count_lines(self, text: str) -> int:
        """Count the lines that it printed with a text in them."""
        return sum(text in line for line in self.lines)

    async def read_lines(self) -> None:
        """Read what it prints, until it ends."""
        assert self.program.stderr is not None
        async for line in self.program.stderr:
            self.lines.append(line.decode())
            if found := re.match(r"web: http://([^:]+):(\d+)/", self.lines[-1]):
                self.host, self.port = found[1], int(found[2])

    async def wait_until_ready(self) -> None:
        """Wait until every part of it is ready."""
        async with asyncio.timeout(START):
            while not self.port or not await self._is_ready():  # noqa: ASYNC110 -- another process
                await asyncio.sleep(0.02)

    async def _is_ready(self) -> bool:
        line = Line(self)
        await line.open()
        status, _ = await line.send("GET", "/readyz", b"", {})
        line.close()
        return status == OK


@asynccontextmanager
async def run_web(discord: Discord, database: Database, **settings: str) -> AsyncIterator[WebProcess]:
    """Run a web process until it is no more needed."""
    own = {
        "KEYGUIDE_DATABASE": database.address, "KEYGUIDE_PORT": "0", "KEYGUIDE_RATE": "0",
        "KEYGUIDE_VECTORS": "off", "KEYGUIDE_DISCORD_PUBLIC_KEY": bytes(discord.key.verify_key).hex(),
    }  # fmt: skip
    command = sys.executable, "-m", "keyguide", "web"
    program = await asyncio.create_subprocess_exec(
        *command, env=os.environ | own | discord.server.settings | settings, stderr=asyncio.subprocess.PIPE
    )
    process = WebProcess(program)
    reading = asyncio.create_task(process.read_lines())
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            program.terminate()
        await program.wait()
        await reading


class Line:
    """One keep-alive connection. Bare bytes, because a client library would be slower than the server."""

    def __init__(self, process: WebProcess) -> None:
        self._process = process

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self._process.host, self._process.port)

    async def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Send a request, and return status and body of the answer."""
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\n{told}Content-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        answered = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answered.lower().partition(b"content-length:")[2].partition(b"\r")[0] or 0)
        return int(answered[9:12]), await self._reader.readexactly(length)

    def renew(self) -> Line:
        """Make another connection to the same process."""
        self.close()
        return Line(self._process)

    def close(self) -> None:
        self._writer.close()


@dataclass(slots=True)
class Discord:
    """Discord's side: it signs and posts interactions to the processes in turn, and checks the answers."""

    server: Any
    key: SigningKey = field(default_factory=SigningKey.generate)
    numbers: Any = field(default_factory=count)
    replay_every: int = 0  # one in so many requests is sent to another process once more
    _free: asyncio.Queue[Line] = field(default_factory=asyncio.Queue)

    async def post_to(self, processes: Sequence[WebProcess]) -> None:
        """Post to these processes from now on."""
        self._free = asyncio.Queue()
        for number in range(CONNECTIONS):
            line = Line(processes[number % len(processes)])
            await line.open()
            self._free.put_nowait(line)

    async def ask(self, question: str, tally: Tally) -> Answer | None:
        """Ask a question as somebody new."""
        return await self._interact(2, name_command("ask", question=question), self.make_person(), tally)

    async def walk(self, flow: str, pauses: Sequence[float], tally: Tally) -> None:
        """Walk through a diagnosis by its first answers; each question must follow the one before.

        An answer may also lead into another diagnosis, which begins with its first question.
        """
        person = self.make_person()
        answer = await self._interact(2, name_command("diagnose", trouble=flow), person, tally)
        expected = 2
        for pause in pauses:
            if answer is None or not (choices := list_choices(answer)):
                return
            await asyncio.sleep(pause)
            message = sockets.message(answer["data"], flags=1 << 15)
            answer = await self._interact(3, choices[0][1], person, tally, message=message)
            asked = re.search(r"Question (\d+)", json.dumps(answer))
            if asked:
                tally.broken += int(asked[1]) not in {expected, 1}
                expected = int(asked[1]) + 1

    async def _interact(self, kind: int, data: Any, person: Any, tally: Tally, **more: Any) -> Answer | None:
        payload = sockets.interaction(kind, data, person, **more)
        body, headers = self.sign(payload)
        following, begun = self.server.expect(payload["token"]), time.perf_counter()
        status, answer = await self._send(body, headers, tally)
        tally.seconds.append(time.perf_counter() - begun)
        if status != OK:
            return None
        if self.replay_every and next(self.numbers) % self.replay_every == 0:
            tally.replays += 1
            again, _ = await self._send(body, headers, Tally())
            tally.duplicates += again == OK
        told: Answer = json.loads(answer)
        if told["type"] in {5, 6}:
            tally.deferred += 1
            async with asyncio.timeout(60.0):
                told = {"type": 4, "data": await following}
        right = told["type"] in {4, 7} and "Something went wrong" not in json.dumps(told)
        tally.broken += not right
        return told

    def sign(self, payload: Any) -> tuple[bytes, dict[str, str]]:
        """Return the body of an interaction, and the headers that prove whose it is."""
        body, timestamp = json.dumps(payload).encode(), str(int(time.time()))
        signature = self.key.sign(timestamp.encode() + body).signature.hex()
        return body, {"X-Signature-Ed25519": signature, "X-Signature-Timestamp": timestamp}

    async def _send(self, body: bytes, headers: dict[str, str], tally: Tally) -> tuple[int, bytes]:
        line = await self._free.get()
        try:
            status, answer = await line.send("POST", PATH, body, headers)
        except (OSError, asyncio.IncompleteReadError) as error:
            print(f"a connection broke: {error!r}", file=sys.stderr)
            tally.lost += 1
            tally.refusals[0] += 1
            line = line.renew()
            await line.open()
            return 0, b""
        finally:
            self._free.put_nowait(line)
        tally.answered += status == OK
        tally.lost += status != OK
        if status != OK:
            tally.refusals[status] += 1
        return status, answer

    def make_person(self) -> Any:
        """Make somebody new."""
        return {**sockets.ANN, "id": str(1400000000000000000 + next(self.numbers))}


@asynccontextmanager
async def open_discord() -> AsyncIterator[Discord]:
    """Open a Discord for the processes to log in to."""
    server = sockets.Discord()
    await server.open()
    yield Discord(server)
    await server.close()


def name_command(name: str, **options: str) -> Any:
    """Make what Discord tells about a command that was used."""
    told = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
    return {"id": "1200000000000000400", "name": name, "type": 1, "options": told}


def list_choices(answer: Answer) -> list[tuple[str, Any]]:
    """List the answers to the question that is shown: the pick of each, and what pressing it tells."""
    choices: list[tuple[str, Any]] = []
    for part in sockets.parts(answer["data"]):
        id, values = part.get("custom_id", ""), [option["value"] for option in part.get("options", [])]
        if ":say/" in id:
            choices.append((f"say/{id.partition(':say/')[2]}", {"custom_id": id, "component_type": 2}))
        choices += [
            (value, {"custom_id": id, "component_type": 3, "values": [value]})
            for value in values
            if value.startswith("say/")
        ]
    return choices


def measure_signature() -> float:
    """Return the seconds of processor for checking one signature, the median of nine rounds."""
    key = SigningKey.generate()
    body = json.dumps(sockets.interaction(2, name_command("ask", question="x" * 60), sockets.ANN)).encode()
    public, signature = VerifyKey(bytes(key.verify_key)), key.sign(body).signature
    rounds = []
    for _ in range(9):
        begun = time.process_time()
        for _ in range(200):
            public.verify(body, signature)
        rounds.append((time.process_time() - begun) / 200)
    return median(rounds)
