"""Faces opened and closed together: what is told, what goes on without the others, and the end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from keyguide.core.model.turn import Turn
from keyguide.errors import KeyguideError, StoreError
from keyguide.runtime.configuration.settings import read_settings
from keyguide.runtime.run import Deadline, Face, open_services, run, stop_on_signals


@dataclass
class Door:
    """A face that remembers what was done to it."""

    name: str
    done: list[str]
    refuses: str = ""

    async def open(self) -> str:
        if self.refuses:
            raise KeyguideError(self.refuses)
        self.done.append(f"{self.name} opened")
        return "over there"

    async def close(self) -> None:
        self.done.append(f"{self.name} closed")


async def held(*faces: Face) -> tuple[bool, list[str]]:
    told: list[str] = []
    stop = asyncio.Event()
    stop.set()
    return await run(faces, told.append, stop), told


async def test_every_face_is_opened_told_and_closed_in_turn() -> None:
    done: list[str] = []
    ran, told = await held(Door("web", done), Door("discord", done))

    assert ran
    assert told == ["web: over there", "discord: over there"]
    assert done == ["web opened", "discord opened", "discord closed", "web closed"]


async def test_a_face_that_cannot_open_says_why_and_the_others_go_on() -> None:
    done: list[str] = []
    ran, told = await held(Door("discord", done, refuses="there is no token"), Door("web", done))

    assert ran
    assert told == ["discord is not open: there is no token", "web: over there"]
    assert done == ["web opened", "web closed"]


async def test_where_nothing_opens_there_is_nothing_to_wait_for() -> None:
    ran = await run([Door("web", [], refuses="the port is taken")], lambda _: None, asyncio.Event())

    assert not ran


async def test_without_a_needed_face_the_others_are_closed_at_once() -> None:
    done: list[str] = []
    page = Door("web", done, refuses="the port is taken")
    ran = await run([Door("interactions", done), page], lambda _: None, asyncio.Event(), page)

    assert not ran
    assert done == ["interactions opened", "interactions closed"]


async def test_faces_are_closed_when_the_program_is_interrupted() -> None:
    done: list[str] = []
    opened = asyncio.Event()
    running = asyncio.create_task(run([Door("web", done)], lambda _: opened.set(), asyncio.Event()))
    await opened.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert done == ["web opened", "web closed"]


async def test_a_face_that_is_still_opening_when_the_program_is_asked_to_end_is_given_up() -> None:
    done: list[str] = []
    begun, stop = asyncio.Event(), asyncio.Event()

    class Slow(Door):
        """A face behind a gateway that never answers."""

        async def open(self) -> str:
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                self.done.append("given up")
            return "never"

    running = asyncio.create_task(run([Slow("discord", done)], done.append, stop))
    await begun.wait()
    stop.set()

    assert await asyncio.wait_for(running, 5)
    assert done == ["given up"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_asks_for_an_orderly_end(number: signal.Signals) -> None:
    stop = stop_on_signals()
    os.kill(os.getpid(), number)
    async with asyncio.timeout(5):
        await stop.wait()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().remove_signal_handler(one)

    assert stop.is_set()


async def test_the_services_hold_what_faces_share(folder: object, tmp_path: Path) -> None:
    settings = replace(
        read_settings({}), knowledge=folder.path, cache=tmp_path, database=str(tmp_path / "a.db")  # type: ignore[attr-defined]
    )  # fmt: skip
    async with open_services(settings) as services:
        reply = await services.assistant.reply(Turn("ann", pick="go/is-it-linked"))
        report = await services.health.report()

    assert reply.kind == "step"
    assert report == {"knowledge": "ok", "memory": "ok"}
    assert b'keyguide_answers_total{kind="step"} 1.0' in services.metrics.render_metrics("v1")


async def test_a_memory_that_cannot_be_written_is_not_well(folder: object, tmp_path: Path) -> None:
    settings = replace(
        read_settings({}), knowledge=folder.path, cache=tmp_path, database=str(tmp_path / "a.db")  # type: ignore[attr-defined]
    )  # fmt: skip
    async with open_services(settings) as services:
        services.assistant.check_store = _full  # type: ignore[method-assign]
        assert await services.health.report() == {"knowledge": "ok", "memory": "the disk is full"}


async def _full() -> None:
    raise StoreError("the disk is full")


HANGS = """
import asyncio, os, signal, time
from keyguide.runtime import run

run.END_SECONDS = 0.2

async def main(deadline):
    stop = run.stop_on_signals(deadline)
    os.kill(os.getpid(), signal.SIGTERM)
    await stop.wait()
    time.sleep(60)  # a thread that works, or a store that does not answer

with run.Deadline() as deadline:
    asyncio.run(main(deadline))
"""


@pytest.mark.slow
def test_a_program_that_hangs_ends_all_the_same_when_it_is_asked_to() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=30, check=False
    )

    assert ended.returncode == 1
    assert "not everything was finished" in ended.stderr


async def test_a_program_that_ends_in_time_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []
    monkeypatch.setattr("keyguide.runtime.run._end_now", lambda: ended.append("ended"))
    monkeypatch.setattr("keyguide.runtime.run.END_SECONDS", 0.05)
    with Deadline() as deadline:
        deadline.start()
        deadline.start()
    await asyncio.sleep(0.1)

    assert ended == []
