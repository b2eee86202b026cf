"""`keyguide doctor` as it is typed: what runs, what is broken, and the exit status of either."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keyguide.__main__ import main

Examine = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def examine(
    folder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Examine:
    """Run the doctor on the small knowledge, with the settings given; returns the status and its lines."""
    for name in [*os.environ]:
        if name.startswith(("KEYGUIDE_", "DISCORD_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KEYGUIDE_KNOWLEDGE", str(folder.path))
    monkeypatch.setenv("KEYGUIDE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KEYGUIDE_DATABASE", str(tmp_path / "keyguide.db"))

    def examine_(**settings: str) -> tuple[int, list[str]]:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return main(["doctor"]), capsys.readouterr().out.splitlines()

    return examine_


def _line(lines: list[str], part: str) -> str:
    return next(line for line in lines if line[5:].startswith(f"{part}: "))


def test_a_sound_installation_is_told_part_by_part(examine: Examine, tmp_path: Path) -> None:
    status, lines = examine()

    assert status == 0
    assert [line[:3] for line in lines] == ["ok "] * 7
    assert f"{tmp_path / 'keyguide.db'} is writable" in _line(lines, "memory")
    assert "No problems." in _line(lines, "knowledge")


def test_vectors_that_are_not_there_are_told_and_are_no_fault(examine: Examine) -> None:
    status, lines = examine()

    assert status == 0
    assert "no sentence vectors" in _line(lines, "sentence vectors")


def test_a_model_folder_that_was_named_and_holds_none_is_a_fault(examine: Examine, tmp_path: Path) -> None:
    status, lines = examine(KEYGUIDE_VECTORS=str(tmp_path))

    assert status == 1
    assert _line(lines, "sentence vectors").startswith("BAD")


def test_knowledge_that_breaks_a_rule_is_counted(examine: Examine, folder: Any) -> None:
    folder.change("flows/is-it-linked.yaml", "title: Is my", "tittle: Is my")

    status, lines = examine()

    assert status == 1
    assert "see keyguide check" in _line(lines, "knowledge")


def test_a_knowledge_folder_that_is_not_there_is_told(examine: Examine, tmp_path: Path) -> None:
    status, lines = examine(KEYGUIDE_KNOWLEDGE=str(tmp_path / "nowhere"))

    assert status == 1
    assert "there is no such knowledge folder" in _line(lines, "knowledge")


def test_a_memory_that_cannot_be_opened_is_told(examine: Examine, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database" * 100, encoding="utf-8")

    status, lines = examine(KEYGUIDE_DATABASE=str(tmp_path / "text.db"))

    assert status == 1
    assert _line(lines, "memory").startswith("BAD")


def test_a_token_is_known_and_never_shown(examine: Examine) -> None:
    _, lines = examine(DISCORD_TOKEN="top-secret")

    assert _line(lines, "Discord").endswith("a token is set")
    assert "top-secret" not in "\n".join(lines)
