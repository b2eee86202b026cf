"""Pictures are read by real workers; these tests need the extra `vision`."""

from __future__ import annotations

import asyncio
import os
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from keyguide.vision import reader as reading
from keyguide.vision.problems import Problem, UnreadablePictureError
from keyguide.vision.reader import PictureReader, can_read_pictures

PICTURES = Path(__file__).parents[2] / "knowledge" / "pictures"
PATIENCE = 120.0  # seconds; a busy machine may need long

needs_vision = pytest.mark.skipif(not can_read_pictures(), reason='pip install ".[vision]" first')
pytestmark = pytest.mark.slow


def read(content: bytes, reader: PictureReader | None = None) -> list[Any]:
    return [*asyncio.run((reader or PictureReader(wall_seconds=PATIENCE)).read(content))]


def save(image: Any, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@needs_vision
def test_the_words_of_a_picture_are_read_with_their_places_and_a_code_twice() -> None:
    lines = read((PICTURES / "not-active-11.png").read_bytes())

    code = next(line for line in lines if "0xC004F211" in line.text)
    button = next(line for line in lines if line.text == "Troubleshoot")
    assert "0xC004F211" in code.again
    assert button.top > code.bottom
    assert button.left > code.left


@needs_vision
@pytest.mark.parametrize("kind", ["truncated", "moving", "16 bits"])
def test_an_odd_picture_is_told_or_read_and_harms_nobody(kind: str) -> None:
    from PIL import Image  # noqa: PLC0415 -- only with the extra

    whole = (PICTURES / "link-11.png").read_bytes()
    blank = Image.new("RGB", (64, 64), "white")
    contents = {
        "truncated": whole[: len(whole) // 2],
        "moving": save(blank, "PNG", save_all=True, append_images=[Image.new("RGB", (64, 64), "red")]),
        "16 bits": save(Image.new("I;16", (64, 64), 40_000)),
    }
    problems = {"truncated": Problem.DAMAGED, "moving": Problem.MOVING, "16 bits": None}

    try:
        problem = None if read(contents[kind]) == [] else "words"
    except UnreadablePictureError as error:
        problem = error.problem

    assert problem == problems[kind]


@needs_vision
def test_who_comes_when_the_queue_is_full_is_asked_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    content = (PICTURES / "link-11.png").read_bytes()
    release = None

    async def wait(_self: PictureReader, _content: bytes) -> tuple[()]:
        assert release is not None
        await release.wait()
        return ()

    async def crowd() -> list[Any]:
        nonlocal release
        release = asyncio.Event()
        reader = PictureReader(at_once=1)
        tasks = [asyncio.create_task(reader.read(content)) for _ in range(6)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        release.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    monkeypatch.setattr(PictureReader, "_read_apart", wait)
    answers = asyncio.run(crowd())

    refused = [answer.problem for answer in answers if isinstance(answer, UnreadablePictureError)]
    assert refused == [Problem.BUSY, Problem.BUSY]
    assert answers.count(()) == 4


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


def test_of_many_pictures_those_that_can_be_read_are_read_and_the_problem_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def read_anything(_self: PictureReader, content: bytes) -> Any:
        if content == b"bad":
            raise UnreadablePictureError(Problem.MOVING)
        return (content,)

    monkeypatch.setattr(PictureReader, "read", read_anything)

    screens, problem = asyncio.run(PictureReader().read_all([b"one", b"bad", b"two"]))

    assert (screens, problem) == (((b"one",), (b"two",)), "moving")
    assert asyncio.run(PictureReader().read_all([None])) == ((), "unreachable")
