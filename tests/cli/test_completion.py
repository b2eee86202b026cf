"""Completion: the script that a shell reads, and what the program answers it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from keyguide.cli.program import COMPLETION_VARIABLE

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_printed_for_each_shell(run: Run, shell: str) -> None:
    status, out, err = run("completion", shell)

    assert (status, err) == (0, "")
    assert f"{COMPLETION_VARIABLE}={shell}_complete" in out


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("keyguide che", ["plain,check"]),
        ("keyguide com", ["plain,completion"]),
        ("keyguide --ver", ["plain,--verbose", "plain,--version"]),
        ("keyguide web --p", ["plain,--port"]),
        ("keyguide ask --js", ["plain,--json"]),
        ("keyguide schema fl", ["plain,flow"]),
        ("keyguide score pra", ["file,pra"]),
        ("keyguide chta --js", []),
    ],
)
def test_commands_options_and_choices_are_completed(run: Run, typed: str, offered: list[str]) -> None:
    place = str(len(typed.split()) - 1)

    status, out, _ = run(**{COMPLETION_VARIABLE: "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": place})

    assert status == 0
    assert out.split() == offered


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_bash_completes_with_the_script(run: Run, tmp_path: Path) -> None:
    (tmp_path / "keyguide").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m keyguide "$@"\n')
    (tmp_path / "keyguide").chmod(0o755)
    asks = "COMP_WORDS=(keyguide dra); COMP_CWORD=1; _keyguide_completion keyguide; echo ${COMPREPLY[*]}"
    script = f"{run('completion', 'bash')[1]}\n{asks}\n"
    variables = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}

    ended = subprocess.run(["bash", "-c", script], env=variables, capture_output=True, check=True, text=True)

    assert ended.stdout == "draw\n"
