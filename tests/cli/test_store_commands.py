"""What is remembered, from the command line: backed up, restored, handed out and erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from keyguide.faces.terminal import identify_user

Run = Callable[..., tuple[int, str, str]]


def test_a_person_is_handed_out_erased_and_not_brought_back(run: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "backup")
    run("chat", "my licence cannot be linked")
    backed_up = run("backup", file)
    who = identify_user()
    exported = json.loads(run("export", who)[1])
    erased = run("forget", who)
    restored = run("restore", file, "--replace")

    assert exported["ledger"]
    assert backed_up[0] == erased[0] == restored[0] == 0
    assert "rows erased" in erased[1]
    assert not any(json.loads(run("export", who)[1]).values())


def test_a_database_is_not_replaced_by_accident(run: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "backup")
    run("chat", "my licence cannot be linked")
    run("backup", file)
    status, _, errors = run("restore", file)

    assert status != 0
    assert "add --replace" in errors


def test_memory_alone_cannot_be_backed_up(run: Run, tmp_path: Path) -> None:
    status, _, errors = run("backup", str(tmp_path / "backup"), KEYGUIDE_DATABASE=":memory:")

    assert status == 2
    assert "nothing is kept in memory" in errors
