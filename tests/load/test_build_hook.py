"""What the build adds to a wheel: the indexes of the knowledge in it, unless they cannot be trained."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@dataclass
class Interface:
    """A stand-in for the base class of hatchling, which is only there while something is built."""

    root: str
    warnings: list[str] = field(default_factory=list)

    @property
    def app(self) -> Any:
        return SimpleNamespace(display_warning=self.warnings.append)


Build = Callable[[str], tuple[dict[str, str], list[str]]]


@pytest.fixture
def build(tmp_path: Path, folder: Any, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Build from a checkout with the small knowledge; returns what is included, and the warnings."""
    module = ModuleType("hatchling.builders.hooks.plugin.interface")
    module.BuildHookInterface = Interface  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    (tmp_path / "bot").symlink_to(ROOT / "bot", target_is_directory=True)

    def build_(version: str) -> tuple[dict[str, str], list[str]]:
        data: dict[str, Any] = {"force_include": {}}
        one = hook.TrainIndex(str(tmp_path))
        one.initialize(version, data)
        return data["force_include"], one.warnings

    return build_


def list_trained(tmp_path: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (tmp_path / "build" / "index").glob("*.npz")}


def test_an_editable_installation_gets_no_index(build: Build, tmp_path: Path) -> None:
    assert build("editable") == ({}, [])
    assert list_trained(tmp_path) == {}


@pytest.mark.slow
def test_a_wheel_gets_the_indexes_of_its_knowledge(build: Build, tmp_path: Path) -> None:
    assert build("standard") == ({str(tmp_path / "build" / "index"): "keyguide/index"}, [])
    assert len(list_trained(tmp_path)) == 3


@pytest.mark.slow
def test_the_indexes_are_only_trained_again_if_something_changed(
    build: Build, tmp_path: Path, folder: Any
) -> None:
    build("standard")
    before = list_trained(tmp_path)
    build("standard")
    unchanged = list_trained(tmp_path)
    later = max(before.values()) + 1_000_000_000
    os.utime(folder.path / "words.yaml", ns=(later, later))
    build("standard")

    assert unchanged == before
    assert list_trained(tmp_path).keys() == before.keys()
    assert list_trained(tmp_path) != before


@pytest.mark.slow
def test_knowledge_that_cannot_be_trained_on_is_built_without_an_index(build: Build, folder: Any) -> None:
    folder.change("articles/help.yaml", "see: [link-how]", "see: [moon]")

    included, warnings = build("standard")

    assert included == {}
    assert len(warnings) == 1
