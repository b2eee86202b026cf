"""Draws the pictures that answers show: `task pictures`.

Each drawing is a page in tools/drawings. Headless Chromium takes its picture, and a note in the picture says
which drawing it was made from, so that a test finds a picture that was not drawn again.
`python tools/pictures.py /tmp/pictures` draws them somewhere else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
DRAWINGS = HERE / "drawings"
PICTURES = HERE.parent / "knowledge" / "pictures"
CHROMIUM = "/usr/bin/chromium"
WIDTH, SHARPNESS = 400, 2  # of a picture in CSS pixels, and image pixels for each of them
_FRAMES = {"base.html", "parts.html"}  # what the drawings are made of
_NOTE, _COLOURS = "drawing", 96  # the keyword of our note in a PNG file, and the colours of a picture


def list_drawings() -> list[str]:
    """List the names of all drawings."""
    return sorted(path.stem for path in DRAWINGS.glob("*.html") if path.name not in _FRAMES)


def render_drawing(name: str) -> str:
    """Render the page of a drawing."""
    environment = Environment(
        loader=FileSystemLoader(DRAWINGS), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template(f"{name}.html").render(name=name)


def name_drawing(name: str) -> str:
    """Return what stands in the note of a picture: a digest of its drawing."""
    return sha256(render_drawing(name).encode()).hexdigest()[:16]


def read_note(picture: Path) -> str:
    """Read from a picture which drawing it was made from; empty if it does not say so."""
    with Image.open(picture) as image:
        return str(image.info.get(_NOTE, ""))


def draw(page: Page, name: str) -> bytes:
    """Draw one picture as a PNG file with few colours, and write into it which drawing it was made from."""
    page.set_content(render_drawing(name))
    with Image.open(BytesIO(page.locator("body").screenshot())) as shot:
        few = shot.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    note, content = PngInfo(), BytesIO()
    note.add_text(_NOTE, name_drawing(name))
    few.save(content, "PNG", optimize=True, pnginfo=note)
    return content.getvalue()


def draw_all(names: Sequence[str], folder: Path) -> None:
    """Draw pictures into a folder."""
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 400}, device_scale_factor=SHARPNESS)
        for name in names:
            content = draw(page, name)
            (folder / f"{name}.png").write_bytes(content)
            print(f"{name}.png: {len(content) / 1000:.0f} kB")


if __name__ == "__main__":
    draw_all(list_drawings(), Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
