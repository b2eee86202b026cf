"""A disk that really gets full under a running program: people are answered and told, and all is well after.

A small disk is mounted where the system allows it. Where it does not, the only stand-in is a limit on how
long the files of the program may grow (RLIMIT_FSIZE), which the system enforces as it does a full disk.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tests.small_disk import SmallDisk, mount_small_disk

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk as Linux does"),
]

NOTICE = "I cannot remember anything just now"
COMMAND = [sys.executable, "-m", "keyguide", "web"]
FLOW = "go/changed-parts"
PATIENCE = 30.0  # seconds that a program on a busy machine may take


class Disk(Protocol):
    """Where the database is, and what happens there."""

    path: Path

    def fill(self, program: subprocess.Popen[bytes]) -> None: ...
    def make_room(self, program: subprocess.Popen[bytes]) -> None: ...


class LimitedFiles:
    """An ordinary disk, and a program whose files may suddenly grow no more."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, program: subprocess.Popen[bytes]) -> None:
        self._limit(program, "1")

    def make_room(self, program: subprocess.Popen[bytes]) -> None:
        self._limit(program, "unlimited")

    def _limit(self, program: subprocess.Popen[bytes], most: str) -> None:
        subprocess.run(["prlimit", "--pid", str(program.pid), f"--fsize={most}:unlimited"], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with mount_small_disk(tmp_path / "small") as disk:
        yield disk


@pytest.fixture(params=["mounted", "limited"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Disk:
    if request.param == "mounted":
        mounted: SmallDisk = request.getfixturevalue("small_disk")
        return mounted
    if not shutil.which("prlimit"):
        pytest.skip("prlimit is not installed")
    return LimitedFiles(tmp_path)


class Page:
    """A `keyguide web` that runs, and what it told on standard error."""

    def __init__(self, program: subprocess.Popen[bytes], log: Path) -> None:
        self.program = program
        self._log = log

    @property
    def told(self) -> str:
        return self._log.read_text()

    def opens(self) -> None:
        """Wait until it is open, and note its address."""
        wait_until(lambda: "web: http" in self.told or self.program.poll() is not None)
        assert "web: http" in self.told, self.told
        self._url = self.told.rpartition("web: ")[2].split()[0]

    def answers(self, who: str, pick: str) -> Any:
        status, reply = self._ask("api/reply", json.dumps({"who": who, "pick": pick}).encode())
        assert status == 200
        return reply

    def readiness(self) -> tuple[int, str]:
        status, report = self._ask("readyz")
        return status, report["parts"]["memory"]

    def _ask(self, path: str, body: bytes | None = None) -> tuple[int, Any]:
        asked = Request(self._url + path, body, {"Content-Type": "application/json"})  # noqa: S310 -- our own
        try:
            with urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 -- our own server
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.05)


def make_environment(disk: Disk, knowledge: Path, cache: Path) -> dict[str, str]:
    return os.environ | {
        "KEYGUIDE_KNOWLEDGE": str(knowledge), "KEYGUIDE_CACHE": str(cache), "KEYGUIDE_PORT": "0",
        "KEYGUIDE_DATABASE": str(disk.path / "keyguide.db"), "KEYGUIDE_RATE": "0",
    }  # fmt: skip


@contextmanager
def running(disk: Disk, knowledge: Path, cache: Path) -> Iterator[Page]:
    log, environment = knowledge.parent / "log", make_environment(disk, knowledge, cache)
    with log.open("wb") as file, subprocess.Popen(COMMAND, env=environment, stderr=file) as program:
        try:
            page = Page(program, log)
            page.opens()
            yield page
        finally:
            program.kill()


def fill_until_told(disk: Disk, page: Page) -> Any:
    """Fill the disk, and let people ask until the database has no room left in what it had taken before."""
    disk.fill(page.program)
    for number in range(2_000):
        reply = page.answers(f"somebody{number}", FLOW)
        if reply["notice"]:
            return reply
    raise AssertionError("nobody was ever told")


def test_people_are_answered_and_told_and_all_is_well_when_there_is_room(
    disk: Disk, folder: Any, cache: Path
) -> None:
    with running(disk, folder.path, cache) as page:
        page.answers("ann", FLOW)
        before = page.readiness()
        told = fill_until_told(disk, page)
        wait_until(lambda: page.readiness()[0] == 503)
        step = page.answers("ann", "say/changed-parts/part/board")
        full = page.readiness()
        disk.make_room(page.program)
        later = page.answers("ann", "again")
        wait_until(lambda: page.readiness()[0] == 200)
        lines = [line for line in page.told.splitlines() if "keyguide.assistant" in line]
    with running(disk, folder.path, cache) as page:
        remembered = page.answers("ann", "again")

    assert told["kind"] == "step"
    assert told["notice"].startswith(NOTICE)
    assert step["step"] == "changed-parts/who"
    assert step["notice"].startswith(NOTICE)
    assert before == (200, "ok")
    assert full == (503, "not ok")
    assert later["notice"] == ""
    assert [later["step"], remembered["step"]] == ["changed-parts/who"] * 2
    assert len(lines) == 2
    assert "nothing is remembered" in lines[0]
    assert "the store works again" in lines[1]


def test_a_program_that_is_killed_while_the_disk_is_full_starts_and_has_lost_nothing(
    small_disk: SmallDisk, folder: Any, cache: Path
) -> None:
    with running(small_disk, folder.path, cache) as page:
        page.answers("ann", FLOW)
        page.answers("ann", "say/changed-parts/part/board")
        fill_until_told(small_disk, page)
    with running(small_disk, folder.path, cache) as page:
        during = page.answers("ann", "again")
        told = fill_until_told(small_disk, page)
        small_disk.make_room()
        later = page.answers("ann", "again")

    assert [during["step"], later["step"]] == ["changed-parts/who"] * 2
    assert told["notice"].startswith(NOTICE)
    assert later["notice"] == ""


def test_a_disk_that_is_full_at_the_first_start_is_told_in_one_line(
    small_disk: SmallDisk, folder: Any, cache: Path
) -> None:
    small_disk.fill()
    ended = subprocess.run(
        COMMAND,
        env=make_environment(small_disk, folder.path, cache),
        capture_output=True,
        check=False,
        text=True,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"keyguide: {small_disk.path / 'keyguide.db'}: the disk is full")
    assert ended.stderr.count("\n") == 1
