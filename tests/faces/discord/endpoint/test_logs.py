"""The log of a web process: every line names its request, and none has a word that somebody wrote."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from keyguide.runtime.log import JsonFormatter, start_logging

sockets: Any = sys.modules["discord_sockets"]
WORD = "xylophonist"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[list[dict[str, Any]]]:
    """Collect what a program logs at the most talkative level, as it would be written."""
    lines: list[dict[str, Any]] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonFormatter().format(record)))

    root, collector = logging.getLogger(), Collector()
    level, handlers = root.level, [*root.handlers]
    start_logging("debug", "json")
    root.handlers[:] = [collector]
    yield lines
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("discord", "aiohttp", "asyncpg", "httpx", "mcp"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def slash(name: str, **options: str) -> dict[str, Any]:
    told = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
    made: dict[str, Any] = sockets.interaction(
        2, {"id": "1200000000000000400", "name": name, "type": 1, "options": told}, sockets.ANN
    )
    return made


async def test_an_interaction_is_logged_by_its_id_and_never_by_its_words(
    endpoint: Any, log: list[dict[str, Any]]
) -> None:
    payload = slash("ask", question=f"my {WORD} says 0xC004F211")
    await endpoint.poster.interact(payload)
    (answered,) = [line for line in log if "answered in" in line["says"]]
    (request,) = [line for line in log if line["says"].startswith("POST /discord/interactions: 200")]

    assert answered["request"] == payload["id"]
    assert len(request["request"]) == 16
    assert WORD not in json.dumps(log)


async def test_what_is_written_on_the_page_is_not_logged(endpoint: Any, log: list[dict[str, Any]]) -> None:
    poster = endpoint.poster
    turn = {"who": "ann", "text": f"my {WORD} says 0xC004F211"}
    async with poster.session.post(f"{poster.url}/api/reply", json=turn) as answer:
        name = answer.headers["X-Request-Id"]
    async with poster.session.get(f"{poster.url}/{WORD}?q={WORD}") as answer:
        missing = answer.status

    requests = [line for line in log if line["room"].endswith("middleware")]
    assert [line["says"].partition(" in ")[0] for line in requests] == [
        "POST /api/reply: 200",
        "GET no route: 404",
    ]
    assert requests[0]["request"] == name
    assert missing == 404
    assert WORD not in json.dumps(log)


async def test_a_visitor_cannot_choose_the_id_of_a_request(endpoint: Any) -> None:
    poster = endpoint.poster
    async with poster.session.get(
        f"{poster.url}/livez", headers={"X-Request-Id": "0123456789abcdef"}
    ) as answer:
        assert answer.headers["X-Request-Id"] != "0123456789abcdef"
