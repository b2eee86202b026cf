"""Draws the messages of the bot on Discord that the documentation shows: `task cards`.

What is drawn is what the bot sent to a simulated Discord (scenes.py). The design is ours, not Discord's.
`python tools/cards.py /tmp/cards` draws the pictures somewhere else.
"""

from __future__ import annotations

import asyncio
import re
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import unescape
from io import BytesIO
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from scenes import Screen, play_all

from keyguide.load.knowledge import open_knowledge
from keyguide.runtime.configuration.settings import find_packaged_knowledge

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
CHROMIUM = "/usr/bin/chromium"
WIDTH, SHARPNESS, COLOURS = 480, 1.5, 20
OPTIONS = 3  # of a list that is open are drawn, the others counted
SIGNS = str.maketrans({"✅": "✔"})  # what hardly any font has
SMALL = "-# "  # begins a line in small letters on Discord
KINDS = {  # Discord's numbers of the parts of a message
    "ROW": 1,
    "BUTTON": 2,
    "SELECT": 3,
    "INPUT": 4,
    "TEXT": 10,
    "GALLERY": 12,
    "SEPARATOR": 14,
    "CONTAINER": 17,
    "LABEL": 18,
}
OTHER_SELECTS = (5, 6, 7, 8)  # of people, roles and channels
_MENTION = re.compile(r"&lt;(?:#|@&amp;|@|t:)\d+(?::R)?&gt;")
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})


def render_markdown(text: str, names: Mapping[str, str]) -> Markup:
    """Render a text as Discord understands it: with small lines and mentions."""
    blocks = []
    for is_small, lines in groupby(text.translate(SIGNS).splitlines(), lambda line: line.startswith(SMALL)):
        if is_small:
            small = (_markdown.renderInline(line.removeprefix(SMALL)) for line in lines)
            blocks += [f"<p><small>{line}</small></p>" for line in small]
        else:
            blocks.append(_markdown.render("\n".join(lines)))
    html = _MENTION.sub(lambda found: _name(found[0], names), "".join(blocks))
    return Markup(html)  # noqa: S704 -- markdown-it escapes every text


def _name(mention: str, names: Mapping[str, str]) -> Markup:
    """Write what is shown for a mention; one of nobody is a mistake of a scene."""
    return Markup('<span class="mention">{}</span>').format(names[unescape(mention)])


def embed_picture(url: str) -> str:
    """Return a picture of an answer as an address with all of it in it."""
    file = find_packaged_knowledge() / "pictures" / PurePosixPath(url).name
    return f"data:image/png;base64,{b64encode(file.read_bytes()).decode()}"


def refuse(part: Mapping[str, Any]) -> str:
    """Refuse to draw a part that nobody has drawn so far."""
    raise ValueError(f"a part of a message that cannot be drawn: {part['type']}")


def name_chosen(part: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Name what is chosen in a list, or what stands there if nothing is."""
    marks = {"channel": "<#{}>", "role": "<@&{}>", "user": "<@{}>"}
    chosen = [option["label"] for option in part.get("options", ()) if option.get("default")]
    chosen += [names[marks[one["type"]].format(one["id"])] for one in part.get("default_values", ())]
    return ", ".join(chosen) or part["placeholder"]


def find_open_list(parts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Find the list to draw open, the first of a message."""
    for part in parts:
        if part["type"] == KINDS["SELECT"]:
            return part
        if found := find_open_list(part.get("components", ())):
            return found
    return None


def render_card(name: str, screen: Screen) -> str:
    """Render the page of one picture."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "cards"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    known = KINDS | {
        "OPTIONS": OPTIONS,
        "OTHER_SELECTS": OTHER_SELECTS,
        "picture": embed_picture,
        "fail": refuse,
        "name_chosen": lambda part: name_chosen(part, screen.names),
    }
    known["open_list"] = find_open_list(screen.messages[-1].parts)
    known["markdown"] = lambda text: render_markdown(text, screen.names)
    return environment.get_template("card.html", globals=known).render(name=name, messages=screen.messages)


def draw(page: Page, html: str) -> bytes:
    """Draw a page as a PNG file with few colours."""
    page.set_content(html)
    content = BytesIO()
    with Image.open(BytesIO(page.locator("body").screenshot())) as shot:
        shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return content.getvalue()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    folder.mkdir(exist_ok=True)
    screens = asyncio.run(play_all(open_knowledge(find_packaged_knowledge(), None)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 400}, device_scale_factor=SHARPNESS)
        for name, screen in screens.items():
            content = draw(page, render_card(name, screen))
            (folder / f"{name}.png").write_bytes(content)
            print(f"{name}.png: {len(content) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
