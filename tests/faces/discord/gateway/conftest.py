"""What the tests of the gateway share."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from discord.gateway import KeepAliveHandler
from discord.state import ConnectionState


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
