"""Measures how well pictures of Windows' screens are read: `task bench-vision`.

It draws over 300 pictures with headless Chromium, reads all of them as the worker does, and some of them by
real workers for the time and the memory. `python benchmarks/vision.py 5` takes every fifth picture only.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import sys
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from playwright.sync_api import sync_playwright
from screens import CHROMIUM, SHAPES, Case, draw, list_cases

from keyguide.core.evidence.screenshot import read_screens
from keyguide.core.model.screenshot import ScreenLine, ScreenReading
from keyguide.load.folder import read_folder
from keyguide.runtime.configuration.settings import find_packaged_knowledge
from keyguide.vision.reader import PictureReader
from keyguide.vision.unread_picture import UnreadablePictureError
from keyguide.vision.worker import decode, open_engine, read_lines

FILES = read_folder(find_packaged_knowledge()).files
KNOWN = {error.code for error in FILES.errors.codes}
PUBLIC = {public.key.replace("-", ""): public.edition for public in FILES.recognition.public_keys}
STRANGE = ["0x8007232A", "0xC004F0F9", "0x80041234", "0xC004E0AB", "0x8A15005E", "0x80070BC9"]
TIMED = 24  # pictures that are read by real workers
_engine: Any = None


@dataclass(frozen=True, slots=True)
class Result:
    """What was read of a case."""

    case: Case
    reading: ScreenReading


def read_case(job: tuple[Case, bytes]) -> Result:
    """Read one picture in this process."""
    global _engine  # noqa: PLW0603 -- opened once in each process
    _engine = _engine or open_engine()
    case, content = job
    screen = tuple(ScreenLine(**line) for line in read_lines(_engine, decode(content)))  # type: ignore[arg-type]
    return Result(case, read_screens([screen], FILES.recognition.states, KNOWN, PUBLIC))


def draw_all(every: int) -> list[tuple[Case, bytes]]:
    """Draw every so many cases."""
    codes = [*sorted(KNOWN)[:: max(1, len(KNOWN) // 40)], *STRANGE]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        return [(case, draw(browser, case)) for case in list_cases(codes)[::every]]


def is_wrong_code(result: Result) -> bool:
    """Check whether a known code was read that is not in the picture."""
    return any(code != result.case.code and code in KNOWN for code in result.reading.codes)


def print_table(results: list[Result]) -> None:
    print("| shape | pictures | codes exact | states exact | wrong known codes | keys caught |")
    print("|---|---|---|---|---|---|")
    groups = defaultdict(list)
    for result in results:
        groups[result.case.shape].append(result)
    for shape in (*SHAPES, "all"):
        group = results if shape == "all" else groups[shape]
        coded, stated = [r for r in group if r.case.code], [r for r in group if r.case.state]
        keys = [r for r in group if r.case.secret]
        exact = sum(r.reading.codes == (r.case.code,) for r in coded)
        right = sum(r.reading.state == r.case.state for r in stated)
        wrong, caught = sum(map(is_wrong_code, group)), sum(r.reading.secret for r in keys)
        print(
            f"| {shape} | {len(group)} | {exact} of {len(coded)} | {right} of {len(stated)} | {wrong} "
            f"| {caught} of {len(keys)} |"
        )


def print_miss(result: Result) -> None:
    """Print what was read of a picture if anything of it is not as it should be."""
    case, reading = result.case, result.reading
    is_right = (
        (not case.code or reading.codes == (case.code,))
        and (not case.state or reading.state == case.state)
        and reading.secret == case.secret
    )
    if not is_right:
        print(f"{case.name}: {reading.state or '-'} {reading.codes} {reading.doubtful} {reading.secret}")
        print("    " + " / ".join(reading.text.splitlines())[:400], flush=True)


async def time_workers(jobs: list[tuple[Case, bytes]]) -> None:
    """Read some pictures by real workers, one after the other."""
    reader, seconds, busy = PictureReader(), [], []
    for _, content in jobs[:: max(1, len(jobs) // TIMED)]:
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        with suppress(UnreadablePictureError):  # too slow, if the machine is busy
            await reader.read(content)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(time.perf_counter() - start)
        busy.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(
        f"\nA worker for each of {len(seconds)} pictures: median {statistics.median(seconds):.1f} s, longest "
        f"{max(seconds):.1f} s; of the processor median {statistics.median(busy):.1f} s, longest "
        f"{max(busy):.1f} s; at most {after.ru_maxrss / 1024:.0f} MB"
    )


def main() -> None:
    jobs = draw_all(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    results = []
    with Pool(2) as pool:
        for result in pool.imap(read_case, jobs):
            results.append(result)
            print_miss(result)
    print_table(results)
    asyncio.run(time_workers(jobs))


if __name__ == "__main__":
    main()
