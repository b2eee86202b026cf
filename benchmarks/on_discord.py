"""How fast /ask is on Discord, beside a bare discord.py bot in the same run: `task bench-discord`.

Both bots run in processes of their own, each on a small Discord of real sockets in this one, and are asked
in turns, a second each, so that whatever else the machine does meets both. The bare bot answers a fixed
text. Keyguide answers with its real knowledge, and with the conversation and the ledger in SQLite: once
picked while typing, once asked in words that somebody has used lately, once in words that are new each time
(which have to be read and found). This file is not called discord.py, because that would hide the library
from everything beside it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count, cycle
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

ROUNDS = 5
SLICE = 1.0  # seconds
SECONDS = 5.0  # at the steady rate
AT_ONCE = 16
STEADY = 100  # interactions a second
PEOPLE = 20_000  # in turns, so that nobody is asked to slow down
QUESTIONS = {
    "picked": "go/link-how",
    "asked again": "how do i link my windows licence to my microsoft account",
    "asked anew": "how do i link the windows licence of pc{number} to my microsoft account",
}
NUMBERS = count()
START = 300.0  # seconds to learn the knowledge on a busy machine

BARE = """
import os, discord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

Route.BASE = os.environ["KEYGUIDE_DISCORD_API"]
DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["KEYGUIDE_DISCORD_GATEWAY"])
TEXT = "x" * 1500

class Bare(discord.Client):
    async def setup_hook(self):
        await self.tree.sync()

bot = Bare(intents=discord.Intents(guilds=True))
bot.tree = app_commands.CommandTree(bot)

@bot.tree.command(description="Answer")
async def ask(asked: discord.Interaction, question: str):
    await asked.response.send_message(TEXT, ephemeral=True)

bot.run(os.environ["DISCORD_TOKEN"], log_handler=None)
"""


def _sockets() -> ModuleType:
    path = Path(__file__).parents[1] / "tests/faces/discord/sockets.py"
    spec = spec_from_file_location("discord_sockets", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


sockets = _sockets()


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that runs, and the Discord that it is on."""

    discord: Any
    pid: int
    people: Any

    async def ask(self, question: str) -> float:
        """Ask as somebody, and return the seconds until the answer was there."""
        begun = time.perf_counter()
        self.discord.person = next(self.people)
        await self.discord.slash("ask", question=question.replace("{number}", str(next(NUMBERS))))
        return time.perf_counter() - begun

    @property
    def worked(self) -> float:
        """Return the seconds that it has kept a processor busy, which no other program can distort."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Return the resident memory in MiB."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0


@asynccontextmanager
async def running(*command: str, **settings: str) -> AsyncIterator[Bot]:
    """Run a bot on a Discord of its own."""
    served = sockets.Discord()
    await served.open()
    own = {name: value for name, value in os.environ.items() if not name.startswith("KEYGUIDE_")}
    env = own | served.settings | settings
    program = await asyncio.create_subprocess_exec(*command, env=env, stderr=asyncio.subprocess.DEVNULL)
    try:
        await served.ready(START)
        people = cycle([{**sockets.ANN, "id": str(1400000000000000000 + n)} for n in range(PEOPLE)])
        yield Bot(served, program.pid, people)
    finally:
        program.terminate()
        await program.wait()
        await served.close()


async def flood(bot: Bot, question: str, seconds: float) -> tuple[float, float]:
    """Ask as fast as answers come, several at once; return answers a second, and a second of processor."""
    worked = bot.worked
    until = time.perf_counter() + seconds

    async def worker() -> int:
        count = 0
        while time.perf_counter() < until:
            await bot.ask(question)
            count += 1
        return count

    begun = time.perf_counter()
    counts = await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    bot.discord.requests.clear()
    return sum(counts) / (time.perf_counter() - begun), sum(counts) / (bot.worked - worked)


async def steady(bot: Bot, question: str, seconds: float) -> list[float]:
    """Ask at an even rate, whether answers come or not; return how long each took."""
    begun, asking = time.perf_counter(), []
    for number in range(int(STEADY * seconds)):
        await asyncio.sleep(max(0.0, begun + number / STEADY - time.perf_counter()))
        asking.append(asyncio.create_task(bot.ask(question)))
    return sorted(await asyncio.gather(*asking))


async def main() -> None:
    """Ask both bots, and print what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        # Without sentence vectors, as it is without that extra: a model takes memory and time of its own.
        memory = {"KEYGUIDE_DATABASE": f"{folder}/keyguide.db"}
        memory |= {"KEYGUIDE_PORT": "0", "KEYGUIDE_VECTORS": "off"}
        async with (
            running(sys.executable, "-c", BARE) as bare,
            running(sys.executable, "-m", "keyguide", "run", **memory) as ours,
        ):
            for kind, question in QUESTIONS.items():
                await compare(kind, question, bare, ours)
            print(f"resident memory: {ours.memory:.0f} MiB, bare {bare.memory:.0f} MiB (target: under 150)")


async def compare(kind: str, question: str, bare: Bot, ours: Bot) -> None:
    """Print the figures of one way to ask."""
    for bot in (bare, ours):
        await flood(bot, question, SLICE / 2)  # to warm up
    rounds = [[await flood(bot, question, SLICE) for bot in (bare, ours)] for _ in range(ROUNDS)]
    for what, at in (("second", 0), ("second of processor", 1)):
        theirs, mine = (median(figures) for figures in zip(*[(a[at], b[at]) for a, b in rounds], strict=True))
        share = median(b[at] / a[at] for a, b in rounds)
        print(f"{kind}: {mine:.0f} answers a {what}, bare {theirs:.0f}: ratio {share:.2f} (target: 0.6)")
    for name, bot in (("bare", bare), ("keyguide", ours)):
        took = await steady(bot, question, SECONDS)
        p50, p99 = (1000 * took[int(part * (len(took) - 1))] for part in (0.5, 0.99))
        print(f"{kind}, {name} at {STEADY} a second: p50 {p50:.1f} ms, p99 {p99:.1f} ms (target: 100)")


if __name__ == "__main__":
    asyncio.run(main())
