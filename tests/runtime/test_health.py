"""Whether people may be sent here: what each part says, and that none of them can hold up the answer."""

from __future__ import annotations

import asyncio

import pytest

from keyguide.errors import StoreError
from keyguide.runtime import health as room
from keyguide.runtime.health import Health


async def well() -> str:
    return ""


async def wrong() -> str:
    return "not connected"


async def broken() -> str:
    raise StoreError("the disk is full")


async def stuck() -> str:
    await asyncio.Event().wait()
    return ""


@pytest.mark.parametrize(
    ("check", "says"),
    [(well, "ok"), (wrong, "not connected"), (broken, "the disk is full"), (stuck, "no answer in time")],
    ids=["well", "wrong", "broken", "stuck"],
)
async def test_a_part_says_how_it_is(
    monkeypatch: pytest.MonkeyPatch, check: room.HealthCheck, says: str
) -> None:
    monkeypatch.setattr(room, "_TIMEOUT_SECONDS", 0.01)
    health = Health()
    health.add_check("part", check)

    assert await health.report() == {"part": says}


async def test_parts_are_asked_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    both = asyncio.Barrier(2)

    async def meet() -> str:
        await both.wait()
        return ""

    health = Health()
    health.add_check("one", meet)
    health.add_check("other", meet)

    assert await health.report() == {"one": "ok", "other": "ok"}


async def test_a_part_that_is_watched_anew_is_asked_the_new_way() -> None:
    health = Health()
    health.add_check("knowledge", wrong)
    health.add_check("knowledge", well)

    assert await health.report() == {"knowledge": "ok"}


async def test_nothing_to_watch_is_nothing_wrong() -> None:
    assert await Health().report() == {}
