"""The entry point: exit statuses, and one clear line where something was asked wrongly."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keyguide import __main__ as entry
from keyguide.cli import options
from keyguide.cli.program import COMMANDS, GROUPS

Run = Callable[..., tuple[int, str, str]]


# what was asked wrongly


@pytest.mark.parametrize(
    ("arguments", "told", "command"),
    [
        (["drwa", "x"], "No such command 'drwa'. Did you mean 'draw'?", "keyguide"),
        (["xyzzy"], "No such command 'xyzzy'.", "keyguide"),
        (["--knowlege", "a", "ask"], "No such option '--knowlege'. Did you mean '--knowledge'?", "keyguide"),
        (["ask", "--jsn", "x"], "No such option '--jsn'. Did you mean '--json'?", "keyguide ask"),
        (["web", "--prt", "9000"], "No such option '--prt'. Did you mean '--port'?", "keyguide web"),
        (["check", "a", "b"], "Got unexpected extra argument (b)", "keyguide check"),
        (["ask", "--batch"], "Option '--batch' requires an argument.", "keyguide ask"),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'.", "keyguide completion"),
    ],
)
def test_what_was_typed_wrongly_is_answered_with_the_usage_of_its_command(
    run: Run, arguments: list[str], told: str, command: str
) -> None:
    status, out, err = run(*arguments)
    wrong, usage, hint = err.splitlines()

    assert (status, out) == (2, "")
    assert wrong.startswith("keyguide: ")
    assert wrong.endswith(told)
    assert usage.startswith(f"Usage: {command} [OPTIONS]")
    assert hint == f"See {command} --help."


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "--batch", "moon"],
        ["score", "moon"],
        ["import", "moon"],
        ["check", "moon"],
        ["ask", "--knowledge", "moon", "hello"],
    ],
    ids=" ".join,
)
def test_a_file_that_is_not_there_is_asked_wrongly_everywhere(run: Run, arguments: list[str]) -> None:
    status, out, err = run(*arguments)

    assert (status, out) == (2, "")
    assert "moon" in err
    assert "Traceback" not in err


def test_an_unknown_setting_is_one_clear_line(run: Run) -> None:
    status, out, err = run("ask", "hello", KEYGUIDE_DATABSE="x")

    assert (status, out) == (2, "")
    assert err == "keyguide: KEYGUIDE_DATABSE: there is no such setting; did you mean KEYGUIDE_DATABASE?\n"


def test_all_wrong_settings_are_told_a_line_each(run: Run) -> None:
    status, _, err = run("ask", "hello", KEYGUIDE_LOG="loud", KEYGUIDE_LOG_FORMAT="xml")

    assert (status, len(err.splitlines())) == (2, 2)


def test_knowledge_that_is_not_there_is_one_clear_line(run: Run) -> None:
    status, _, err = run("ask", "hello", KEYGUIDE_KNOWLEDGE="/moon")

    assert (status, err) == (2, "keyguide: /moon: there is no such knowledge folder\n")


# help


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_worth_reading(run: Run, command: str) -> None:
    status, out, err = run(command, "--help")

    assert (status, err) == (0, "")
    assert out.startswith(f"Usage: keyguide {command} [OPTIONS]")
    assert len(out.split()) > 20
    assert "--knowledge FOLDER" in out
    assert "-v, --verbose" in out


def test_the_help_lists_every_command_in_its_group(run: Run) -> None:
    status, out, _ = run("--help")
    places = [out.index(f"\n{title}:\n") for title in GROUPS]

    assert status == 0
    assert places == sorted(places)
    assert all(f"\n  {name} " in out and entry.line in out for name, entry in COMMANDS.items())


def test_the_help_imports_no_command() -> None:
    code = "import sys; from keyguide.__main__ import main; main(['--help']); print('numpy' in sys.modules)"

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert ended.stdout.splitlines()[-1] == "False"


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    status, out, _ = run()

    assert (status, out.startswith("Usage: keyguide")) == (2, True)


def test_the_version_is_told(run: Run) -> None:
    status, out, _ = run("--version")

    assert (status, out.startswith("keyguide ")) == (0, True)


# ends


def test_an_interrupt_is_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_variables: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(options, "read_settings", interrupted)

    assert run("check") == (130, "", "")


def test_after_an_interrupt_the_prompt_of_the_shell_has_a_line_of_its_own(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_variables: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(options, "read_settings", interrupted)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    assert run("check") == (130, "", "\n")


def test_a_closed_pipe_is_no_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_variables: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(options, "read_settings", closed)
    monkeypatch.setattr(entry.os, "dup2", lambda *_: None)

    status, _, err = run("check")

    assert (status, err) == (0, "")


def test_a_stream_that_is_no_file_is_left_as_it_is(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())

    assert run("schema", "flow")[0] == 0


# as a process


def process(
    *arguments: str, typed: bytes = b"", folder: Path, **settings: str
) -> subprocess.CompletedProcess[bytes]:
    kept = {
        "KEYGUIDE_KNOWLEDGE": str(folder),
        "KEYGUIDE_CACHE": str(folder / "cache"),
        "KEYGUIDE_DATABASE": ":memory:",
    }
    return subprocess.run(
        [sys.executable, "-m", "keyguide", *arguments],
        input=typed, capture_output=True, check=False, timeout=120, env=os.environ | kept | settings,
    )  # fmt: skip


@pytest.mark.slow
def test_the_program_talks_in_a_pipe(folder: Any) -> None:
    ended = process("chat", typed=b"0xC004F211\n\xff\n", folder=folder.path)

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"The hardware has changed" in ended.stdout


@pytest.mark.slow
def test_a_terminal_that_knows_no_unicode_gets_question_marks(folder: Any) -> None:
    folder.change("articles/linking.yaml", "title: Link your licence", "title: Link → your licence")

    ended = process("ask", "how do i link my licence", folder=folder.path, PYTHONIOENCODING="ascii")

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"## Link ? your licence" in ended.stdout


@pytest.mark.slow
def test_a_reader_that_leaves_early_sees_no_traceback(folder: Any, tmp_path: Path) -> None:
    lines = "".join('{"q": "0xC004F211"}\n' for _ in range(3_000))
    (tmp_path / "many.jsonl").write_text(lines, encoding="utf-8")
    own = os.environ | {"KEYGUIDE_KNOWLEDGE": str(folder.path), "KEYGUIDE_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "keyguide", "ask", "--batch", str(tmp_path / "many.jsonl")]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=own) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        err = program.stderr.read()

    assert (program.returncode, err) == (0, b"")


def test_importing_the_package_does_nothing() -> None:
    code = "import sys, keyguide; print([name for name in sys.modules if name.startswith('keyguide')])"

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert ended.stdout == "['keyguide']\n"
