"""Read the words in one picture: a program that takes it from its input, prints its lines, and ends.

It runs apart from the bot, because a picture from a stranger may be made to break a decoder, and because
reading takes much time and memory, which the system gets back when the process ends.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from typing import Any

from keyguide.vision.image_header import MAX_BYTES, MAX_PIXELS, check_picture
from keyguide.vision.unread_picture import Problem, UnreadablePictureError

CPU_SECONDS, MEMORY_BYTES, NICENESS = 10, 3_000_000_000, 10  # the memory counts what is only reserved, too
_MAX_SIDE = 1600  # pixels; a larger picture is reduced
_MIN_SIDE, _MAX_GROWTH = 700, 2.0  # a small picture is made larger, because its letters are small, too
_MAX_LINES = 400
_MARGIN, _GROWTH = 0.25, 1.7  # of the height of a line that is read again, and how much larger it is made
_LIKE_CODE = re.compile(r"[0oOQ]\s?[xX×]|[0-9A-FOISBZoislQ]{8}")
_PARAMETERS = {
    "Global.use_cls": False,  # pictures are turned upright by what they say of themselves
    "Global.log_level": "critical",
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


def limit_self() -> None:
    """Limit what this process may use, as far as the system can do that."""
    with suppress(ImportError, AttributeError, OSError, ValueError):
        os.nice(NICENESS)
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 -- Windows does not have it

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def decode(content: bytes) -> Any:
    """Decode a picture, upright, in colour and not too large; raise UnreadablePictureError if that fails."""
    from PIL import Image, ImageOps  # noqa: PLC0415 -- only this process needs the extra

    kind = check_picture(content).kind
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(BytesIO(content), formats=[kind]) as image:
            if getattr(image, "n_frames", 1) > 1:
                raise UnreadablePictureError(Problem.MOVING)
            image.draft("RGB", (_MAX_SIDE, _MAX_SIDE))
            image.load()
            picture = _flatten(ImageOps.exif_transpose(image))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadablePictureError(Problem.DAMAGED) from error
    return _resize(picture)


def _flatten(image: Any) -> Any:
    """Make a picture of 16 bits one of 8, and put what shines through on white."""
    from PIL import Image  # noqa: PLC0415

    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        colour = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", colour.size, "white"), colour).convert("RGB")
    return image.convert("RGB")


def _resize(image: Any) -> Any:
    from PIL import Image  # noqa: PLC0415

    longest, shortest = max(image.size), min(image.size)
    factor = min(1.0, _MAX_SIDE / longest)
    if shortest < _MIN_SIDE:
        factor = min(_MAX_GROWTH, _MIN_SIDE / shortest, _MAX_SIDE / longest)
    if abs(factor - 1) < 0.01:  # noqa: PLR2004 -- as large as it should be
        return image
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def open_engine() -> Any:
    """Open the program that reads letters; its models lie beside it."""
    from rapidocr import RapidOCR  # noqa: PLC0415

    return RapidOCR(params=_PARAMETERS)


def read_lines(engine: Any, image: Any) -> Iterator[dict[str, object]]:
    """Yield each line of words in a picture with its place; read again what may hold a code."""
    import numpy as np  # noqa: PLC0415

    pixels = np.asarray(image)[:, :, ::-1]  # it takes blue, green and red
    found = engine(pixels, use_det=True, use_cls=False)
    if found.txts is None or found.boxes is None:
        return
    for text, box in list(zip(found.txts, found.boxes, strict=True))[:_MAX_LINES]:
        corners = [(float(x), float(y)) for x, y in box]
        again = _read_again(engine, image, corners) if _LIKE_CODE.search(text) else ""
        columns, rows = zip(*corners, strict=True)
        yield {
            "text": text, "left": min(columns), "top": min(rows), "right": max(columns), "bottom": max(rows),
            "again": again,
        }  # fmt: skip


def _read_again(engine: Any, image: Any, corners: Sequence[tuple[float, float]]) -> str:
    """Read one line again, larger and with a margin, so that a slip of the first reading is noticed."""
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    (left, top), (right, _), _, (_, bottom) = corners
    height, width = max(8.0, bottom - top), max(8.0, right - left)
    margin = height * _MARGIN
    size = round((width + 2 * margin) * _GROWTH), round((height + 2 * margin) * _GROWTH)
    slope = corners[1][1] - corners[0][1]  # of a line that is not level
    quad = (
        left - margin, top - margin, corners[3][0] - margin, bottom + margin,
        corners[2][0] + margin, bottom + slope + margin, right + margin, top + slope - margin,
    )  # fmt: skip
    crop = image.transform(size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    found = engine(np.asarray(crop)[:, :, ::-1], use_det=False, use_cls=False)
    return " ".join(found.txts or ())


def main() -> int:
    """Read the picture on standard input; print its lines, or why it is not read."""
    limit_self()
    try:
        image = decode(sys.stdin.buffer.read(MAX_BYTES + 1))
        answer: dict[str, object] = {"lines": list(read_lines(open_engine(), image))}
    except UnreadablePictureError as error:
        answer = {"problem": error.problem.value}
    except MemoryError:
        answer = {"problem": Problem.TOO_LARGE.value}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
