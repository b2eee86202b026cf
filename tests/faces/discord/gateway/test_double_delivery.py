"""Two real `keyguide run` on one PostgreSQL are told of the same interactions at the same moment."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from keyguide.store.open_store import open_store

sockets: Any = sys.modules["discord_sockets"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM"),
]


@pytest.fixture
async def fake() -> AsyncIterator[Any]:
    """A Discord that lets both in at once."""
    served = sockets.Discord(gateway_bot=sockets.make_gateway_bot(shards=2, max_concurrency=2))
    await served.open()
    yield served
    await served.close()


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
    fake: Any, postgres: str, run_programs: Any
) -> None:
    options = [{"name": "trouble", "type": 3, "value": "changed-parts"}]
    async with run_programs(fake, ("0/2", "1/2"), sessions=2, database=postgres) as said:
        first = await tell_both(
            fake, 2, {"id": "1200000000000000400", "name": "diagnose", "type": 1, "options": options}
        )
        (id,) = {one["custom_id"] for one in sockets.buttons(first) if one["label"] == "The mainboard"}
        second = await tell_both(
            fake, 3, {"custom_id": id, "component_type": 2}, message=sockets.message(first, flags=1 << 15)
        )
    assert not any("could not be answered" in each for each in said), said
    store = await open_store(postgres)
    kept = await store.export(f"discord:{fake.person['id']}:server")
    await store.close()

    assert "What did you change?" in sockets.text(first)
    assert "Who changed it?" in sockets.text(second)
    (conversation,) = kept["conversation"]
    answers = conversation["answers"]
    assert len(json.loads(answers) if isinstance(answers, str) else answers) == 1
