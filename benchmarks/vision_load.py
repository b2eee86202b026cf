"""How fast /ask is answered while 20 pictures are thrown at the bot at once: `task bench-vision-load`.

Keyguide runs as `keyguide run` does, on Discord and with its page in one process, and a bare discord.py bot
beside it. Both are asked at a steady rate: first in quiet, then from the moment when 20 people post a
picture to the page until each has an answer. The bare bot reads no pictures, so what slows it then is the
machine.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import aiohttp
from on_discord import BARE, KINDS, Bot, run_bot

PICTURES = sorted((Path(__file__).parents[1] / "knowledge/pictures").glob("*.png"))
AT_ONCE = 20
ROUNDS = 3
STEADY = 25  # questions a second to each bot
QUIET = 5.0  # seconds
MAX_P99 = 100.0  # ms
READ, BUSY = "read", "asked to type"
KIND = KINDS[-1]  # words that are new each time


@dataclass(slots=True)
class Figures:
    """The seconds that answers took, by bot."""

    by_bot: dict[str, list[float]] = field(default_factory=dict)

    def print_row(self, name: str, when: str) -> None:
        seconds = sorted(self.by_bot[name])
        p50, p99 = (1000 * seconds[int(part * (len(seconds) - 1))] for part in (0.5, 0.99))
        print(f"| {name}, {when} | {len(seconds)} | {p50:.1f} ms | {p99:.1f} ms |")


def find_free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def ask_until(bot: Bot, done: asyncio.Event) -> list[float]:
    """Ask at a steady rate, whether answers come or not; return how many seconds each took."""
    begun, asking = time.perf_counter(), list[asyncio.Task[float]]()
    while not done.is_set():
        asking.append(asyncio.create_task(bot.time(KIND)))
        await asyncio.sleep(max(0.0, begun + len(asking) / STEADY - time.perf_counter()))
    return await asyncio.gather(*asking)


async def measure(bots: dict[str, Bot], figures: Figures, done: asyncio.Event) -> None:
    """Ask all bots until it is done."""
    asked = await asyncio.gather(*(ask_until(bot, done) for bot in bots.values()))
    for name, seconds in zip(bots, asked, strict=True):
        figures.by_bot.setdefault(name, []).extend(seconds)


async def wait_for_page(page: str) -> None:
    """Wait until the page is open; it opens after Discord."""
    async with aiohttp.ClientSession() as client, asyncio.timeout(60):
        while True:
            try:
                async with client.get(f"{page}/livez"):
                    return
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.1)


async def post_picture(page: str, content: bytes) -> tuple[str, float]:
    """Post a picture as somebody new; return what came of it, and after how many seconds."""
    form, begun = aiohttp.FormData(), time.perf_counter()
    form.add_field("picture", content, filename="screen.png", content_type="image/png")
    async with (
        aiohttp.ClientSession(headers={"X-Keyguide": "part"}) as person,
        person.post(f"{page}/pictures", data=form, raise_for_status=True) as response,
    ):
        text = await response.text()
    return BUSY if "reading too many pictures" in text else READ, time.perf_counter() - begun


async def throw_pictures(page: str, done: asyncio.Event) -> list[tuple[str, float]]:
    """Post all pictures at once, and wait for their answers."""
    contents = [PICTURES[number % len(PICTURES)].read_bytes() for number in range(AT_ONCE)]
    answers = await asyncio.gather(*(post_picture(page, content) for content in contents))
    done.set()
    return answers


async def compare(bots: dict[str, Bot], page: str) -> None:
    """Print the figures in quiet and under pictures."""
    ours, quiet, busy = bots["Keyguide"], Figures(), Figures()
    for bot in bots.values():
        await asyncio.gather(*(bot.ask(KIND) for _ in range(AT_ONCE)))  # to warm up
    await wait_for_page(page)
    await post_picture(page, PICTURES[0].read_bytes())
    before, answers = ours.memory, list[tuple[str, float]]()
    for _ in range(ROUNDS):
        done = asyncio.Event()
        asyncio.get_running_loop().call_later(QUIET, done.set)
        await measure(bots, quiet, done)
        done = asyncio.Event()
        thrown, _ = await asyncio.gather(throw_pictures(page, done), measure(bots, busy, done))
        answers += thrown
    print("| who is asked | questions | median | p99 |\n|---|---|---|---|")
    for name in bots:
        quiet.print_row(name, "in quiet")
        busy.print_row(name, f"while {AT_ONCE} pictures come at once")
    counts, read = Counter(what for what, _ in answers), [s for what, s in answers if what == READ]
    told = [seconds for what, seconds in answers if what == BUSY]
    print(
        f"\nOf {len(answers)} pictures {counts[READ]} were read (median {median(read):.1f} s, with waiting), "
        f"{counts[BUSY]} were asked to type (median {median(told):.2f} s)."
    )
    print(f"p99 is to be at most {MAX_P99:.0f} ms.")
    print(f"Memory of the bot: {before:.0f} MiB before, {ours.memory:.0f} MiB after.")


async def main() -> None:
    """Run both bots and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        port = find_free_port()
        settings = {"KEYGUIDE_DATABASE": f"{folder}/keyguide.db", "KEYGUIDE_VECTORS": "off"}
        settings |= {"KEYGUIDE_PORT": str(port), "KEYGUIDE_RATE": "0"}
        async with (
            run_bot(sys.executable, "-c", BARE) as bare,
            run_bot(sys.executable, "-m", "keyguide", "run", **settings) as ours,
        ):
            await compare({"a bare bot": bare, "Keyguide": ours}, f"http://127.0.0.1:{port}")
        load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
        print(f"Load of the machine: {load} on {os.cpu_count()} processors.")


if __name__ == "__main__":
    asyncio.run(main())
