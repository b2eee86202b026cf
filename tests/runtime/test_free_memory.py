"""Free memory goes back to the system, also where small pieces that stay lie between what is free."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from keyguide.runtime import free_memory
from keyguide.runtime.free_memory import give_memory_back, trim

COUNT, LARGE, SMALL = 4_000, 20_000, 600  # bytes; Python itself keeps pieces of up to 512
MEBIBYTE = 1 << 20


def read_memory() -> float:
    """Read the resident memory of this process in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="glibc keeps what is free")
def test_what_lies_free_between_small_pieces_is_given_back() -> None:
    pieces = [(bytearray(LARGE), bytearray(SMALL)) for _ in range(COUNT)]
    kept = [small for _, small in pieces]
    del pieces
    before = read_memory()
    trim()

    assert read_memory() < before - COUNT * LARGE / MEBIBYTE / 2
    assert len(kept) == COUNT


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_memory, "_trim", None)

    trim()


async def test_it_is_done_again_and_again_while_the_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    done, thrice = [], asyncio.Event()

    def note(pad: int) -> int:
        done.append(pad)
        if len(done) == 3:
            thrice.set()
        return 1

    monkeypatch.setattr(free_memory, "_SECONDS", 0.0)
    monkeypatch.setattr(free_memory, "_trim", note)
    async with give_memory_back():
        await asyncio.wait_for(thrice.wait(), 10)
    count = len(done)
    await asyncio.sleep(0)

    assert len(done) == count
