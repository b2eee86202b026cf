"""Find out from the first bytes of a file which kind of picture it is and how large, without decoding it."""

from __future__ import annotations

from dataclasses import dataclass

from keyguide.vision.unread_picture import Problem, UnreadablePictureError

MAX_BYTES = 8_000_000
MAX_PIXELS = 25_000_000

_PNG, _JPEG, _RIFF, _WEBP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"WEBP"
_NO_FRAME = frozenset((0xC4, 0xC8, 0xCC))  # markers of JPEG among those of frames that say no size
_FRAMES = range(0xC0, 0xD0)
_ALONE = frozenset((0x01, 0xFF, *range(0xD0, 0xD9)))  # markers of JPEG that nothing belongs to


@dataclass(frozen=True, slots=True)
class Header:
    """The kind of a picture and its size in pixels."""

    kind: str
    width: int
    height: int


def check_picture(content: bytes) -> Header:
    """Return the header of a picture that may be decoded, or raise UnreadablePictureError."""
    if len(content) > MAX_BYTES:
        raise UnreadablePictureError(Problem.TOO_HEAVY)
    header = read_header(content)
    if header is None:
        raise UnreadablePictureError(Problem.NOT_A_PICTURE)
    check_size(header.width, header.height)
    return header


def check_announced(size: int, width: int | None, height: int | None) -> None:
    """Raise UnreadablePictureError if a picture is too large by what is said of it, before it is fetched."""
    if size > MAX_BYTES:
        raise UnreadablePictureError(Problem.TOO_HEAVY)
    if width and height:
        check_size(width, height)


def check_size(width: int, height: int) -> None:
    """Raise UnreadablePictureError if a picture has too many pixels, or none."""
    if not width or not height:
        raise UnreadablePictureError(Problem.DAMAGED)
    if width * height > MAX_PIXELS:
        raise UnreadablePictureError(Problem.TOO_LARGE)


def read_header(content: bytes) -> Header | None:
    """Read the header of a PNG, JPEG or WebP file, or return None if it is none of them."""
    if content.startswith(_PNG):
        return Header("PNG", *_read_numbers(content[16:24], 4, "big"))
    if content.startswith(_JPEG):
        return _read_jpeg(content)
    if content.startswith(_RIFF) and content[8:12] == _WEBP:
        return _read_webp(content)
    return None


def _read_numbers(content: bytes, size: int, order: str) -> tuple[int, int]:
    first, second = content[:size], content[size : 2 * size]
    little = order == "little"
    return tuple(int.from_bytes(part, "little" if little else "big") for part in (first, second))  # type: ignore[return-value]


def _read_jpeg(content: bytes) -> Header:
    """Read the size from the first frame; a file that ends before it has the size 0 x 0."""
    place = 2
    while place + 9 < len(content):
        if content[place] != 0xFF:  # noqa: PLR2004 -- what begins every marker
            break
        marker = content[place + 1]
        if marker in _FRAMES and marker not in _NO_FRAME:
            height, width = _read_numbers(content[place + 5 : place + 9], 2, "big")
            return Header("JPEG", width, height)
        place += 1 if marker == 0xFF else 2 if marker in _ALONE else 2 + _read_length(content, place)  # noqa: PLR2004
    return Header("JPEG", 0, 0)


def _read_length(content: bytes, place: int) -> int:
    return int.from_bytes(content[place + 2 : place + 4], "big")


def _read_webp(content: bytes) -> Header:
    chunk, data = content[12:16], content[20:30]
    if chunk == b"VP8X":
        width, height = _read_numbers(data[4:10], 3, "little")
        return Header("WEBP", width + 1, height + 1)
    if chunk == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return Header("WEBP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = _read_numbers(data[6:10], 2, "little")
    return Header("WEBP", width & 0x3FFF, height & 0x3FFF)
