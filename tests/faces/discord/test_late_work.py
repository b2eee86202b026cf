"""Work that nobody waits for any more goes on all the same."""

from __future__ import annotations

import asyncio

from keyguide.faces.discord.connection.late_work import LateWork


async def test_work_in_time_gives_its_result() -> None:
    assert await LateWork[str]().wait_for(asyncio.sleep(0, "done"), 60) == "done"


async def test_late_work_gives_nothing_and_goes_on() -> None:
    begin, ended = asyncio.Event(), asyncio.Event()

    async def work() -> str:
        await begin.wait()
        ended.set()
        return "done"

    assert await LateWork[str]().wait_for(work(), 0) is None
    begin.set()
    await asyncio.wait_for(ended.wait(), 60)
