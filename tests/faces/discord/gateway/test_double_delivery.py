"""Two real `keyguide run` on one PostgreSQL are told of the same interactions at the same moment."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from keyguide.store.open_store import open_store

sockets: Any = sys.modules["discord_sockets"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM"),
]

PATIENCE = 90.0  # seconds for two programs on a busy machine


@pytest.fixture
async def fake() -> AsyncIterator[Any]:
    """A Discord that lets both in at once."""
    served = sockets.Discord(gateway_bot=sockets.make_gateway_bot(shards=2, max_concurrency=2))
    await served.open()
    yield served
    await served.close()


@asynccontextmanager
async def running(settings: dict[str, str], fake: Any) -> AsyncIterator[None]:
    """Run a process for each shard; afterwards both must end in order."""
    programs = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "keyguide", "run"),
            env=os.environ | settings | {"KEYGUIDE_SHARDS": f"{shard}/2"},
            stderr=asyncio.subprocess.PIPE,
        )
        for shard in range(2)
    ]
    try:
        async with asyncio.timeout(PATIENCE):
            while len(fake.identified) < 2:  # noqa: ASYNC110 -- the programs are other processes
                await asyncio.sleep(0.1)
        yield
    finally:
        for program in programs:
            program.send_signal(signal.SIGTERM)
        said = [(await program.communicate())[1].decode() for program in programs]
    assert [program.returncode for program in programs] == [0, 0], said
    assert not any("could not be answered" in each for each in said), said


async def tell_both(fake: Any, kind: int, data: Any, **more: Any) -> dict[str, Any]:
    """Tell both of one interaction, wait until both have answered it, and return what is shown."""
    payload = sockets.interaction(kind, data, fake.person, **more)
    shown = fake.expect(payload["token"])
    await asyncio.gather(*(fake.dispatch("INTERACTION_CREATE", payload, shard) for shard in range(2)))
    await fake.until(lambda _: fake.answers[payload["id"]] == 2)
    answer: dict[str, Any] = await shown
    assert [one.path for one in fake.requests if payload["token"] in one.path] == [
        f"/interactions/{payload['id']}/{payload['token']}/callback"
    ] * 2
    return answer


async def test_the_first_answer_is_shown_and_the_second_changes_nothing(
    fake: Any, postgres: str, copy_small_knowledge: Callable[[Path], Path], cache: Path, tmp_path: Path
) -> None:
    settings = fake.settings | {
        "KEYGUIDE_KNOWLEDGE": str(copy_small_knowledge(tmp_path / "knowledge")), "KEYGUIDE_CACHE": str(cache),
        "KEYGUIDE_PORT": "0", "KEYGUIDE_DATABASE": postgres,
    }  # fmt: skip
    options = [{"name": "trouble", "type": 3, "value": "changed-parts"}]
    async with running(settings, fake):
        first = await tell_both(
            fake, 2, {"id": "1200000000000000400", "name": "diagnose", "type": 1, "options": options}
        )
        (id,) = {one["custom_id"] for one in sockets.buttons(first) if one["label"] == "The mainboard"}
        second = await tell_both(
            fake, 3, {"custom_id": id, "component_type": 2}, message=sockets.message(first, flags=1 << 15)
        )
    store = await open_store(postgres)
    kept = await store.export(f"discord:{fake.person['id']}:server")
    await store.close()

    assert "What did you change?" in sockets.text(first)
    assert "Who changed it?" in sockets.text(second)
    (conversation,) = kept["conversation"]
    answers = conversation["answers"]
    assert len(json.loads(answers) if isinstance(answers, str) else answers) == 1
