"""What kill -9 destroys while a thousand people talk: `python benchmarks/kill.py`.

Web processes answer signed interactions over real sockets, as Discord posts them, with SQLite and with the
PostgreSQL server that KEYGUIDE_TEST_DATABASE names. A thousand people walk through diagnoses at once, and
again and again a process is killed at a random moment, also while it starts, and is started again. Whoever
gets no answer sends the very same interaction once more, and then presses again. When everybody has finished,
what people saw is compared with what the database has: an answer that arrived must be there once, nothing may
be there more often than it was done, and every choice that was answered must be in its conversation.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import socket
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from random import Random

from load_parts import Database, Discord, WebProcess, make_database, open_discord, run_web
from presses import Faults, compare, count_unsaved
from walkers import Crowd

KNOWLEDGE = Path(os.environ.get("KEYGUIDE_KNOWLEDGE") or Path(__file__).parents[1] / "knowledge")
WHILE_IT_WORKS = 0.8  # of the kills; the others may hit a process that is starting
SERVER = "KEYGUIDE_TEST_DATABASE"
HEAD = (
    "| database | workers | kills | conversations | answers | cut off | not remembered | sent twice | lost "
    "| answered twice | broken | ready again s, most | load |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many people talk, how long each thinks, and how often processes are killed."""

    people: int
    kills: int
    pause: float  # seconds between two presses of one person, on average
    gap: float  # seconds between two kills, at most


@dataclass(slots=True)
class Worker:
    """A web process on one port, which is started again whenever it was killed."""

    port: int
    process: WebProcess | None = None
    is_up: asyncio.Event = field(default_factory=asyncio.Event)
    took: list[float] = field(default_factory=list)  # seconds until it was ready, each time

    async def keep_up(self, discord: Discord, database: Database) -> None:
        """Start it, and start it again whenever it was killed."""
        while True:
            begun = time.monotonic()
            async with run_web(discord, database, KEYGUIDE_PORT=str(self.port)) as self.process:
                end = asyncio.create_task(self.process.program.wait())
                ready = asyncio.create_task(self.process.wait_until_ready())
                await asyncio.wait({end, ready}, return_when=asyncio.FIRST_COMPLETED)
                if ready.done() and not ready.exception():
                    self.took.append(time.monotonic() - begun)
                    self.is_up.set()
                ready.cancel()
                if await end != -signal.SIGKILL:
                    sys.exit(f"a process ended by itself: {''.join(self.process.lines[-5:])}")

    def kill(self) -> None:
        """Kill it as the system would, with no chance to tidy up."""
        self.is_up.clear()
        if self.process is not None:
            with suppress(ProcessLookupError):  # it was killed a moment ago, and is not started again yet
                self.process.program.kill()


@asynccontextmanager
async def keep_all_up(workers: Sequence[Worker], discord: Discord, database: Database) -> AsyncIterator[None]:
    """Keep workers up until the block ends."""
    tasks = [asyncio.create_task(worker.keep_up(discord, database)) for worker in workers]
    try:
        await asyncio.gather(*(worker.is_up.wait() for worker in workers))
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def measure(plan: Plan, database: Database, discord: Discord, number: int) -> bool:
    """Print one row: people talk to some workers, which are killed; return whether all is well."""
    chance = Random(17)  # noqa: S311 -- nothing secret
    workers = [Worker(_find_port()) for _ in range(number)]

    async def find_process() -> WebProcess:
        while not (up := [worker.process for worker in workers if worker.is_up.is_set()]):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        return chance.choice([process for process in up if process])

    crowd = Crowd(discord, list_flows(), plan.pause, find_process)
    async with keep_all_up(workers, discord, database):
        talking = asyncio.gather(*(crowd.talk() for _ in range(plan.people)))
        await asyncio.sleep(plan.pause)  # until conversations are under way
        for _ in range(plan.kills):
            worker = chance.choice(workers)
            if chance.random() < WHILE_IT_WORKS:
                await worker.is_up.wait()
            await asyncio.sleep(chance.uniform(0.0, plan.gap))
            worker.kill()
        crowd.is_over = True
        await talking
    faults = await find_faults(crowd, database)
    return print_row(plan, crowd, workers, faults, database)


async def find_faults(crowd: Crowd, database: Database) -> list[Faults]:
    """Compare what people saw with what the database has; return what is wrong, person by person."""
    lines, answers = defaultdict(list), {}
    for who, subject, step in await database.read("SELECT who, subject, step FROM ledger ORDER BY id"):
        lines[who].append(f"{subject}/{step}" if step else "")
    for who, saved in await database.read("SELECT who, answers FROM conversation"):
        answers[who] = json.loads(saved)
    found = []
    for person in crowd.people:
        who = f"discord:{person.user['id']}:server"
        fault = compare(person.presses, lines[who])
        unsaved = 0 if person.is_told else count_unsaved(person.presses, answers.get(who, {}))
        missing = Faults(lost=unsaved)
        if wrong := [one for one in (fault, missing) if one != Faults()]:
            print(f"{wrong}: {person.presses}\n{lines[who]}\n{answers.get(who)}", file=sys.stderr)
            found += wrong
    return found


def print_row(
    plan: Plan, crowd: Crowd, workers: Sequence[Worker], faults: Sequence[Faults], database: Database
) -> bool:
    """Print a row of the table; return whether nothing is wrong."""
    presses = [press for person in crowd.people for press in person.presses]
    answered = sum(press.shown is not None for press in presses)
    cut_off, again = len(presses) - answered - crowd.told, crowd.replayed + crowd.statuses[409]
    lost = sum(fault.lost for fault in faults)
    twice = crowd.twice + sum(fault.twice for fault in faults)
    took = [seconds for worker in workers for seconds in worker.took[1:]]
    kind = "PostgreSQL" if database.address.startswith("postgresql") else "SQLite"
    print(
        f"| {kind} | {len(workers)} | {plan.kills} | {len(crowd.people):,} | {answered:,} "
        f"| {cut_off:,} | {crowd.told:,} | {again:,} | {lost} | {twice} "
        f"| {crowd.broken} | {max(took, default=0):.1f} | {os.getloadavg()[0]:.1f} |",
        flush=True,
    )
    print(f"statuses: {dict(crowd.statuses)}", file=sys.stderr)
    return not (lost or twice or crowd.broken)


def list_flows() -> list[str]:
    """List the diagnoses of the knowledge."""
    texts = [file.read_text(encoding="utf-8") for file in sorted((KNOWLEDGE / "flows").glob("*.yaml"))]
    return [found[1] for text in texts if (found := re.search(r"^id: (\S+)", text, re.MULTILINE))]


def _find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def main(plan: Plan, kinds: Sequence[str], numbers: Sequence[int]) -> bool:
    """Print a row for each database and number of workers; return whether nothing is wrong in any."""
    servers = {"sqlite": "", "postgresql": os.environ.get(SERVER)}
    print(f"{plan.people:,} people at once, {os.cpu_count()} processors, without sentence vectors\n\n{HEAD}")
    well = []
    async with open_discord() as discord:
        for kind, number in product(kinds, numbers):
            server = servers[kind]
            if server is None:
                sys.exit(f"{SERVER} names no PostgreSQL server")
            async with make_database(server) as database:
                well.append(await measure(plan, database, discord, number))
    return all(well)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--pause", type=float, default=12.0, help="seconds between two presses, on average")
    parser.add_argument("--gap", type=float, default=8.0, help="seconds between two kills, at most")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("database", nargs="*", choices=("sqlite", "postgresql"), default=["sqlite"])
    chosen = parser.parse_args()
    asked = Plan(chosen.people, chosen.kills, chosen.pause, chosen.gap)
    sys.exit(not asyncio.run(main(asked, chosen.database, chosen.workers)))
