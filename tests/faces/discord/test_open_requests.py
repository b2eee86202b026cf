"""That the requests of all tests here are held against Discord's own description of its API."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def told(description: Any) -> Any:
    if description is None:
        pytest.skip("Discord's description is not here: name it with DISCORD_OPENAPI")
    return description


def test_a_request_that_discord_takes_passes(told: Any) -> None:
    assert told.wrongs("POST", "/channels/1/messages", {"content": "hello"}) == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/channels/1/messages", {"content": "x" * 5_000}),
        ("POST", "/channels/1/messages", {"components": [{"type": 17, "components": [{"type": 99}]}]}),
        ("POST", "/no/such/place", {}),
    ],
    ids=["too long", "no such component", "no such request"],
)
def test_a_request_that_discord_refuses_is_found(told: Any, method: str, path: str, body: Any) -> None:
    assert told.wrongs(method, path, body) != []
