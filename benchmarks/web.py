"""How fast the web page answers, beside a bare aiohttp handler in the same run: `task bench-web`.

Both servers run in processes of their own and are asked in turns, a second each, so that whatever else the
machine does meets both. An answer is an article, with the conversation and the ledger in SQLite: once
pressed (a pick), once asked in words that somebody has used lately, once in words that are new each time
(which have to be read and found).
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

ROUNDS = 5
SLICE = 1.0  # seconds
SECONDS = 4.0  # at the steady rate
CONNECTIONS = 16
STEADY = 200  # requests a second
TURNS = {
    "pressed": {"pick": "go/link-how"},
    "asked again": {"text": "how do i link my windows licence to my microsoft account"},
    "asked anew": {"text": "how do i link the windows licence of pc{number} to my microsoft account"},
}
NUMBERS = count()

BARE = """
import asyncio, sys
from aiohttp import web

async def answer(request):
    await request.json()
    return web.json_response({"kind": "article", "title": "Hello", "body": "x" * 1500})

async def main():
    app = web.Application()
    app.router.add_post("/api/reply", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"bare: http://127.0.0.1:{runner.addresses[0][1]}/", file=sys.stderr, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server listens."""

    host: str
    port: int
    pid: int

    def cpu(self) -> float:
        """Return the seconds of CPU that it has used (Linux only, else 0)."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(command: list[str], **variables: str) -> Iterator[Server]:
    """Run a server until it is no more needed; it tells its address in its first line."""
    with subprocess.Popen(command, env=os.environ | variables, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            host, _, port = process.stderr.readline().rpartition("/")[0].rpartition("/")[2].rpartition(":")
            yield Server(host, int(port), process.pid)
        finally:
            process.terminate()


class Line:
    """One keep-alive connection. Bare bytes, because a client library would be slower than the server."""

    def __init__(self, who: str, turn: dict[str, str]) -> None:
        self._body = json.dumps({"who": who, **turn}).encode()

    async def open(self, server: Server) -> None:
        self._reader, self._writer = await asyncio.open_connection(server.host, server.port)

    async def ask(self) -> None:
        body = self._body.replace(b"{number}", str(next(NUMBERS)).encode())
        head = "POST /api/reply HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: "
        self._writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0])
        await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


async def _opened(server: Server, turn: dict[str, str], count: int) -> list[Line]:
    lines = [Line(f"bench-{number}", turn) for number in range(count)]
    await asyncio.gather(*(line.open(server) for line in lines))
    return lines


async def most(server: Server, turn: dict[str, str]) -> tuple[float, float]:
    """Return how many requests a second are answered when everybody hurries, and the CPU seconds of each."""
    lines = await _opened(server, turn, CONNECTIONS)
    began, used = time.perf_counter(), server.cpu()

    async def hurry(line: Line) -> int:
        count = 0
        while time.perf_counter() < began + SLICE:
            await line.ask()
            count += 1
        return count

    count = sum(await asyncio.gather(*map(hurry, lines)))
    took, spent = time.perf_counter() - began, server.cpu() - used
    for line in lines:
        line.close()
    return count / took, spent / count


async def steady(server: Server, turn: dict[str, str]) -> list[float]:
    """Return the seconds of each answer at a steady rate, counted from when it should have been asked."""
    free: asyncio.Queue[Line] = asyncio.Queue()
    lines = await _opened(server, turn, CONNECTIONS * 4)
    for line in lines:
        free.put_nowait(line)
    began = time.perf_counter() + 0.1

    async def once(number: int) -> float:
        due = began + number / STEADY
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        line = await free.get()
        await line.ask()
        free.put_nowait(line)
        return time.perf_counter() - due

    took = await asyncio.gather(*(once(number) for number in range(int(STEADY * SECONDS))))
    for line in lines:
        line.close()
    return sorted(took)


def measure(name: str, bare: Server, ours: Server) -> None:
    turn = TURNS[name]
    for server in (bare, ours):
        asyncio.run(most(server, turn))  # to warm up
    rounds = [[asyncio.run(most(server, turn)) for server in (bare, ours)] for _ in range(ROUNDS)]
    ratio = median(mine[0] / theirs[0] for theirs, mine in rounds)
    for label, server, column in (("bare", bare, 0), (f"keyguide, {name}", ours, 1)):
        rate, cpu = (median(one[column][part] for one in rounds) for part in (0, 1))
        took = asyncio.run(steady(server, turn))
        half, most_of = (1_000 * took[int(len(took) * share)] for share in (0.5, 0.99))
        speed = f"{rate:6.0f} requests/s, {1_000 * cpu:5.2f} ms CPU each"
        say(f"{label:21} {speed}; at {STEADY}/s p50 {half:6.2f} ms, p99 {most_of:6.2f} ms")
    say(f"ratio {ratio:.3f} (target at least 0.15)")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        own = {"KEYGUIDE_PORT": "0", "KEYGUIDE_RATE": "0", "KEYGUIDE_DATABASE": f"{folder}/bench.db"}
        keyguide = serving([sys.executable, "-m", "keyguide", "web"], **own)
        with serving([sys.executable, "-c", BARE]) as bare, keyguide as ours:
            for name in TURNS:
                measure(name, bare, ours)


if __name__ == "__main__":
    main()
