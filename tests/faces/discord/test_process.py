"""A real `keyguide run` on real sockets: it logs in, answers, mends what breaks, ends well and dies well."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows knows neither SIGTERM nor SIGKILL"),
]

PATIENCE = 60.0  # seconds that a program on a busy machine may take to start


sockets: Any = sys.modules["discord_sockets"]


class Program:
    """A `keyguide run` with a memory that outlives it."""

    def __init__(self, settings: dict[str, str]) -> None:
        self._settings = settings
        self._running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "keyguide",
            "run",
            env=os.environ | self._settings,
            stderr=asyncio.subprocess.PIPE,
        )
        assert self._running.stderr is not None
        self.said = ""
        async with asyncio.timeout(PATIENCE):
            while "\ndiscord: " not in f"\n{self.said}":
                line = await self._running.stderr.readline()
                assert line, f"it ended with {self.said!r}"
                self.said += line.decode()

    async def ends(self, how: signal.Signals, seconds: float) -> tuple[int, str]:
        """Send it a signal; return its exit status and what it said."""
        assert self._running is not None
        self._running.send_signal(how)
        async with asyncio.timeout(seconds):
            _, said = await self._running.communicate()
        return self._running.returncode or 0, self.said + said.decode()

    async def close(self) -> None:
        if self._running is not None and self._running.returncode is None:
            await self.ends(signal.SIGKILL, 10)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fake() -> AsyncIterator[Any]:
    served = sockets.Discord()
    await served.open()
    yield served
    await served.close()


@pytest.fixture(scope="module")
def settings(
    copy_small_knowledge: Callable[[Path], Path], cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Settings for a small knowledge, which is learnt at once."""
    small = copy_small_knowledge(tmp_path_factory.mktemp("process") / "knowledge")
    return {
        "KEYGUIDE_KNOWLEDGE": str(small),
        "KEYGUIDE_CACHE": str(cache),
        "KEYGUIDE_DATABASE": str(tmp_path_factory.mktemp("memory") / "keyguide.db"),
        "KEYGUIDE_PORT": "0",
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def program(fake: Any, settings: dict[str, str]) -> AsyncIterator[Program]:
    """A program that is connected."""
    running = Program(settings | fake.settings)
    await running.start()
    yield running
    await running.close()


@pytest.fixture(autouse=True)
def somebody(fake: Any) -> None:
    """Everybody is somebody else, so that nobody is too fast."""
    fake.somebody_else()


async def test_it_logs_in_and_asks_for_no_privileged_intent(fake: Any, program: Program) -> None:
    (identified,) = fake.identified
    privileged = 1 << 1 | 1 << 8 | 1 << 15

    assert [identified["token"]] == ["a.b.c"]
    assert identified["intents"] & privileged == 0


async def test_its_commands_are_told_once(fake: Any, program: Program) -> None:
    (told,) = [one.body for one in fake.requests if one.path.endswith("/commands")]

    assert {"ask", "setup", "privacy"} <= {command["name"] for command in told}


async def test_a_command_and_a_button_are_answered(fake: Any, program: Program) -> None:
    first = await fake.slash("diagnose", trouble="changed-parts")
    second = await fake.press(first, "The mainboard")

    assert "What did you change?" in sockets.text(first)
    assert "Who changed it?" in sockets.text(second)


@pytest.mark.parametrize("fault", [429, 500, 503, "reset"])
async def test_an_answer_arrives_although_the_first_try_fails(
    fake: Any, program: Program, fault: int | str
) -> None:
    fake.faults.append(("/callback", fault))
    shown = await fake.slash("topics")

    tries = [one.status for one in fake.requests if one.path.endswith("/callback")][-2:]
    assert tries == [fault, 200]
    assert sockets.text(shown)


async def test_a_dropped_connection_is_resumed_and_nothing_is_lost(fake: Any, program: Program) -> None:
    first = await fake.slash("diagnose", trouble="changed-parts")
    await fake.drop()
    await fake.ready(PATIENCE)
    second = await fake.press(first, "The mainboard")

    assert [one["session_id"] for one in fake.resumed] == ["session"]
    assert len(fake.identified) == 1
    assert "Who changed it?" in sockets.text(second)


async def test_after_kill_9_an_old_button_goes_on_and_the_commands_are_not_told_again(
    fake: Any, program: Program
) -> None:
    first = await fake.slash("diagnose", trouble="changed-parts")
    second = await fake.press(first, "The mainboard")
    status, _ = await program.ends(signal.SIGKILL, 10)
    before = len([one for one in fake.requests if one.path.endswith("/commands")])
    await program.start()
    third = await fake.press(second, "I did")

    assert status == -signal.SIGKILL
    assert "link" in sockets.text(third).lower()
    assert len([one for one in fake.requests if one.path.endswith("/commands")]) == before


async def test_sigterm_ends_it_cleanly_within_ten_seconds(fake: Any, program: Program) -> None:
    await asyncio.wait_for(fake.slash("topics"), PATIENCE)
    status, said = await program.ends(signal.SIGTERM, 10)

    assert status == 0
    assert "discord: keyguide" in said
    assert "Traceback" not in said
