"""What people notice while PostgreSQL is gone or frozen: `python benchmarks/outage.py`.

A web process answers signed interactions over real sockets, as Discord posts them, at an even rate; its way
to the PostgreSQL server that KEYGUIDE_TEST_DATABASE names is cut or frozen for 20 seconds. Discord waits for
three seconds: what is answered later, or not at all, has failed for the person.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from load_parts import (
    OK,
    PATH,
    Database,
    Discord,
    Line,
    WebProcess,
    make_database,
    name_command,
    open_discord,
    run_web,
)
from on_discord import sockets

DEADLINE = 3.0  # seconds that Discord waits
NOTICE = "I cannot remember anything just now"
BEFORE, AFTER = 5.0, 10.0  # seconds at the same rate before and after an outage
HEAD = (
    "| PostgreSQL is | answers in time | with the line that it is not remembered | late or failed "
    "| slowest s | remembered again after s | load |\n|---|---|---|---|---|---|---|"
)


def _load_proxy() -> Any:
    path = Path(__file__).parents[1] / "tests" / "store" / "proxy.py"
    spec = spec_from_file_location("proxy", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Proxy


@dataclass(frozen=True, slots=True)
class Plan:
    """How often somebody asks, and how long an outage takes."""

    rate: float
    seconds: float


@dataclass(slots=True)
class Outcome:
    """What came of the interactions of one run."""

    delays: list[float] = field(default_factory=list)
    in_time: int = 0
    unremembered: int = 0
    failed: int = 0
    last_unremembered: float = 0.0


async def ask(discord: Discord, process: WebProcess, outcome: Outcome) -> None:
    """Start a diagnosis as somebody new, and note how that went."""
    payload = sockets.interaction(2, name_command("diagnose", trouble="not-activated"), discord.make_person())
    following, line, begun = discord.server.expect(payload["token"]), Line(process), time.monotonic()
    await line.open()
    status, body = await line.send("POST", PATH, *discord.sign(payload))
    line.close()
    took = time.monotonic() - begun
    outcome.delays.append(took)
    if status != OK or took > DEADLINE:
        outcome.failed += 1
        return
    outcome.in_time += 1
    answer = json.loads(body)
    if answer["type"] in {5, 6}:  # announced in time; the answer follows
        answer = {"data": await asyncio.wait_for(following, 60.0)}
    if NOTICE in json.dumps(answer):
        outcome.unremembered += 1
        outcome.last_unremembered = time.monotonic()


@dataclass(frozen=True, slots=True)
class Outage:
    """What happens to the server: a row of the table."""

    name: str
    begin: Callable[[], None]
    end: Callable[[], None]


async def measure(plan: Plan, outage: Outage, discord: Discord, process: WebProcess) -> Outcome:
    """Ask at an even rate while an outage begins and ends, and print what came of it."""
    outcome, loop, ended = Outcome(), asyncio.get_running_loop(), time.monotonic() + BEFORE + plan.seconds
    loop.call_later(BEFORE, outage.begin)
    loop.call_later(BEFORE + plan.seconds, outage.end)

    async def ask_later(number: int) -> None:
        await asyncio.sleep(number / plan.rate)
        await ask(discord, process, outcome)

    count = int(plan.rate * (BEFORE + plan.seconds + AFTER))
    await asyncio.gather(*(ask_later(number) for number in range(count)))
    again = max(0.0, outcome.last_unremembered - ended)
    print(
        f"| {outage.name} | {outcome.in_time:,} | {outcome.unremembered:,} | {outcome.failed:,} "
        f"| {max(outcome.delays):.1f} | {again:.1f} | {os.getloadavg()[0]:.1f} |",
        flush=True,
    )
    return outcome


async def main(plan: Plan) -> bool:
    """Print the table; return whether everybody was answered in time."""
    print(f"{plan.rate:.0f} interactions a second; an outage of {plan.seconds:.0f} s\n\n{HEAD}")
    async with make_database() as database, open_discord() as discord:
        proxy = _load_proxy()(database.address)
        way = Database(await proxy.start())
        outages = Outage("gone", proxy.cut, proxy.resume), Outage("frozen", proxy.freeze, proxy.resume)
        async with run_web(discord, way) as process:
            await process.wait_until_ready()
            outcomes = [await measure(plan, outage, discord, process) for outage in outages]
        await proxy.stop()
    return not any(outcome.failed for outcome in outcomes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=20.0, help="interactions a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long an outage takes")
    chosen = parser.parse_args()
    if not os.environ.get("KEYGUIDE_TEST_DATABASE"):
        sys.exit("KEYGUIDE_TEST_DATABASE names no PostgreSQL server")
    sys.exit(not asyncio.run(main(Plan(chosen.rate, chosen.seconds))))
