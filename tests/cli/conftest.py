"""A command as it is typed, run in process on the small knowledge, away from the settings of this machine."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keyguide.__main__ import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def bare(folder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away all settings but those of the small knowledge, and stand in a folder of the test's own."""
    for name in [*os.environ]:
        if name.startswith(("KEYGUIDE_", "DISCORD_TOKEN")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KEYGUIDE_KNOWLEDGE", str(folder.path))
    monkeypatch.setenv("KEYGUIDE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KEYGUIDE_DATABASE", str(tmp_path / "keyguide.db"))
    monkeypatch.setenv("KEYGUIDE_PORT", "0")
    monkeypatch.setenv("KEYGUIDE_VECTORS", "off")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command; returns its exit status, output and errors."""

    def run_(*arguments: str, typed: str = "", **settings: str) -> tuple[int, str, str]:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        raw = io.BytesIO(typed.encode("utf-8", "surrogateescape"))
        raw.name = "<stdin>"  # type: ignore[attr-defined]  # as the real one has
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
        return main(arguments), *capsys.readouterr()

    return run_
