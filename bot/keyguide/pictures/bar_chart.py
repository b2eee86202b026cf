"""Draw numbers by day as a small PNG; it is too little work to need a library."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

_BAR_WIDTH, _GAP, _MARGIN = 16, 5, 12
_HEIGHT = 200
_STRIPE = 6
_WHITE, _BLUE, _GREY = 0, 1, 2  # indices into the palette
_PALETTE = bytes((255, 255, 255, 29, 78, 137, 150, 150, 150))

DayCounts = tuple[int, int]  # of one day: the total, and how many of it are drawn striped


def draw_bar_chart(days: Sequence[DayCounts]) -> bytes:
    """Draw a bar for each day, solid with a striped top, so that it can be read without colours."""
    highest = max((total for total, _ in days), default=0) or 1
    columns = [_draw_column(day, highest) for day in days]
    margin = bytes(_MARGIN)
    rows = []
    for y in range(_HEIGHT):
        cells = (column[y : y + 1] * _BAR_WIDTH + bytes(_GAP) for column in columns)
        rows.append(margin + b"".join(cells) + margin)
    width = len(rows[0])
    baseline = bytes([_GREY]) * width
    blank = bytes(width)
    return _encode_png([*[blank] * _MARGIN, *rows, baseline, baseline, *[blank] * _MARGIN])


def _draw_column(day: DayCounts, highest: int) -> bytes:
    """Draw a bar from the top down, with one byte for each line of pixels."""
    total, striped = day
    height = round(total * _HEIGHT / highest)
    striped_height = round(striped * _HEIGHT / highest)
    stripes = bytes(_BLUE if y % _STRIPE < _STRIPE // 2 else _WHITE for y in range(striped_height))
    return bytes(_HEIGHT - height) + stripes + bytes([_BLUE]) * (height - striped_height)


def _encode_png(rows: Sequence[bytes]) -> bytes:
    header = struct.pack(
        ">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0
    )  # 8 bits for each pixel, from a palette
    lines = b"".join(b"\0" + row for row in rows)
    chunks = (b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_encode_chunk(kind, data) for kind, data in chunks)


def _encode_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
