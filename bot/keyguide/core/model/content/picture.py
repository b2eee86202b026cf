"""The records of pictures: drawings of what people see on their screen, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SIZE = slice(16, 24)  # where a PNG file says its width and its height


@dataclass(frozen=True, slots=True)
class Caption:
    """What a picture shows, in words; the picture itself is a file that is named after its id."""

    id: str
    alt: str


@dataclass(frozen=True, slots=True)
class PictureFile:
    """The content of a picture, and where it lies."""

    path: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to show: a PNG file, and the same in words for those who cannot see it."""

    id: str
    alt: str
    file: PictureFile

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return name_picture_file(self.id)

    @property
    def digest(self) -> str:
        """A name of its content, which changes with it."""
        return sha256(self.file.content).hexdigest()[:12]

    @property
    def width(self) -> int:
        """Its width in pixels."""
        return int.from_bytes(self.file.content[_SIZE][:4], "big")

    @property
    def height(self) -> int:
        """Its height in pixels."""
        return int.from_bytes(self.file.content[_SIZE][4:], "big")


def name_picture_file(picture_id: str) -> str:
    """Name the file of a picture."""
    return f"{picture_id}.png"
