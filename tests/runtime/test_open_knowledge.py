"""How a program comes by its knowledge: what is new is learnt by another process."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from keyguide.load import knowledge as module
from keyguide.runtime.open_knowledge import open_configured_knowledge, train_knowledge
from keyguide.runtime.settings import Settings, read_settings


@pytest.fixture
def settings(folder: Any, tmp_path: Path) -> Settings:
    return read_settings(
        {
            "KEYGUIDE_KNOWLEDGE": str(folder.path),
            "KEYGUIDE_CACHE": str(tmp_path / "cache"),
            "KEYGUIDE_VECTORS": "off",
        }
    )


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the few examples of the small knowledge count as many."""
    monkeypatch.setattr(module, "_MANY_EXAMPLES", 0)


def _never(*_: object) -> None:
    raise AssertionError("this was not to be called")


@pytest.mark.slow
@pytest.mark.usefixtures("many")
def test_what_is_new_is_learnt_by_another_process(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "train_index", _never)  # in this process

    served = open_configured_knowledge(settings)

    assert served.finder.find("how do i link my licence").top == "link-how"


@pytest.mark.slow
@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("seen", [True, False], ids=["a terminal", "a program"])
def test_somebody_who_waits_is_told_why(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, seen: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: seen)

    open_configured_knowledge(settings)

    assert ("training" in capsys.readouterr().err) is seen


@pytest.mark.usefixtures("many")
def test_where_the_other_process_cannot_it_learns_itself(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "false")

    served = open_configured_knowledge(settings)

    assert served.finder.find("how do i link my licence").top == "link-how"


@pytest.mark.usefixtures("many")
def test_what_was_learnt_before_needs_no_other_process(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = train_knowledge(settings)
    monkeypatch.setattr("keyguide.runtime.open_knowledge.subprocess.run", _never)

    assert open_configured_knowledge(settings).version == before.version


def test_a_few_examples_are_learnt_on_the_spot(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyguide.runtime.open_knowledge.subprocess.run", _never)

    served = open_configured_knowledge(settings)

    assert served.finder.find("how do i link my licence").top == "link-how"
