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

from keyguide.core.knowledge.folder_content import build_all_training_data
from keyguide.load.folder import read_folder
from keyguide.load.sentences.example_vectors import FILE_NAME, dump_vectors, list_texts
from keyguide.load.sentences.open_vectors import open_vectors

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
    monkeypatch.setenv("KEYGUIDE_CACHE", str(tmp_path / "cache"))
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


@pytest.mark.slow
def test_with_a_model_a_wheel_gets_the_indexes_with_vectors_too(
    build: Build, tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYGUIDE_VECTORS", str(model))

    assert build("standard")[1] == []
    assert len(list_trained(tmp_path)) == 3 * 2


@pytest.fixture
def known(folder: Any, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the vectors of all examples in the folder, and have no model."""
    vectors = open_vectors(str(model), tmp_path)
    assert vectors.embed is not None
    texts = list_texts(build_all_training_data(read_folder(folder.path).files))
    content = dump_vectors(texts, vectors.embed, vectors.fingerprint)
    (folder.path / FILE_NAME).write_bytes(content)
    monkeypatch.setenv("KEYGUIDE_VECTORS", "auto")


@pytest.mark.slow
@pytest.mark.usefixtures("known")
def test_kept_vectors_do_for_a_wheel_where_there_is_no_model(build: Build, tmp_path: Path) -> None:
    assert build("standard")[1] == []
    assert len(list_trained(tmp_path)) == 3 * 2


@pytest.mark.slow
@pytest.mark.usefixtures("known")
def test_where_some_vectors_are_missing_a_wheel_has_none_and_a_warning_says_so(
    build: Build, tmp_path: Path, folder: Any
) -> None:
    folder.change(
        "asks/help.yaml", "- i posted my key by mistake", "- i posted my key\n    - everybody saw my key"
    )

    assert len(build("standard")[1]) == 1
    assert len(list_trained(tmp_path)) == 3
