"""How fast the web page answers, beside a bare aiohttp handler in the same run: `task bench-web`.

Two servers run one after the other in a process of their own; this process asks them over keep-alive
connections. An answer is an article found by free text, with the conversation and the ledger in SQLite.
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
from pathlib import Path

SECONDS = 4.0
CONNECTIONS = 16
STEADY = 200  # requests a second
TEXT = "how do i link my windows licence to my microsoft account"

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


@contextmanager
def serving(command: list[str], **variables: str) -> Iterator[Server]:
    """Run a server until it is no more needed; it tells its address in its first line."""
    with subprocess.Popen(  # noqa: S603 -- our own commands
        command, env=os.environ | variables, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        try:
            host, _, port = process.stderr.readline().rpartition("/")[0].rpartition("/")[2].rpartition(":")
            yield Server(host, int(port))
        finally:
            process.terminate()


class Line:
    """One keep-alive connection. Bare bytes, because a client library would be slower than the server."""

    def __init__(self, who: str) -> None:
        body = json.dumps({"who": who, "text": TEXT}).encode()
        head = f"POST /api/reply HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self._request = head.encode() + b"\r\n\r\n" + body

    async def open(self, server: Server) -> None:
        self._reader, self._writer = await asyncio.open_connection(server.host, server.port)

    async def ask(self) -> None:
        self._writer.write(self._request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0])
        await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


async def _opened(server: Server, count: int) -> list[Line]:
    lines = [Line(f"bench-{number}") for number in range(count)]
    await asyncio.gather(*(line.open(server) for line in lines))
    return lines


async def most(server: Server) -> float:
    """Return how many requests a second are answered when everybody asks as fast as they can."""
    lines = await _opened(server, CONNECTIONS)
    end = time.perf_counter() + SECONDS

    async def hurry(line: Line) -> int:
        count = 0
        while time.perf_counter() < end:
            await line.ask()
            count += 1
        return count

    began = time.perf_counter()
    count = sum(await asyncio.gather(*map(hurry, lines)))
    took = time.perf_counter() - began
    for line in lines:
        line.close()
    return count / took


async def steady(server: Server) -> list[float]:
    """Return the seconds of each answer at a steady rate, counted from when it should have been asked."""
    free: asyncio.Queue[Line] = asyncio.Queue()
    lines = await _opened(server, CONNECTIONS * 4)
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


def measure(server: Server) -> tuple[float, list[float]]:
    asyncio.run(steady(server))  # to warm up
    return asyncio.run(most(server)), asyncio.run(steady(server))


def report(name: str, rate: float, took: list[float]) -> None:
    half, most_of = (1_000 * took[int(len(took) * share)] for share in (0.5, 0.99))
    print(f"{name:10} {rate:8.0f} requests/s   at {STEADY}/s: p50 {half:6.2f} ms, p99 {most_of:6.2f} ms")  # noqa: T201


def main() -> None:
    with serving([sys.executable, "-c", BARE]) as server:
        bare, bare_took = measure(server)
    with tempfile.TemporaryDirectory() as folder:
        own = {"LATCHKEY_DATABASE": str(Path(folder) / "bench.db"), "LATCHKEY_PORT": "0", "LATCHKEY_RATE": "0"}
        with serving([sys.executable, "-m", "bot", "web"], **own) as server:
            ours, took = measure(server)
    report("bare", bare, bare_took)
    report("latchkey", ours, took)
    print(f"ratio {ours / bare:.3f} (target at least 0.15)")  # noqa: T201


if __name__ == "__main__":
    main()
