"""How a program opens its knowledge: another process trains its indexes, and ends when it is told to."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from io import StringIO
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from keyguide.core.finding.normalise import build_vocabulary
from keyguide.core.knowledge.folder_content import build_all_training_data, collect_vocabulary
from keyguide.errors import KnowledgeError
from keyguide.load import open_indexes
from keyguide.load.folder import FolderContents
from keyguide.load.sentences import open_vectors as vectors_module
from keyguide.load.sentences.word_vectors import EXAMPLES_FILE, WORDS_FILE, dump_word_vectors
from keyguide.runtime import open_knowledge as module
from keyguide.runtime.configuration.settings import Settings, read_settings
from keyguide.runtime.open_knowledge import (
    open_configured_knowledge,
    open_configured_vectors,
    open_in_thread,
    show_progress,
)


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
    monkeypatch.setattr(module, "_FEW_EXAMPLES", 0)


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Makes a process that never ends train; returns the file that it writes its id to."""
    program, file = tmp_path / "endless", tmp_path / "pid"
    program.write_text(f"#!/bin/sh\necho $$ > {file}.draft\nmv {file}.draft {file}\nexec sleep 3600\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    return file


def wait_for(file: Path) -> None:
    while not file.exists():
        time.sleep(0.01)


def has_ended(file: Path) -> bool:
    try:
        os.kill(int(file.read_text()), 0)
    except ProcessLookupError:
        return True
    return False


def _never(*_: object) -> None:
    raise AssertionError("this was not to be called")


unix_only = pytest.mark.skipif(
    sys.platform == "win32", reason="the program that never ends is a shell script"
)


@pytest.mark.slow
@pytest.mark.usefixtures("many")
def test_another_process_trains(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_indexes, "train_index", _never)  # in this process

    knowledge = open_configured_knowledge(settings)

    assert knowledge.finder.find("how do i link my licence").top == "link-how"


@pytest.mark.slow
@pytest.mark.usefixtures("many")
def test_another_process_trains_with_the_word_vectors_of_the_folder(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["how do i link my licence", "where is my key"]
    words, examples = dump_word_vectors(texts, build_vocabulary({}), np.eye(2, dtype=np.float32))
    (settings.knowledge / WORDS_FILE).write_bytes(words)
    (settings.knowledge / EXAMPLES_FILE).write_bytes(examples)
    monkeypatch.setattr(open_indexes, "train_index", _never)  # in this process

    finder = open_configured_knowledge(settings).finder

    assert finder.index.mean.any()
    assert finder.find("how do i link my licence").top == "link-how"


@pytest.mark.usefixtures("many")
def test_if_the_other_process_fails_this_one_trains(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "false")

    knowledge = open_configured_knowledge(settings)

    assert knowledge.finder.find("how do i link my licence").top == "link-how"


def test_kept_indexes_need_no_other_process(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = open_configured_knowledge(settings)
    monkeypatch.setattr(module, "_train", _never)

    assert open_configured_knowledge(settings).version == before.version


def test_this_process_trains_on_few_examples(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", _never)

    knowledge = open_configured_knowledge(settings)

    assert knowledge.finder.find("how do i link my licence").top == "link-how"


@unix_only
@pytest.mark.usefixtures("many")
def test_told_to_stop_it_ends_the_other_process_and_does_not_train(
    settings: Settings, endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_indexes, "train_index", _never)
    stop = Event()

    def stop_once_it_runs() -> None:
        wait_for(endless)
        stop.set()

    Thread(target=stop_once_it_runs, daemon=True).start()
    with pytest.raises(KnowledgeError, match="stopped"):
        open_configured_knowledge(settings, stop)

    assert has_ended(endless)


@unix_only
@pytest.mark.usefixtures("many")
async def test_a_cancelled_task_ends_the_other_process(settings: Settings, endless: Path) -> None:
    opening = asyncio.create_task(open_in_thread(settings))
    await asyncio.to_thread(wait_for, endless)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await asyncio.get_running_loop().shutdown_default_executor()

    assert has_ended(endless)


@unix_only
@pytest.mark.usefixtures("many")
def test_ctrl_c_ends_the_other_process(settings: Settings, endless: Path) -> None:
    class InterruptOnceItRuns(Event):
        def wait(self, timeout: float | None = None) -> bool:
            wait_for(endless)
            os.kill(os.getpid(), signal.SIGINT)
            return super().wait(timeout)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            open_configured_knowledge(settings, InterruptOnceItRuns())
    finally:
        signal.signal(signal.SIGINT, before)

    assert has_ended(endless)


@pytest.mark.slow
def test_the_other_process_ends_with_this_one(real_contents: FolderContents, tmp_path: Path) -> None:
    files = real_contents.files
    order = pickle.dumps(
        (build_all_training_data(files), collect_vocabulary(files), "off", tmp_path, tmp_path)
    )
    with subprocess.Popen(
        [sys.executable, "-m", module.__name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(order)
        process.stdin.close()  # as the system does when this process is killed
        output = process.stdout.read()

    assert (process.returncode, output) == (1, b"")


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, 200], ids=["nothing", "a part"])
def test_the_other_process_ends_without_a_word_if_this_one_ended_while_it_wrote(part: int) -> None:
    order = pickle.dumps((["an example"] * 1_000, "vocabulary", "off"))[:part]
    ended = subprocess.run(
        [sys.executable, "-m", module.__name__], input=order, capture_output=True, check=False
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (1, b"", b"")


@pytest.mark.parametrize("seen", [True, False], ids=["a terminal", "a file"])
def test_progress_is_shown_on_a_terminal(*, seen: bool) -> None:
    screen = StringIO()

    with show_progress(Console(file=screen, force_terminal=seen), "training") as report:
        report(0.5)

    assert ("keyguide: training" in screen.getvalue()) is seen


def test_without_a_report_no_progress_is_shown() -> None:
    screen = StringIO()

    with show_progress(Console(file=screen, force_terminal=True), "training"):
        pass

    assert screen.getvalue() == ""


@pytest.mark.parametrize("is_stopped", [True, False])
def test_told_to_stop_it_fetches_no_model(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, *, is_stopped: bool
) -> None:
    def fetch(_folder: Path, report: Callable[[float], None]) -> None:
        report(0.5)
        raise ConnectionError("nobody there")

    pytest.importorskip("safetensors", reason="the extra `semantic` is not installed")
    monkeypatch.setattr(vectors_module, "fetch_model", fetch)
    stop = Event()
    if is_stopped:
        stop.set()

    with pytest.raises(KnowledgeError, match="stopped") if is_stopped else nullcontext():
        vectors = open_configured_vectors(replace(settings, vectors="auto"), stop)
        assert "nobody there" in vectors.description
