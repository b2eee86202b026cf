"""What the tests of the gateway share."""

from __future__ import annotations

import pytest
from discord.state import ConnectionState


@pytest.fixture(autouse=True)
def few_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let discord.py be ready as soon as it knows its servers; it waits two seconds for more of them."""
    wait = property(lambda state: 0.05, lambda state, seconds: None)
    monkeypatch.setattr(ConnectionState, "guild_ready_timeout", wait, raising=False)
