"""What the tests of the gateway share."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from discord.gateway import KeepAliveHandler
from discord.state import ConnectionState

_PATIENCE = 90.0  # seconds for several programs on a busy machine

RunPrograms = Callable[..., AbstractAsyncContextManager[list[str]]]


@pytest.fixture
def run_programs(copy_small_knowledge: Callable[[Path], Path], cache: Path, tmp_path: Path) -> RunPrograms:
    """Give a function that runs a `keyguide run` for each part of the shards of a bot."""

    @asynccontextmanager
    async def run(
        fake: Any, parts: Sequence[str], *, sessions: int, database: str, **more: str
    ) -> AsyncIterator[list[str]]:
        """Run them until so many sessions began; afterwards all must end in order, and say what they said."""
        settings = fake.settings | more | {
            "KEYGUIDE_KNOWLEDGE": str(copy_small_knowledge(tmp_path / "knowledge")),
            "KEYGUIDE_CACHE": str(cache), "KEYGUIDE_PORT": "0", "KEYGUIDE_DATABASE": database,
        }  # fmt: skip
        programs = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "keyguide", "run"),
                env=os.environ | settings | {"KEYGUIDE_SHARDS": part},
                stderr=asyncio.subprocess.PIPE,
            )
            for part in parts
        ]
        said: list[str] = []
        try:
            async with asyncio.timeout(_PATIENCE):
                while len(fake.identified) < sessions:  # noqa: ASYNC110 -- the programs are other processes
                    await asyncio.sleep(0.1)
            yield said
        finally:
            for program in programs:
                program.send_signal(signal.SIGTERM)
            said += [(await program.communicate())[1].decode() for program in programs]
        assert [program.returncode for program in programs] == [0] * len(parts), said

    return run


@pytest.fixture(autouse=True)
def few_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let discord.py be ready as soon as it knows its servers; it waits two seconds for more of them."""
    wait = property(lambda state: 0.05, lambda state, seconds: None)
    monkeypatch.setattr(ConnectionState, "guild_ready_timeout", wait, raising=False)


@pytest.fixture(autouse=True)
async def _end_heartbeats() -> AsyncIterator[None]:
    """Wait for heartbeats under way: a thread that finds the loop closed would fail the next test."""
    yield
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler):
            thread.stop()
            await asyncio.to_thread(thread.join, 10)
