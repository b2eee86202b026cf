"""What watchers ask: alive, ready with reasons, and counters that never name a person."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from keyguide.errors import StoreError
from keyguide.runtime.health import Health

Client = TestClient[Any, Any]
Opening = Callable[..., Awaitable[Client]]

KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"


async def well() -> str:
    return ""


async def away() -> str:
    return "the gateway is not connected"


async def full() -> str:
    raise StoreError("the disk is full")


async def test_a_turning_loop_is_alive(client: Client) -> None:
    async with client.get("/livez") as response:
        assert (response.status, await response.text()) == (200, "ok\n")


async def test_a_program_whose_parts_are_well_is_ready(opened: Opening) -> None:
    health = Health()
    health.add_check("memory", well)
    async with (await opened(health)).get("/readyz") as response:
        assert response.status == 200
        assert await response.json() == {"ready": True, "parts": {"memory": "ok"}}


async def test_a_part_that_is_not_well_is_named_and_only_the_log_says_why(
    opened: Opening, caplog: pytest.LogCaptureFixture
) -> None:
    health = Health()
    for part, check in {"knowledge": well, "gateway": away, "memory": full}.items():
        health.add_check(part, check)
    async with (await opened(health)).get("/readyz") as response:
        told = await response.json()

    assert [record.getMessage() for record in caplog.records] == [
        "gateway: the gateway is not connected",
        "memory: the disk is full",
    ]
    assert response.status == 503
    assert told["ready"] is False
    assert told["parts"] == {
        "knowledge": "ok",
        "gateway": "not ok",
        "memory": "not ok",
    }


async def test_asking_often_asks_the_parts_only_once(opened: Opening) -> None:
    times = []

    async def count() -> str:
        times.append(1)
        return ""

    health = Health()
    health.add_check("memory", count)
    client = await opened(health)
    for _ in range(5):
        async with client.get("/readyz"):
            pass

    assert len(times) == 1


async def test_what_happens_is_counted(client: Client) -> None:
    for data in (
        {"text": "how do i link my licence"},
        {"text": KEY},
        {"pick": "go/is-it-linked"},
        {"pick": "go/changed-parts"},
    ):
        async with client.post("/", data=data):
            pass
    async with client.get("/metrics") as response:
        lines = (await response.text()).splitlines()

    assert response.content_type == "text/plain"
    assert 'keyguide_answers_total{kind="article"} 2.0' in lines
    assert 'keyguide_answers_total{kind="step"} 2.0' in lines
    assert "keyguide_masked_secrets_total 1.0" in lines
    assert 'keyguide_flow_steps_total{flow="is-it-linked",step="page-says"} 1.0' in lines
    assert 'keyguide_flow_leavers_total{flow="is-it-linked",step="page-says"} 1.0' in lines
    assert 'keyguide_acknowledge_seconds_count{face="web"} 4.0' in lines
    assert any(re.fullmatch(r'keyguide_knowledge_info\{version="[0-9a-f]+"\} 1\.0', line) for line in lines)


async def test_no_counter_names_a_person_or_their_words(client: Client) -> None:
    async with client.post("/api/reply", json={"who": "Tiddles-the-cat", "text": "Tiddles the cat"}):
        pass
    async with client.post("/", data={"text": "Tiddles", "pick": ""}):
        pass
    async with client.get("/metrics") as response:
        text = await response.text()

    assert "Tiddles" not in text
    assert "web:" not in text
