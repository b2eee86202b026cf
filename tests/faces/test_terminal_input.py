"""Reading messages: the editor, a keyboard whose output goes elsewhere, and a pipe."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Awaitable, Callable, Iterator

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.base import PipeInput
from prompt_toolkit.output import DummyOutput

from keyguide.faces.terminal_input import make_reader

UP, LEFT, CTRL_C, CTRL_D = "\x1b[A", "\x1b[D", "\x03", "\x04"
PASTE, END_OF_PASTE = "\x1b[200~", "\x1b[201~"
REPORT = "License Status: Notification\nPartial Product Key: 3V66T"

Reader = Callable[[], Awaitable[str | None]]


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield keys


@pytest.fixture
def read(keyboard: PipeInput, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Read what is typed at a keyboard, with the editor."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    return make_reader("> ")


@pytest.mark.parametrize("typed", ["hello\r", "  hello \r", f"helo{LEFT}l\r"])
async def test_a_line_is_a_message(keyboard: PipeInput, read: Reader, typed: str) -> None:
    keyboard.send_text(typed)

    assert await read() == "hello"


async def test_the_last_message_can_be_fetched_again(keyboard: PipeInput, read: Reader) -> None:
    keyboard.send_text("hello\r")
    await read()
    keyboard.send_text(f"{UP} again\r")

    assert await read() == "hello again"


async def test_a_paste_that_the_terminal_marks_is_one_message(keyboard: PipeInput, read: Reader) -> None:
    keyboard.send_text(f"{PASTE}{REPORT}\n{END_OF_PASTE}\r")

    assert await read() == REPORT


async def test_lines_that_come_together_are_one_message(keyboard: PipeInput, read: Reader) -> None:
    keyboard.send_text(REPORT.replace("\n", "\r") + "\r")

    assert await read() == REPORT


async def test_ctrl_d_is_the_end(keyboard: PipeInput, read: Reader) -> None:
    keyboard.send_text(CTRL_D)

    assert await read() is None


async def test_ctrl_c_interrupts(keyboard: PipeInput, read: Reader) -> None:
    keyboard.send_text(f"half a mess{CTRL_C}")

    with pytest.raises(KeyboardInterrupt):
        await read()


async def test_a_pipe_is_a_message_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\n\n two\nthree"))
    read = make_reader("> ")

    assert [await read() for _ in range(5)] == ["one", "", "two", "three", None]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
async def test_where_the_answer_goes_elsewhere_lines_that_wait_are_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keyboard, terminal = os.openpty()
    with os.fdopen(terminal, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        read = make_reader("> ")
        os.write(keyboard, f"{REPORT}\n".encode())
        message = await read()
        os.write(keyboard, CTRL_D.encode())
        end = await read()
    os.close(keyboard)

    assert (message, end) == (REPORT, None)
    assert capsys.readouterr().out == ""
