"""Read pictures, each in a short-lived process, a few at a time, so that the bot itself never waits."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from keyguide.core.model.screenshot import Screen, ScreenLine
from keyguide.vision.image_header import check_picture
from keyguide.vision.unread_picture import Problem, UnreadablePictureError

WALL_SECONDS = 15.0
MAX_PICTURES = 4  # of one message
MAX_WAITING = 3  # pictures in the queue; whoever comes after them is asked to type
_LIBRARIES = ("rapidocr", "onnxruntime", "PIL")
_KEPT_VARIABLES = ("PATH", "PYTHONPATH", "LANG", "TMPDIR", "SYSTEMROOT", "TEMP")  # no secret among them
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def can_read_pictures() -> bool:
    """Check whether the extra `vision` is installed."""
    return all(find_spec(library) is not None for library in _LIBRARIES)


class PictureReader:
    """Reads pictures: one at a time for each processor but one, with a short queue."""

    def __init__(self, at_once: int = 0, wall_seconds: float = WALL_SECONDS) -> None:
        """Read so many pictures at once; 0 stands for one less than there are processors."""
        at_once = at_once or max(1, (os.cpu_count() or 1) - 1)
        self._free = asyncio.Semaphore(at_once)
        self._places = at_once + MAX_WAITING  # for messages that are read or wait
        self._wall_seconds = wall_seconds

    @property
    def is_installed(self) -> bool:
        """Whether pictures can be read at all; if not, they need not even be sent."""
        return can_read_pictures()

    async def read(self, content: bytes) -> Screen:
        """Read the lines of a picture, or raise UnreadablePictureError."""
        with self._take_place():
            return await self._read_in_turn(content)

    async def read_all(self, contents: AsyncIterable[bytes | None]) -> tuple[tuple[Screen, ...], str]:
        """Read the pictures of a message; return them and the last problem, if any.

        Nothing is fetched before the message has its place, and only one picture of it is in memory. Yield
        None for one that could not be fetched.
        """
        screens, problem, number = list[Screen](), "", 0
        try:
            with self._take_place():
                async for content in contents:
                    number += 1
                    try:
                        screens.append(await self._read_in_turn(content))
                    except UnreadablePictureError as error:
                        problem = error.problem.value
                    if number == MAX_PICTURES:
                        break
        except UnreadablePictureError as error:
            problem = error.problem.value
        return tuple(screens), problem

    @contextmanager
    def _take_place(self) -> Iterator[None]:
        """Take one of the few places, or raise UnreadablePictureError if there is none."""
        if not self.is_installed:
            raise UnreadablePictureError(Problem.NOT_INSTALLED)
        if not self._places:
            raise UnreadablePictureError(Problem.BUSY)
        self._places -= 1
        try:
            yield
        finally:
            self._places += 1

    async def _read_in_turn(self, content: bytes | None) -> Screen:
        """Read a picture as soon as the ones before it were read."""
        if content is None:
            raise UnreadablePictureError(Problem.UNREACHABLE)
        check_picture(content)
        async with self._free:
            return await self._read_apart(content)

    async def _read_apart(self, content: bytes) -> Screen:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "keyguide.vision.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a decoder may quote the picture
            env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ} | _ONE_THREAD,
        )
        try:
            printed, _ = await asyncio.wait_for(process.communicate(content), self._wall_seconds)
        except TimeoutError:
            raise UnreadablePictureError(Problem.TOO_SLOW) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return _parse_answer(printed, process.returncode or 0)


def _parse_answer(printed: bytes, status: int) -> Screen:
    """Parse what a worker printed; one that was ended by a limit printed nothing."""
    if status or not printed:
        raise UnreadablePictureError(Problem.TOO_SLOW if status < 0 else Problem.DAMAGED)
    answer: dict[str, Any] = json.loads(printed)
    if "problem" in answer:
        raise UnreadablePictureError(Problem(answer["problem"]))
    return tuple(ScreenLine(**line) for line in answer["lines"])
