"""A small picture of numbers by day, as the bytes of a PNG: no library is worth this little."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

_BAR, _GAP, _MARGIN = 16, 5, 12
_HEIGHT = 200
_STRIPE = 6
_PAPER, _INK, _LINE = 0, 1, 2  # places in the palette
_PALETTE = bytes((255, 255, 255, 29, 78, 137, 150, 150, 150))

Day = tuple[int, int]  # of that day: all, and those among them to be striped


def bars(days: Sequence[Day]) -> bytes:
    """Return a picture with a bar for each day: solid, and striped on top, so that no colour is needed."""
    highest = max((whole for whole, _ in days), default=0) or 1
    columns = [_column(day, highest) for day in days]
    edge = bytes(_MARGIN)
    rows = []
    for y in range(_HEIGHT):
        cells = (column[y : y + 1] * _BAR + bytes(_GAP) for column in columns)
        rows.append(edge + b"".join(cells) + edge)
    width = len(rows[0])
    ground = bytes([_LINE]) * width
    blank = bytes(width)
    return _png([*[blank] * _MARGIN, *rows, ground, ground, *[blank] * _MARGIN])


def _column(day: Day, highest: int) -> bytes:
    """Return a bar from the top down, one byte a line."""
    whole, striped = day
    height = round(whole * _HEIGHT / highest)
    upper = round(striped * _HEIGHT / highest)
    stripes = bytes(_INK if at % _STRIPE < _STRIPE // 2 else _PAPER for at in range(upper))
    return bytes(_HEIGHT - height) + stripes + bytes([_INK]) * (height - upper)


def _png(rows: Sequence[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)  # 8 bits a dot, from a palette
    lines = b"".join(b"\0" + row for row in rows)
    chunks = (b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
