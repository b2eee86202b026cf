"""`keyguide chat` in a real terminal: what a person pastes, and how it ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no such terminals", allow_module_level=True)

pytestmark = pytest.mark.slow

CTRL_C, CTRL_D, ENTER = "\x03", "\x04", "\r"
PROMPT = "\x1b[?2004h"  # from now on the terminal marks what is pasted
PASTE, END_OF_PASTE = "\x1b[200~", "\x1b[201~"
REPORT = """\
Name: Windows(R), Professional edition
Description: Windows(R) Operating System, OEM_DM channel
Partial Product Key: 3V66T
License Status: Notification
Trusted time: 11/20/2026 10:00:00 AM
"""


class Terminal:
    """A program in a terminal of its own, and all that it has shown."""

    def __init__(self, *arguments: str, **variables: str) -> None:
        self._screen, inside = os.openpty()
        self.shown = ""
        self._program = subprocess.Popen(
            [sys.executable, "-m", "keyguide", *arguments],
            env=os.environ | {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"} | variables,
            preexec_fn=lambda: _own_terminal(inside),  # noqa: PLW1509 -- so that Ctrl-C reaches it
        )
        os.close(inside)

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    def wait_for(self, text: str, count: int = 1) -> None:
        """Read what is shown until it holds a text so many times."""
        while self.shown.count(text) < count:
            if not self._read():
                pytest.fail(f"{text!r} was not shown; this was:\n{self.shown}")

    def wait(self) -> int:
        """Read the rest and return the exit status."""
        while self._read():
            pass
        return self._program.wait(60)

    def _read(self) -> bool:
        if not select.select([self._screen], [], [], 60)[0]:
            return False
        try:
            data = os.read(self._screen, 10_000)
        except OSError:  # nobody has the terminal open any more
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)

    def close(self) -> None:
        self._program.kill()
        self._program.wait()
        os.close(self._screen)


def _own_terminal(inside: int) -> None:
    os.login_tty(inside)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell ignores it in what it starts in the background


@pytest.fixture
def start() -> Iterator[Callable[..., Terminal]]:
    terminals: list[Terminal] = []

    def start_(*arguments: str, **variables: str) -> Terminal:
        terminals.append(Terminal(*arguments, **variables))
        return terminals[-1]

    yield start_
    for terminal in terminals:
        terminal.close()


Start = Callable[..., Terminal]


@pytest.mark.parametrize(
    "pasted",
    [f"{PASTE}{REPORT}{END_OF_PASTE}{ENTER}", REPORT.replace("\n", ENTER)],
    ids=["marked by the terminal", "not marked"],
)
def test_a_pasted_report_is_one_message(start: Start, pasted: str) -> None:
    terminal = start("chat")
    terminal.wait_for(PROMPT)
    terminal.type(pasted)
    terminal.wait_for("╭", 2)
    terminal.wait_for(PROMPT, 2)
    terminal.type(CTRL_D)

    assert terminal.wait() == 0
    assert terminal.shown.count("╭") == 2  # the menu, and one answer
    assert "Good luck!" in terminal.shown


def test_ctrl_c_ends_the_wait_for_a_message(start: Start) -> None:
    terminal = start("chat")
    terminal.wait_for(PROMPT)
    terminal.type(f"half a mess{CTRL_C}")

    assert terminal.wait() == 130
    assert "Traceback" not in terminal.shown


@pytest.mark.parametrize("command", ["chat", "learn"])
def test_ctrl_c_ends_learning(start: Start, real_folder: Path, command: str) -> None:
    terminal = start(command, "-v", KEYGUIDE_KNOWLEDGE=str(real_folder))
    terminal.wait_for("training" if command == "chat" else "the knowledge folder is")
    terminal.type(CTRL_C)

    assert terminal.wait() == 130
    assert "Traceback" not in terminal.shown


def test_ctrl_c_ends_the_wait_for_a_pipe() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "keyguide", "chat"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as program:  # fmt: skip
        assert program.stdout is not None
        assert program.stderr is not None
        while "Ask a human" not in program.stdout.readline():  # the last option of the menu
            pass
        program.send_signal(signal.SIGINT)
        status, err = program.wait(60), program.stderr.read()

    assert (status, err) == (130, "")
