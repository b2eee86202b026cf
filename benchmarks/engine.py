"""What a reply costs: each kind through the whole engine with SQLite, beside an empty asyncio round trip.

Texts are new each time, because one that was asked lately is known again; "the same article again" is not.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Turn
from keyguide.load.knowledge import open_knowledge
from keyguide.runtime.configuration.settings import find_packaged_knowledge, read_settings
from keyguide.store.open_store import open_store

ROUNDS, FEW = 300, 20
NUMBERS = count()
AGAIN = "the same article again"
LONG = 1_000  # characters; a turn above that is measured a few times only

LINK = Turn("bench", text="how do i link my windows licence to my microsoft account?")
TURNS = {
    "article": LINK,
    AGAIN: LINK,
    "error page": Turn("bench", text="activation fails with 0xC004F211 since yesterday"),
    "step": Turn("bench", pick="go/not-activated"),
    "answer to a step": Turn("bench", pick="say/not-activated/pc-kind/own"),
    "licence report": Turn(
        "bench",
        text="Name: Windows(R), Professional edition\n"
        "Description: Windows(R) Operating System, RETAIL channel\n"
        "Partial Product Key: 3V66T\nLicense Status: Notification\nNotification Reason: 0xC004F034\n",
    ),
    "suggestion": Turn("bench", text="something with my licence and the other computer"),
    "elsewhere": Turn("bench", text="my outlook does not send mail any more"),
    "refusal": Turn("bench", text="where can i get kmspico"),
    "miss": Turn("bench", text="qwxz vbnm plok"),
    "menu": Turn("bench", pick="menu"),
    "100,000 characters": Turn("bench", text="windows is not activated 0xC004F21 " * 2_900),
    "10,000 codes": Turn("bench", text=" ".join(f"0xC004F{number:03X}" for number in range(10_000))),
}


async def _measured(act: Callable[[], Awaitable[object]], rounds: int) -> list[float]:
    """Return microseconds, sorted."""
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await act()
        took.append((time.perf_counter() - begun) * 1e6)
    return sorted(took)


def _anew(turn: Turn) -> Turn:
    return replace(turn, text=f"n{next(NUMBERS)}\n{turn.text}")


async def _nothing() -> None:
    """Cross the event loop once and come back: what any asynchronous program pays for doing nothing."""
    await asyncio.sleep(0)


def _row(name: str, took: list[float], yardstick: float) -> str:
    median = statistics.median(took)
    return f"| {name} | {median:,.0f} | {took[int(len(took) * 0.99)]:,.0f} | {median / yardstick:,.0f} |"


async def main() -> None:
    """Print the table."""
    settings = read_settings({})
    knowledge = open_knowledge(find_packaged_knowledge(), settings.cache)
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(str(Path(folder) / "bench.db"))
        assistant = Assistant(knowledge, store)
        idle = await _measured(_nothing, 5_000)
        yardstick = statistics.median(idle)
        print("| reply | median µs | p99 µs | × an empty round trip |\n|---|---|---|---|")
        print(_row("(an empty asyncio round trip)", idle, yardstick))
        for name, turn in TURNS.items():
            await assistant.reply(turn)
            rounds = ROUNDS if len(turn.text) < LONG else FEW
            new = turn.text and name != AGAIN
            took = await _measured(
                lambda turn=turn, new=new: assistant.reply(_anew(turn) if new else turn), rounds
            )
            print(_row(name, took, yardstick))
        await store.close()
    _starts()


def _starts() -> None:
    """Print how long a start takes and how much memory it holds, in processes of their own."""
    command = [sys.executable, "-m", "keyguide", "ask", "--json", "is my licence linked?"]
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        took.append(time.perf_counter() - begun)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nStart, one question and end: {statistics.median(took):.2f} s, at most {peak:.0f} MiB resident.")


if __name__ == "__main__":
    asyncio.run(main())
