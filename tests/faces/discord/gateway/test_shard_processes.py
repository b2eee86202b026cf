"""Two real `keyguide run` share the shards of one bot, and start sessions no faster than Discord allows."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

sockets: Any = sys.modules["discord_sockets"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM"),
]

PATIENCE = 90.0  # seconds for two programs on a busy machine


@pytest.fixture
async def fake() -> AsyncIterator[Any]:
    """A Discord that allows two sessions at once, and then none for five seconds."""
    served = sockets.Discord(
        gateway_bot=sockets.make_gateway_bot(shards=4, max_concurrency=2), identify_seconds=5.0
    )
    await served.open()
    yield served
    await served.close()


@pytest.fixture
def settings(copy_small_knowledge: Callable[[Path], Path], cache: Path, tmp_path: Path) -> dict[str, str]:
    small = copy_small_knowledge(tmp_path / "knowledge")
    return {
        "KEYGUIDE_KNOWLEDGE": str(small), "KEYGUIDE_CACHE": str(cache), "KEYGUIDE_PORT": "0",
        "KEYGUIDE_DATABASE": str(tmp_path / "keyguide.db"), "KEYGUIDE_LOG": "info",
    }  # fmt: skip


async def start(settings: dict[str, str], shards: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "keyguide", "run"),
        env=os.environ | settings | {"KEYGUIDE_SHARDS": shards},
        stderr=asyncio.subprocess.PIPE,
    )


async def test_two_processes_run_all_shards_and_none_is_too_fast(fake: Any, settings: dict[str, str]) -> None:
    programs = [await start(settings | fake.settings, shards) for shards in ("0-1/4", "2-3/4")]
    try:
        async with asyncio.timeout(PATIENCE):
            while len(fake.identified) < 4:  # noqa: ASYNC110 -- the programs are other processes
                await asyncio.sleep(0.1)
    finally:
        for program in programs:
            program.send_signal(signal.SIGTERM)
        said = [(await program.communicate())[1].decode() for program in programs]

    assert sorted(tuple(told["shard"]) for told in fake.identified) == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert fake.too_fast == []
    assert [program.returncode for program in programs] == [0, 0], said
