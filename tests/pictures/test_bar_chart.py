"""The small picture: a PNG that any program reads, whose bars are as high as the numbers say."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguide.pictures.bar_chart import draw_bar_chart


def read(picture: bytes) -> list[bytes]:
    """Return the rows of a picture, each a byte a dot; every chunk must be whole."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert picture[at + 8 + length : at + 12 + length] == struct.pack(">I", zlib.crc32(kind + data))
        chunks[kind] = data
        at += 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    lines = zlib.decompress(chunks[b"IDAT"])
    assert len(lines) == height * (width + 1)
    return [lines[row * (width + 1) + 1 : (row + 1) * (width + 1)] for row in range(height)]


@pytest.mark.parametrize(("part", "inked"), [(0, 200), (10, 101)], ids=["solid", "striped"])
def test_a_bar_is_solid_and_its_part_on_top_striped(part: int, inked: int) -> None:
    rows = read(draw_bar_chart([(10, part)]))
    column = [row[12] for row in rows]

    assert column.count(1) == inked


def test_bars_are_as_high_as_their_numbers() -> None:
    rows = read(draw_bar_chart([(10, 0), (5, 0), (0, 0)]))

    assert [sum(row[at] == 1 for row in rows) for at in (12, 33, 54)] == [200, 100, 0]


@given(
    st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)).map(lambda pair: (max(pair), min(pair)))
    )
)
def test_any_numbers_make_a_picture(days: list[tuple[int, int]]) -> None:
    rows = read(draw_bar_chart(days))

    assert {len(row) for row in rows} == {24 + 21 * len(days)}
