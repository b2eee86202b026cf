"""The log: text for people, one JSON object a line for machines, and on standard error."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from keyguide.runtime.log import start_logging


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = [*root.handlers], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


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
