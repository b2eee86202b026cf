"""A PostgreSQL server of its own, whose write-ahead log is on a small disk that gets full."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import pytest
from tests.small_disk import SmallDisk, mount_small_disk

_MEGABYTES = 16  # of segments of one
_SETTINGS = "max_wal_size=1GB", "fsync=off", "listen_addresses=127.0.0.1"  # old segments are never used again


class ServerWithSmallLog:
    """A server that panics once its log cannot grow, and does not come up again until there is room."""

    def __init__(self, programs: Path, folder: Path, owner: str, disk: SmallDisk) -> None:
        """Make a cluster in a folder for the account that may run the programs."""
        self._programs, self._data, self._owner, self._disk = programs, folder / "data", owner, disk
        (disk.path / "log").mkdir()
        for path in (folder, disk.path, disk.path / "log"):
            shutil.chown(path, owner)
        self._run("initdb", "--no-sync", "-A", "trust", "-U", "keyguide", "--wal-segsize=1",
                  f"--waldir={disk.path / 'log'}")  # fmt: skip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"postgresql://keyguide@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        settings = " ".join(f"-c {setting}" for setting in (f"port={self._port}", *_SETTINGS))
        self._run(
            "pg_ctl",
            "-l",
            f"{self._data}.log",
            "-w",
            "-o",
            f"{settings} -c unix_socket_directories=",
            "start",
        )

    def stop(self) -> None:
        with suppress(subprocess.CalledProcessError):  # it has given up by itself
            self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = ["runuser", "-u", self._owner, "--", str(self._programs / program), "-D", str(self._data)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*command, *arguments], check=True, cwd="/", **quiet)

    async def fill(self) -> None:
        """Fill the disk, then write to the log until the server panics."""
        self._disk.fill()
        db = await asyncpg.connect(self.address)
        try:
            for _ in range(10 * _MEGABYTES):
                await db.execute("SELECT pg_logical_emit_message(false, 'fill', repeat('x', 200000))")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            return
        finally:
            db.terminate()
        raise AssertionError("the log never filled the disk")

    async def make_room(self) -> None:
        """Make room, and start the server again, as an operator does if it gave up meanwhile."""
        self._disk.make_room()
        await asyncio.to_thread(self.stop)
        await asyncio.to_thread(self.start)


def find_programs(data: Path) -> Path:
    """Find the programs of the server that has its data in a folder."""
    pid = (data / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    return Path(f"/proc/{pid}/exe").readlink().parent


@contextmanager
def run_with_small_log(server: str, folder: Path) -> Iterator[ServerWithSmallLog]:
    """Run a server in a folder, with the programs and for the account of the one for tests."""
    data = Path(asyncio.run(_find_data(server)))
    if os.getuid() or not data.exists():
        pytest.skip("only root can mount a disk for the server, and only on its machine")
    with mount_small_disk(folder / "disk", _MEGABYTES) as disk:
        started = ServerWithSmallLog(find_programs(data), folder, data.owner(), disk)
        try:
            started.start()
            yield started
        finally:
            started.stop()


async def _find_data(server: str) -> str:
    db = await asyncpg.connect(server)
    try:
        return str(await db.fetchval("SHOW data_directory"))
    finally:
        await db.close()
