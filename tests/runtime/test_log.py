"""The log: text for people, one JSON object a line for machines, and on standard error."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from keyguide.runtime.log import REQUEST_ID, start_logging


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = [*root.handlers], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("discord", "aiohttp", "asyncpg", "asyncpg.pool", "httpx", "mcp"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_a_line_for_people_names_its_level_and_room(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("warning", "text")
    logging.getLogger("keyguide.store").warning("kept %s", "link-how")

    out, err = capsys.readouterr()

    assert out == ""
    assert err.endswith("WARNING keyguide.store: kept link-how\n")


def test_what_is_less_than_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("warning", "text")
    logging.getLogger("keyguide.store").info("nothing much")

    assert capsys.readouterr().err == ""


def test_a_line_for_machines_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "json")
    logging.getLogger("keyguide.store").info("two\nlines")

    line = json.loads(capsys.readouterr().err)

    assert line.pop("at")
    assert line == {"level": "info", "room": "keyguide.store", "says": "two\nlines"}


def test_a_line_for_machines_names_the_request_that_it_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "json")
    token = REQUEST_ID.set("1234")
    logging.getLogger("keyguide.store").info("during")
    REQUEST_ID.reset(token)
    logging.getLogger("keyguide.store").info("after")

    during, after = (json.loads(line) for line in capsys.readouterr().err.splitlines())

    assert during["request"] == "1234"
    assert "request" not in after


@pytest.mark.parametrize("library", ["discord.gateway", "discord.http", "aiohttp.client", "asyncpg"])
def test_libraries_never_log_what_they_send_and_receive(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging("debug", "json")
    logging.getLogger(library).debug("WebSocket Event: %s", "what somebody wrote")
    logging.getLogger("keyguide.store").debug("ours")

    assert [json.loads(line)["says"] for line in capsys.readouterr().err.splitlines()] == ["ours"]


def test_a_library_does_not_repeat_that_the_database_is_away(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("debug", "text")
    logging.getLogger("asyncpg.pool").warning("Failed to restore the pool connection floor; retrying")

    assert capsys.readouterr().err == ""


def test_a_traceback_stays_inside_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("error", "json")
    try:
        raise RuntimeError("the roof is leaking")
    except RuntimeError:
        logging.getLogger("keyguide").exception("unforeseen")

    (line,) = capsys.readouterr().err.splitlines()

    assert "RuntimeError: the roof is leaking" in json.loads(line)["traceback"]


def test_starting_again_does_not_log_twice(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("warning", "text")
    start_logging("warning", "text")
    logging.getLogger("keyguide").warning("once")

    assert capsys.readouterr().err.count("once") == 1
