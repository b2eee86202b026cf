"""How fast Keyguide answers on Discord, beside a bare discord.py bot in the same run: `task bench-discord`.

Both bots run in processes of their own, each on a small Discord of real sockets in this one, and are asked
in turns, a second each, so that whatever else the machine does affects both. The bare bot answers with a
fixed text. Keyguide answers with its real knowledge, and with the conversation and the ledger in SQLite, in
three ways: a button is pressed; /ask gets words that somebody has used lately; or it gets words that are new
each time, which it has to read and find. This file is not called discord.py, because that would hide the
library from everything beside it.
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
from itertools import count
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

ROUNDS = 5
SLICE = 1.0  # seconds
SECONDS = 5.0  # at the steady rate
AT_ONCE = 16
STEADY = 100  # interactions a second
NUMBERS = count()
START = 300.0  # seconds to learn the knowledge on a busy machine
MAX_P99 = 20.0  # ms


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to ask, and how many of the bare bot's answers a second are required."""

    name: str
    question: str  # nothing if a button is pressed
    min_ratio: float


KINDS = (
    Kind("pressed", "", 0.45),
    Kind("words used lately", "how do i link my windows licence to my microsoft account", 0.40),
    Kind("new words", "how do i link the windows licence of pc{number} to my microsoft account", 0.15),
)
TITLE = "Link your licence"  # of the article that answers each kind
LABEL = "Show"
BUTTON = {"type": 2, "style": 2, "label": LABEL, "custom_id": "k::go/link-how"}
MESSAGE = {"components": [{"type": 1, "components": [BUTTON]}]}

BARE = """
import os, discord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

Route.BASE = os.environ["KEYGUIDE_DISCORD_API"]
DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["KEYGUIDE_DISCORD_GATEWAY"])
TEXT = "x" * 1500

class Buttons(discord.ui.View):
    @discord.ui.button(label="Press", custom_id="k::go/link-how")
    async def press(self, pressed: discord.Interaction, button: discord.ui.Button):
        await pressed.response.edit_message(content=TEXT)

class Bare(discord.Client):
    async def setup_hook(self):
        self.add_view(Buttons(timeout=None))
        await self.tree.sync()

bot = Bare(intents=discord.Intents(guilds=True))
bot.tree = app_commands.CommandTree(bot)

@bot.tree.command(description="Answer")
async def ask(asked: discord.Interaction, question: str):
    await asked.response.send_message(TEXT, ephemeral=True)

bot.run(os.environ["DISCORD_TOKEN"], log_handler=None)
"""


def load_sockets() -> ModuleType:
    """Load the small Discord of the tests, which is not in a package."""
    path = Path(__file__).parents[1] / "tests/faces/discord/sockets.py"
    spec = spec_from_file_location("discord_sockets", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


sockets = load_sockets()


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that runs, and the Discord that it is on."""

    discord: Any
    pid: int
    people: Any

    async def ask(self, kind: Kind) -> dict[str, Any]:
        """Ask as the next person, and return the answer."""
        self.discord.person = next(self.people)
        if kind.question:
            question = kind.question.replace("{number}", str(next(NUMBERS)))
            answer = await self.discord.slash("ask", question=question)
        else:
            answer = await self.discord.press(MESSAGE, LABEL)
        self.discord.requests.clear()
        return answer

    async def time(self, kind: Kind) -> float:
        """Ask, and return the seconds until the answer arrived."""
        begun = time.perf_counter()
        await self.ask(kind)
        return time.perf_counter() - begun

    @property
    def cpu(self) -> float:
        """Return the seconds of processor that it has used, which other programs hardly distort."""
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
async def run_bot(*command: str, **settings: str) -> AsyncIterator[Bot]:
    """Run a bot on a Discord of its own."""
    discord = sockets.Discord()
    await discord.open()
    own = {name: value for name, value in os.environ.items() if not name.startswith("KEYGUIDE_")}
    env = own | discord.settings | settings
    program = await asyncio.create_subprocess_exec(*command, env=env, stderr=asyncio.subprocess.DEVNULL)
    ended = asyncio.create_task(program.wait())
    try:
        ready = asyncio.create_task(discord.ready(START))
        await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
        assert not ended.done(), f"{command} ended with status {program.returncode}"
        await ready
        # A new person each time, so that nobody is asked to slow down.
        people = ({**sockets.ANN, "id": str(1400000000000000000 + number)} for number in count())
        yield Bot(discord, program.pid, people)
    finally:
        if not ended.done():
            program.terminate()
        await ended
        await discord.close()


async def ask_in_parallel(bot: Bot, kind: Kind, seconds: float) -> tuple[float, float]:
    """Ask as fast as answers come; return the answers a second, and a second of the bot's processor."""
    cpu, begun = bot.cpu, time.perf_counter()

    async def ask_again_and_again() -> int:
        count = 0
        while time.perf_counter() < begun + seconds:
            await bot.ask(kind)
            count += 1
        return count

    answers = sum(await asyncio.gather(*(ask_again_and_again() for _ in range(AT_ONCE))))
    return answers / (time.perf_counter() - begun), answers / (bot.cpu - cpu)


async def ask_at_steady_rate(bot: Bot, kind: Kind) -> list[float]:
    """Ask at an even rate, whether answers come or not; return how many seconds each took, sorted."""
    begun, asking = time.perf_counter(), []
    for number in range(int(STEADY * SECONDS)):
        await asyncio.sleep(max(0.0, begun + number / STEADY - time.perf_counter()))
        asking.append(asyncio.create_task(bot.time(kind)))
    return sorted(await asyncio.gather(*asking))


async def compare(kind: Kind, bare: Bot, ours: Bot) -> None:
    """Print the figures of one way to ask."""
    answer = str(await ours.ask(kind))
    assert TITLE in answer, f"{kind.name}: this is not the article: {answer}"
    for bot in (bare, ours):
        await ask_in_parallel(bot, kind, SLICE / 2)  # to warm up
    rounds = [[await ask_in_parallel(bot, kind, SLICE) for bot in (bare, ours)] for _ in range(ROUNDS)]
    for unit, column in (("second", 0), ("second of processor", 1)):
        theirs, mine = (median(pair[bot][column] for pair in rounds) for bot in (0, 1))
        ratio = median(pair[1][column] / pair[0][column] for pair in rounds)
        figures = f"{mine:.0f} answers a {unit}, bare {theirs:.0f}"
        print(f"{kind.name}: ratio {ratio:.2f} (at least {kind.min_ratio:.2f}): {figures}")
    for name, bot in (("bare", bare), ("keyguide", ours)):
        seconds = await ask_at_steady_rate(bot, kind)
        p50, p99 = (1000 * seconds[int(part * (len(seconds) - 1))] for part in (0.5, 0.99))
        limit = f" (at most {MAX_P99:.0f})" if bot is ours else ""
        print(f"{kind.name}, {name} at {STEADY} a second: p50 {p50:.1f} ms, p99 {p99:.1f} ms{limit}")


async def main() -> None:
    """Ask both bots in every way and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        # Without sentence vectors, as without that extra: a model takes memory and time of its own.
        settings = {"KEYGUIDE_DATABASE": f"{folder}/keyguide.db"}
        settings |= {"KEYGUIDE_PORT": "0", "KEYGUIDE_VECTORS": "off"}
        async with (
            run_bot(sys.executable, "-c", BARE) as bare,
            run_bot(sys.executable, "-m", "keyguide", "run", **settings) as ours,
        ):
            for kind in KINDS:
                await compare(kind, bare, ours)
            print(f"resident memory: {ours.memory:.0f} MiB (at most 150), bare {bare.memory:.0f} MiB")
        load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
        print(f"load of the machine: {load} on {os.cpu_count()} processors")


if __name__ == "__main__":
    asyncio.run(main())
