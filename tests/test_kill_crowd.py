"""Killed while many people talk at once: `benchmarks/kill.py` in small, and what it takes for a fault."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def load_presses() -> Any:
    spec = spec_from_file_location("presses", BENCHMARKS / "presses.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


presses: Any = load_presses()
NOTHING, LOST, TWICE = presses.Faults(), presses.Faults(lost=1), presses.Faults(twice=1)


@pytest.mark.parametrize(
    ("shown", "lines", "faults"),
    [
        (["a", "b"], ["a", "b"], NOTHING),
        (["a", None, "b"], ["a", "b"], NOTHING),  # killed before it was saved
        (["a", None, "b"], ["a", "b", "b"], NOTHING),  # killed after it was saved, and pressed again
        (["a", None], ["a", "b"], NOTHING),
        ([], [], NOTHING),
        (["a", "b"], ["a"], LOST),
        (["a", "b"], ["a", "c"], LOST),
        (["a", "b"], ["b", "a"], LOST),
        (["a", None, "b"], ["b", "b"], LOST),
        (["a", "b"], ["a", "b", "b"], TWICE),
        (["a", None], ["a", "b", "b"], TWICE),
    ],
)  # fmt: skip
def test_what_people_saw_is_compared_with_the_ledger(
    shown: list[str | None], lines: list[str], faults: object
) -> None:
    assert presses.compare([presses.Press("", one) for one in shown], lines) == faults


def test_a_choice_that_was_answered_must_be_in_the_conversation() -> None:
    pressed = [
        presses.Press("", "f/one"),
        presses.Press("say/f/one/yes", "f/two"),
        presses.Press("say/f/two/no", None),  # not answered, so it may be missing
    ]

    assert presses.count_unsaved(pressed, {"f/one": "yes"}) == 0
    assert presses.count_unsaved(pressed, {"f/one": "no"}) == 1
    assert presses.count_unsaved(pressed, {}) == 1


def test_what_was_answered_after_a_question_that_is_asked_again_need_not_be_there() -> None:
    pressed = [
        presses.Press("", "f/one"),
        presses.Press("say/f/one/yes", "f/two"),
        presses.Press("say/f/two/back", "f/one"),
        presses.Press("say/f/one/no", ""),
    ]

    assert presses.count_unsaved(pressed, {"f/one": "no"}) == 0
    assert presses.count_unsaved(pressed, {"f/one": "yes", "f/two": "back"}) == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_kill_9_while_many_people_talk_loses_nothing_and_answers_nothing_twice(
    kind: str, folder: Any, cache: Path
) -> None:
    if kind == "postgresql" and not os.environ.get("KEYGUIDE_TEST_DATABASE"):
        pytest.skip("KEYGUIDE_TEST_DATABASE names no PostgreSQL server; .ci/postgres starts one")
    ended = subprocess.run(
        [sys.executable, str(BENCHMARKS / "kill.py"), kind, "--people", "40", "--kills", "2", "--pause", ".5",
         "--gap", "1", "--workers", "1"],
        env=os.environ | {"KEYGUIDE_KNOWLEDGE": str(folder.path), "KEYGUIDE_CACHE": str(cache)},
        capture_output=True, check=False, text=True,
    )  # fmt: skip
    (row,) = re.findall(r"^\| (?:SQLite|PostgreSQL) .*", ended.stdout, re.MULTILINE)
    cells = [cell.strip() for cell in row.split("|")[1:-1]]

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert cells[2] == "2"
    assert int(cells[4].replace(",", "")) > 40
    assert cells[8:11] == ["0", "0", "0"]
