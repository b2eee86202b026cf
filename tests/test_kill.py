"""A conversation survives kill -9: a real `keyguide chat`, killed in mid-flow, goes on where it was."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL"),
]

PATIENCE = 60.0  # seconds that a program on a busy machine may take to answer


class Chat:
    """A `keyguide chat` in a pipe that stays open."""

    def __init__(self, settings: dict[str, str]) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "keyguide", "chat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | settings,
        )
        self._said = b""

    def says(self, line: str) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(f"{line}\n".encode())
        self._program.stdin.flush()

    def waits_for(self, words: str) -> str:
        """Read until these words were said, and return everything said up to there."""
        assert self._program.stdout is not None
        until = time.monotonic() + PATIENCE
        while words.encode() not in self._said:
            ready, _, _ = select.select([self._program.stdout], [], [], max(0.0, until - time.monotonic()))
            more = os.read(self._program.stdout.fileno(), 65536) if ready else b""
            assert more, f"it never said {words!r}, but {self._said.decode()!r} {self._errors()!r}"
            self._said += more
        before, _, self._said = self._said.partition(words.encode())
        return before.decode() + words

    def _errors(self) -> bytes:
        assert self._program.stderr is not None
        self._program.kill()
        return self._program.stderr.read()

    def killed(self) -> int:
        """Kill it as the system would, with no chance to tidy up; return how it ended."""
        self._program.send_signal(signal.SIGKILL)
        status = self._program.wait(PATIENCE)
        self.close()
        return status

    def close(self) -> None:
        self._program.kill()
        self._program.wait()
        for pipe in (self._program.stdin, self._program.stdout, self._program.stderr):
            assert pipe is not None
            with closing(pipe):
                pass


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, folder: Any, tmp_path: Path, cache: Path) -> dict[str, str]:
    """What the program is started with: the small knowledge, and a memory that outlives it."""
    database = (
        str(tmp_path / "keyguide.db") if request.param == "sqlite" else request.getfixturevalue("postgres")
    )
    return {
        "KEYGUIDE_KNOWLEDGE": str(folder.path),
        "KEYGUIDE_CACHE": str(cache),
        "KEYGUIDE_DATABASE": database,
    }


def test_a_conversation_killed_in_the_middle_of_a_flow_goes_on_where_it_was(settings: dict[str, str]) -> None:
    first = Chat(settings)
    first.waits_for("How can I help")
    first.says("walk me through checking the link")
    first.waits_for("What does the Activation page say?")
    first.says("digital licence only")
    first.waits_for("Are you signed in with a Microsoft account?")
    status = first.killed()

    second = Chat(settings)
    opening = second.waits_for("Are you signed in with a Microsoft account?")
    second.says("back")
    earlier = second.waits_for("What does the Activation page say?")
    second.says("2")
    second.waits_for("Are you signed in with a Microsoft account?")
    second.says("yes")
    end = second.waits_for("## Link your licence")
    second.close()

    assert status == -signal.SIGKILL
    assert "Question 2 of at most 2" in opening
    assert "Question 1 of at most 2" in earlier
    assert "Question" not in end


def test_killed_again_and_again_it_forgets_nothing(settings: dict[str, str]) -> None:
    for says, asks in (
        ("menu", "How can I help"),
        ("1", "What did you change?"),
        ("the mainboard", "Who changed it?"),
        ("it was another part", "What did you change?"),
        ("the drive", "What does the Activation page say?"),
        ("2", "Are you signed in with a Microsoft account?"),
    ):
        chat = Chat(settings)
        chat.waits_for("Ask a human\n")
        chat.says(says)
        chat.waits_for(asks)
        chat.killed()

    last = Chat(settings)
    said = last.waits_for("Are you signed in with a Microsoft account?")
    last.close()

    assert "Question 2 of at most 2" in said
