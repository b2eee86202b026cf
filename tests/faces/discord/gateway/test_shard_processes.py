"""Two real `keyguide run` share the shards of one bot, and start sessions no faster than Discord allows."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

sockets: Any = sys.modules["discord_sockets"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM"),
]


@pytest.fixture
async def fake() -> AsyncIterator[Any]:
    """A Discord that allows two sessions at once, and then none for five seconds."""
    served = sockets.Discord(
        gateway_bot=sockets.make_gateway_bot(shards=4, max_concurrency=2), identify_seconds=5.0
    )
    await served.open()
    yield served
    await served.close()


async def test_two_processes_run_all_shards_and_none_is_too_fast(
    fake: Any, run_programs: Any, tmp_path: Path
) -> None:
    database = str(tmp_path / "keyguide.db")
    async with run_programs(fake, ("0-1/4", "2-3/4"), sessions=4, database=database, KEYGUIDE_LOG="info"):
        pass

    assert sorted(tuple(told["shard"]) for told in fake.identified) == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert fake.too_fast == []
