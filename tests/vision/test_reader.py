"""Pictures are read by real workers; these tests need the extra `vision`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zlib import compress, crc32

import pytest

from keyguide.vision import reader as reading
from keyguide.vision.reader import PictureReader, can_read_pictures
from keyguide.vision.unread_picture import Problem, UnreadablePictureError

PICTURES = Path(__file__).parents[2] / "knowledge" / "pictures"
PATIENCE = 120.0  # seconds; a busy machine may need long

needs_vision = pytest.mark.skipif(not can_read_pictures(), reason='pip install ".[vision]" first')


def read(content: bytes, reader: PictureReader | None = None) -> list[Any]:
    return [*asyncio.run((reader or PictureReader(wall_seconds=PATIENCE)).read(content))]


def save(image: Any, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def make_bomb(picture: bytes) -> bytes:
    """Put a text into a PNG that unpacks to 100 MB."""
    text = b"zTXt" + b"note\0\0" + compress(bytes(100_000_000), 9)
    part = (len(text) - 4).to_bytes(4, "big") + text + crc32(text).to_bytes(4, "big")
    return picture[:33] + part + picture[33:]


@pytest.mark.slow
@needs_vision
def test_the_words_of_a_picture_are_read_with_their_places_and_a_code_twice() -> None:
    lines = read((PICTURES / "not-active-11.png").read_bytes())

    code = next(line for line in lines if "0xC004F211" in line.text)
    button = next(line for line in lines if line.text == "Troubleshoot")
    assert "0xC004F211" in code.again
    assert button.top > code.bottom
    assert button.left > code.left


@pytest.mark.slow
@needs_vision
@pytest.mark.parametrize("kind", ["truncated", "moving", "16 bits", "a bomb"])
def test_an_odd_picture_is_told_or_read_and_harms_nobody(kind: str) -> None:
    from PIL import Image  # noqa: PLC0415 -- only with the extra

    whole = (PICTURES / "link-11.png").read_bytes()
    blank = Image.new("RGB", (64, 64), "white")
    contents = {
        "truncated": whole[: len(whole) // 2],
        "moving": save(blank, "PNG", save_all=True, append_images=[Image.new("RGB", (64, 64), "red")]),
        "16 bits": save(Image.new("I;16", (64, 64), 40_000)),
        "a bomb": make_bomb(save(blank)),
    }
    problems = {"moving": Problem.MOVING, "16 bits": None}

    try:
        problem = None if read(contents[kind]) == [] else "words"
    except UnreadablePictureError as error:
        problem = error.problem

    assert problem == problems.get(kind, Problem.DAMAGED)


@pytest.mark.slow
@needs_vision
def test_a_worker_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def start_slow_one(*_command: str, **options: Any) -> asyncio.subprocess.Process:
        process = await start(sys.executable, "-c", "import time; time.sleep(600)", **options)
        begun.append(process)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start_slow_one)
    with pytest.raises(UnreadablePictureError) as refusal:
        read((PICTURES / "link-11.png").read_bytes(), PictureReader(wall_seconds=0.3))

    assert refusal.value.problem is Problem.TOO_SLOW
    assert [process.returncode is not None for process in begun] == [True]


@pytest.mark.slow
@needs_vision
def test_a_worker_gets_no_secret_of_the_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    start = asyncio.create_subprocess_exec

    async def look(*_command: str, **options: Any) -> asyncio.subprocess.Process:
        seen.update(options["env"])
        return await start(sys.executable, "-c", "print('{\"lines\": []}')", **options)

    monkeypatch.setenv("DISCORD_TOKEN", "a secret")
    monkeypatch.setattr(asyncio, "create_subprocess_exec", look)
    read((PICTURES / "link-10.png").read_bytes())

    assert seen
    assert os.environ["DISCORD_TOKEN"] not in seen.values()


def test_without_the_extra_a_picture_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_LIBRARIES", ("a library that nobody has",))

    with pytest.raises(UnreadablePictureError) as refusal:
        read(b"png")

    assert refusal.value.problem is Problem.NOT_INSTALLED


class HeldReader(PictureReader):
    """A reader with one worker that reads nothing before it is released, and then the content itself."""

    is_installed = True

    def __init__(self) -> None:
        super().__init__(at_once=1)
        self.begun: list[bytes] = []
        self.released = asyncio.Event()

    async def _read_apart(self, content: bytes) -> Any:
        self.begun.append(content)
        await self.released.wait()
        if content == b"moving":
            raise UnreadablePictureError(Problem.MOVING)
        return (content,)


@pytest.fixture
def anything_is_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "check_picture", lambda content: content)


async def give(*contents: bytes | None) -> AsyncIterator[bytes | None]:
    for content in contents:
        yield content


async def let_others_go_on() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.usefixtures("anything_is_a_picture")
async def test_of_many_pictures_those_that_can_be_read_are_read_and_the_problem_is_told() -> None:
    reader = HeldReader()
    reader.released.set()

    assert await reader.read_all(give(b"one", b"moving", b"two")) == (((b"one",), (b"two",)), "moving")
    assert await reader.read_all(give(None)) == ((), "unreachable")
    assert len((await reader.read_all(give(*[b"one"] * 9)))[0]) == 4


@pytest.mark.usefixtures("anything_is_a_picture")
async def test_of_twenty_pictures_at_once_one_is_read_three_wait_and_no_other_is_fetched() -> None:
    reader, fetched = HeldReader(), []

    async def fetch(name: bytes) -> AsyncIterator[bytes | None]:
        fetched.append(name)
        yield name

    names = [b"%d" % number for number in range(20)]
    tasks = [asyncio.create_task(reader.read_all(fetch(name))) for name in names]
    await let_others_go_on()
    answered = [task.result() for task in tasks if task.done()]
    begun = [*reader.begun]
    reader.released.set()
    done = await asyncio.gather(*tasks)

    assert answered == [((), "busy")] * 16
    assert begun == names[:1]
    assert fetched == names[:4]
    assert done[:4] == [(((name,),), "") for name in names[:4]]
    assert await reader.read_all(give(b"later")) == (((b"later",),), "")


@pytest.mark.usefixtures("anything_is_a_picture")
async def test_who_gives_up_waiting_leaves_the_place_to_another() -> None:
    reader = HeldReader()
    tasks = [asyncio.create_task(reader.read_all(give(b"first"))) for _ in range(4)]
    await let_others_go_on()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    reader.released.set()

    assert await reader.read_all(give(b"next")) == (((b"next",),), "")
