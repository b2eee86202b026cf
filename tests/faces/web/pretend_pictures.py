"""Pictures for tests without the extra: files with the header of a picture, and a reader of the rest."""

from __future__ import annotations

import asyncio

from keyguide.core.model.screenshot import Screen, ScreenLine
from keyguide.vision.reader import PictureReader


def make_picture(words: str, width: int = 800, height: int = 600) -> bytes:
    """Make a file that begins as a PNG does; after its header it says what is seen in it."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + b"IHDR" + size + words.encode()


class PretendReader(PictureReader):
    """A reader with one worker that sees at once what a file says; a gate, if there is one, holds it up."""

    is_installed = True

    def __init__(self, gate: asyncio.Event | None = None) -> None:
        super().__init__(at_once=1)
        self.gate = gate
        self.seen: list[bytes] = []

    @property
    def places(self) -> int:
        """How many messages could be taken now."""
        return self._places

    async def _read_apart(self, content: bytes) -> Screen:
        self.seen.append(content)
        if self.gate:
            await self.gate.wait()
        rows = enumerate(content[24:].decode().splitlines())
        return tuple(ScreenLine(line, 0, 40 * row, 300, 40 * row + 20, line) for row, line in rows)


class NoReader(PretendReader):
    """A reader without the extra."""

    is_installed = False
