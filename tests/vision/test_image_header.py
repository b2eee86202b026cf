"""What the first bytes of a file say: its kind and its size, before anything is decoded."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from keyguide.vision.image_header import MAX_BYTES, Header, check_announced, check_picture, read_header
from keyguide.vision.unread_picture import Problem, UnreadablePictureError


def make_png_header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")


@pytest.mark.parametrize(("kind", "options"), [
    ("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True}), ("WEBP", {}), ("WEBP", {"lossless": True}),
])  # fmt: skip
def test_the_kind_and_the_size_are_read(kind: str, options: dict[str, Any]) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed, so no picture can be made")
    file = BytesIO()
    image.new("RGB", (321, 123)).save(file, kind, exif=b"Exif\0\0", **options)

    assert read_header(file.getvalue()) == Header(kind, 321, 123)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", Problem.NOT_A_PICTURE, id="nothing"),
        pytest.param(b"GIF89a", Problem.NOT_A_PICTURE, id="another kind"),
        pytest.param(b"<html>" * 100, Problem.NOT_A_PICTURE, id="a page with a picture's name"),
        pytest.param(make_png_header(50_000, 50_000), Problem.TOO_LARGE, id="a bomb"),
        pytest.param(make_png_header(0, 5), Problem.DAMAGED, id="no width"),
        pytest.param(b"\x89PNG\r\n\x1a\n", Problem.DAMAGED, id="cut off"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF", Problem.DAMAGED, id="a JPEG without a frame"),
        pytest.param(bytes(MAX_BYTES + 1), Problem.TOO_HEAVY, id="too heavy"),
    ],
)
def test_what_may_not_be_decoded_is_refused(content: bytes, problem: Problem) -> None:
    with pytest.raises(UnreadablePictureError) as refusal:
        check_picture(content)

    assert refusal.value.problem is problem


@pytest.mark.parametrize(
    ("announced", "problem"),
    [((MAX_BYTES + 1, 10, 10), Problem.TOO_HEAVY), ((10, 6_000, 6_000), Problem.TOO_LARGE)],
)
def test_what_is_announced_as_too_large_is_refused(announced: tuple[int, int, int], problem: Problem) -> None:
    with pytest.raises(UnreadablePictureError) as refusal:
        check_announced(*announced)

    assert refusal.value.problem is problem


def test_a_picture_of_unknown_size_may_be_fetched() -> None:
    check_announced(1_000, None, None)
