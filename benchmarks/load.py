"""How much one machine carries, over real sockets: `task load`, or `task load --quick` for a first look.

Web processes answer signed interactions, as Discord posts them, with their real knowledge, and with
PostgreSQL if KEYGUIDE_TEST_DATABASE names a server, else with SQLite. Every answer is checked, and the ledger
is counted: what is missing there was lost, what is too much was answered twice. The load of the machine
stands beside the figures, because whatever else it does makes them worse.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from load_parts import (
    Database,
    Discord,
    Tally,
    WebProcess,
    make_database,
    measure_signature,
    open_discord,
    run_web,
)

RATE, FLOW_PEOPLE, RELOADS, WARM_UP = 200, 1_000, 3, 500  # interactions a second; people; times; interactions
MAX_P99, MAX_READY, MAX_GROWTH, MAX_SPREAD, MAX_SIGNATURE = 100.0, 2.0, 0.10, 0.15, 0.05
QUESTION = "how do i link the windows licence of pc{number} to my microsoft account"
KNOWLEDGE = Path(os.environ.get("KEYGUIDE_KNOWLEDGE") or Path(__file__).parents[1] / "knowledge")


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each part takes."""

    seconds: float = 60.0
    hurry: int = 100_000  # interactions over which memory is watched
    slice: float = 15.0  # seconds with each number of workers


QUICK = Plan(seconds=10.0, hurry=5_000, slice=5.0)


@dataclass(slots=True)
class Load:
    """One run: what asks, what is asked, and the rows that are printed."""

    discord: Discord
    database: Database
    plan: Plan
    missed: list[str] = field(default_factory=list)

    def add_row(self, what: str, figure: str, aim: str, *, met: bool) -> None:
        """Print a row, with the load of the machine beside it."""
        if not met:
            self.missed.append(what)
        word, load = "yes" if met else "no", os.getloadavg()[0]
        print(f"| {what} | {figure} | {aim} | {word} | {load:.1f} |", flush=True)

    async def count(self, what: str, work: Awaitable[Tally]) -> Tally:
        """Do a part of the work, compare the ledger with it, and print what was lost."""
        before = await self.database.count_ledger()
        tally = await work
        tally.compare(await self.database.count_ledger() - before)
        self.add_row(f"{what}: lost, broken, duplicate", str(tally), "0, 0, 0", met=tally.is_clean)
        return tally


async def keep_steady(discord: Discord, rate: float, seconds: float) -> Tally:
    """Ask at an even rate, new words each time, whether answers come or not."""
    tally, delays, begun = Tally(), [], time.perf_counter() + 0.2

    async def ask_once(number: int) -> None:
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await discord.ask(QUESTION.format(number=next(discord.numbers)), tally)
        delays.append(time.perf_counter() - due)

    await asyncio.gather(*(ask_once(number) for number in range(int(rate * seconds))))
    tally.seconds = delays  # with the time that a request had to wait for a connection
    return tally


async def hurry(discord: Discord, goes_on: Callable[[int], bool]) -> Tally:
    """Ask as fast as answers come, sixteen at once."""
    tally, asked = Tally(), count()

    async def ask_again_and_again() -> None:
        while goes_on(next(asked)):
            await discord.ask(QUESTION.format(number=next(discord.numbers)), tally)

    await asyncio.gather(*(ask_again_and_again() for _ in range(16)))
    return tally


async def hurry_for(discord: Discord, seconds: float) -> Tally:
    """Ask as fast as answers come, and send one request in fifty a second time."""
    end, discord.replay_every = time.perf_counter() + seconds, 50
    tally = await hurry(discord, lambda _: time.perf_counter() < end)
    discord.replay_every = 0
    return tally


async def walk_flows(discord: Discord, people: int) -> Tally:
    """Let many people walk through a diagnosis at once, each pressing every few seconds."""
    tally, chance = Tally(), Random(1)  # noqa: S311 -- the same pauses every time

    async def walk(pauses: list[float]) -> None:
        await asyncio.sleep(pauses[0])
        await discord.walk("not-activated", pauses[1:], tally)

    await asyncio.gather(*(walk([chance.uniform(4, 8) for _ in range(12)]) for _ in range(people)))
    return tally


def describe_delays(tally: Tally) -> tuple[str, float]:
    """Describe how long answers took, and return the 99th percentile in milliseconds."""
    ordered = sorted(tally.seconds)
    p50, p99 = (1000 * ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99))
    return f"p50 {p50:.1f}, p99 {p99:.1f}, most {1000 * ordered[-1]:.0f} ms", p99


async def measure_ready(load: Load) -> None:
    """Start once more, with the index there, until everything is ready."""
    begun = time.perf_counter()
    async with run_web(load.discord, load.database) as process:
        await process.wait_until_ready()
        took, cpu = time.perf_counter() - begun, process.cpu
    load.add_row("ready, with the index there", f"{took:.2f} s, of CPU {cpu:.2f} s", f"≤ {MAX_READY:.0f} s",
                 met=took <= MAX_READY)  # fmt: skip


async def measure_one_process(load: Load) -> None:
    """Ask one process steadily, then in many conversations, then as fast as it can."""
    discord, plan = load.discord, load.plan
    async with run_web(discord, load.database) as process:
        await process.wait_until_ready()
        await discord.post_to([process])
        await keep_steady(discord, RATE / 2, 3.0)  # to warm up
        for what, work in (
            (f"{RATE}/s for {plan.seconds:.0f} s", keep_steady(discord, RATE, plan.seconds)),
            (f"{FLOW_PEOPLE:,} flows at once", walk_flows(discord, FLOW_PEOPLE)),
        ):
            tally = await load.count(what, work)
            figure, p99 = describe_delays(tally)
            load.add_row(
                what, f"{tally.answered:,} answers, {figure}", f"p99 ≤ {MAX_P99:.0f} ms", met=p99 <= MAX_P99
            )
        await measure_memory(load, process)


async def measure_memory(load: Load, process: WebProcess) -> None:
    """Watch the memory of a process that is warm already."""
    most, memory, begun = load.plan.hurry, process.memory, time.perf_counter()
    tally = await load.count(f"{most:,} in a hurry", hurry(load.discord, lambda number: number < most))
    rate, growth = tally.answered / (time.perf_counter() - begun), process.memory / memory - 1
    figure = f"{memory:.0f} to {process.memory:.0f} MiB ({growth:+.1%}), {rate:.0f}/s"
    load.add_row(f"memory over {most:,} more", figure, f"≤ {MAX_GROWTH:+.0%}", met=growth <= MAX_GROWTH)


async def measure_reload(load: Load) -> None:
    """Take up changed knowledge some times while people ask."""
    with tempfile.TemporaryDirectory() as folder:
        knowledge = Path(folder) / "knowledge"
        shutil.copytree(KNOWLEDGE, knowledge)
        async with run_web(load.discord, load.database, KEYGUIDE_KNOWLEDGE=str(knowledge)) as process:
            await process.wait_until_ready()
            await load.discord.post_to([process])
            seconds = max(15.0, load.plan.seconds / 2)
            changing = asyncio.create_task(change_often(knowledge, process))
            tally = await load.count(
                f"reload under {RATE // 2}/s", keep_steady(load.discord, RATE / 2, seconds)
            )
            await changing
            figure, _ = describe_delays(tally)
            done = process.count_lines("new knowledge:")
            load.add_row(
                f"reload under {RATE // 2}/s", f"{done} reloads, {figure}", f"{RELOADS}", met=done == RELOADS
            )


async def change_often(knowledge: Path, process: WebProcess) -> None:
    """Change a page and tell the process, some times."""
    page = next(iter(sorted((knowledge / "articles").rglob("*.yaml"))))
    for number in range(RELOADS):
        await asyncio.sleep(3.0)
        page.write_text(f"{page.read_text(encoding='utf-8')}# changed {number}\n", encoding="utf-8")
        process.program.send_signal(signal.SIGHUP)


async def measure_workers(load: Load) -> None:
    """Ask several workers as fast as possible; one request in fifty is sent a second time.

    With more workers, both processors are busy all the time, and then the same work takes more of a
    processor, whoever does it. So one worker is measured again while another program keeps a processor busy.
    """
    costs = {}
    for number in (1, 2, 4):
        costs[number], done = await measure_cost(load, number)
        spread = costs[number] / costs[1] - 1
        figure = describe_cost(costs[number], spread, done)
        load.add_row(f"{number} workers", figure, f"≤ {MAX_SPREAD:+.0%}", met=spread <= MAX_SPREAD)
    async with keep_processor_busy():
        beside, done = await measure_cost(load, 1)
    figure = describe_cost(beside, beside / costs[1] - 1, done)
    load.add_row("1 worker beside another program", figure, "to compare", met=True)
    add_signature_row(load, costs[1])


async def measure_cost(load: Load, number: int) -> tuple[float, str]:
    """Measure what an answer costs so many workers; return the seconds, and how much was done meanwhile."""
    discord = load.discord
    async with AsyncExitStack() as stack:
        workers = [await stack.enter_async_context(run_web(discord, load.database)) for _ in range(number)]
        for worker in workers:
            await worker.wait_until_ready()
        await discord.post_to(workers)
        await hurry(discord, lambda asked: asked < number * WARM_UP)
        cpu, begun = sum(worker.cpu for worker in workers), time.perf_counter()
        tally = await load.count(f"{number} workers, with replays", hurry_for(discord, load.plan.slice))
        cost = (sum(worker.cpu for worker in workers) - cpu) / max(1, tally.answered)
        rate = tally.answered / (time.perf_counter() - begun)
    return cost, f"{rate:.0f}/s, {tally.replays} replays"


def describe_cost(cost: float, spread: float, done: str) -> str:
    """Describe what an answer cost, and how much more that was than with one worker alone."""
    return f"{1000 * cost:.2f} ms of CPU an answer ({spread:+.0%}), {done}"


@asynccontextmanager
async def keep_processor_busy() -> AsyncIterator[None]:
    """Let another program work in memory all the time until the block ends."""
    work = "numbers = list(range(1_000_000))\nwhile True: sum(numbers)"
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", work)
    try:
        yield
    finally:
        program.kill()
        await program.wait()


def add_signature_row(load: Load, cost: float) -> None:
    """Print what checking a signature costs, as a share of an answer."""
    seconds = measure_signature()
    share = seconds / cost
    figure = f"{1e6 * seconds:.0f} µs, {share:.1%} of an answer"
    load.add_row("one signature", figure, f"≤ {MAX_SIGNATURE:.0%}", met=share <= MAX_SIGNATURE)


PARTS = {
    "ready": measure_ready,
    "process": measure_one_process,
    "reload": measure_reload,
    "workers": measure_workers,
}


async def main(plan: Plan, parts: Sequence[Callable[[Load], Awaitable[None]]]) -> None:
    """Measure some parts, and print the table."""
    async with make_database() as database, open_discord() as discord:
        load = Load(discord, database, plan)
        kind = "PostgreSQL" if database.address.startswith("postgresql") else "SQLite"
        print(f"{os.cpu_count()} processors for Keyguide, {kind} and what asks; without sentence vectors\n")
        async with run_web(discord, database) as process:
            await process.wait_until_ready()  # learns, if the index is not there yet
        print("| what | figure | aim | met | load |\n|---|---|---|---|---|")
        for measure in parts:
            await measure(load)
        print(f"\nmissed: {', '.join(load.missed) or 'nothing'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds of each instead of minutes")
    parser.add_argument("part", nargs="*", default="all", choices=("all", *PARTS))
    chosen = parser.parse_args()
    asyncio.run(
        main(
            QUICK if chosen.quick else Plan(),
            [PARTS[part] for part in (PARTS if "all" in chosen.part else chosen.part)],
        )
    )
