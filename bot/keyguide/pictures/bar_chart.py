"""A small picture of numbers by day, as the bytes of a PNG: no library is worth this little."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

_BAR_WIDTH, _GAP, _MARGIN = 16, 5, 12
_HEIGHT = 200
_STRIPE = 6
_WHITE, _BLUE, _GREY = 0, 1, 2  # places in the palette
_PALETTE = bytes((255, 255, 255, 29, 78, 137, 150, 150, 150))

DayCounts = tuple[int, int]  # of that day: all, and those among them to be striped


def draw_bar_chart(days: Sequence[DayCounts]) -> bytes:
    """Return a picture with a bar for each day: solid, and striped on top, so that no colour is needed."""
    highest = max((whole for whole, _ in days), default=0) or 1
    columns = [_draw_column(day, highest) for day in days]
    edge = bytes(_MARGIN)
    rows = []
    for y in range(_HEIGHT):
        cells = (column[y : y + 1] * _BAR_WIDTH + bytes(_GAP) for column in columns)
        rows.append(edge + b"".join(cells) + edge)
    width = len(rows[0])
    ground = bytes([_GREY]) * width
    blank = bytes(width)
    return _encode_png([*[blank] * _MARGIN, *rows, ground, ground, *[blank] * _MARGIN])


def _draw_column(day: DayCounts, highest: int) -> bytes:
    """Return a bar from the top down, one byte a line."""
    whole, striped = day
    height = round(whole * _HEIGHT / highest)
    upper = round(striped * _HEIGHT / highest)
    stripes = bytes(_BLUE if at % _STRIPE < _STRIPE // 2 else _WHITE for at in range(upper))
    return bytes(_HEIGHT - height) + stripes + bytes([_BLUE]) * (height - upper)


def _encode_png(rows: Sequence[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)  # 8 bits a dot, from a palette
    lines = b"".join(b"\0" + row for row in rows)
    chunks = (b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_encode_chunk(kind, data) for kind, data in chunks)


def _encode_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
