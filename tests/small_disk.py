"""A small disk that really gets full, mounted where the system allows it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class SmallDisk:
    """A disk of a few megabytes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, _program: object = None) -> None:
        """Write to it until not one byte more fits."""
        with (self.path / "filler").open("ab", buffering=0) as filler:
            for size in (65_536, 512, 1):
                try:
                    while filler.write(b"x" * size) == size:
                        pass
                except OSError:
                    continue

    def make_room(self, _program: object = None) -> None:
        (self.path / "filler").unlink()


@contextmanager
def mount_small_disk(path: Path, megabytes: int = 1) -> Iterator[SmallDisk]:
    """Mount a small disk; where that is not allowed, the test is skipped."""
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "keyguide", str(path)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here; what stands in for a full disk is tested instead")
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
