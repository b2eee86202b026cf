"""The web command as an operator meets it: what it says, how it ends, and what keeps it from opening."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from keyguide.__main__ import main
from keyguide.runtime.configuration.settings import read_settings

Running = Callable[..., Any]


@pytest.fixture
def running(folder: Any, tmp_path: Path) -> Running:
    """Run a command as a process of its own, with the small knowledge."""
    own = {
        "KEYGUIDE_KNOWLEDGE": str(folder.path),
        "KEYGUIDE_CACHE": str(tmp_path / "cache"),
        "KEYGUIDE_DATABASE": str(tmp_path / "keyguide.db"),
    }

    @contextmanager
    def make(command: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "keyguide", command],
            env=os.environ | own | variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        with process:
            try:
                yield process
            finally:
                process.kill()

    return make


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("command", ["web", "run"])
def test_the_page_opens_answers_and_ends_in_order(running: Running, command: str) -> None:
    with running(command, KEYGUIDE_PORT="0", DISCORD_TOKEN="") as process:
        lines = [process.stderr.readline() for _ in range(1 if command == "web" else 2)]
        where = next(line for line in lines if line.startswith("web: ")).split()[1]
        with urlopen(f"{where}readyz") as response:  # noqa: S310 -- our own server
            status = response.status
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 0
        assert status == 200


@pytest.mark.slow
def test_a_port_that_is_taken_is_one_line_and_exit_status_one(running: Running) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with running("web", KEYGUIDE_PORT=port) as process:
            told = process.stderr.read()

            assert process.wait(20) == 1
            assert told.startswith(f"web is not open: 127.0.0.1:{port} is taken by another program")
            assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KEYGUIDE_PORT", "http"),
        ("KEYGUIDE_PORT", "65536"),
        ("KEYGUIDE_PORT", "-1"),
        ("KEYGUIDE_RATE", "many"),
        ("KEYGUIDE_EMBED", "community.example"),
        ("KEYGUIDE_EMBED", "https://community.example/path"),
        ("KEYGUIDE_EMBED", "https://a.example; script-src *"),
        ("KEYGUIDE_PROXY", "maybe"),
    ],
)
def test_a_wrong_setting_is_one_line_and_exit_status_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    status = main(["web"])
    told = capsys.readouterr().err

    assert status == 2
    assert told.startswith(f"keyguide: {variable}: ")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    "value", ["https://a.example", "https://a.example http://[::1]:8000, https://b.example"]
)
def test_sites_that_may_frame_the_page_are_listed(value: str) -> None:
    assert read_settings({"KEYGUIDE_EMBED": value}).embed == tuple(value.replace(",", "").split())


def test_the_settings_of_the_page_are_read() -> None:
    named = {"HOST": "0.0.0.0", "PORT": "0", "RATE": "5", "PROXY": "on"}  # noqa: S104 -- not opened
    settings = read_settings({f"KEYGUIDE_{name}": value for name, value in named.items()})

    assert (settings.host, settings.port, settings.rate, settings.proxy) == ("0.0.0.0", 0, 5, True)  # noqa: S104
