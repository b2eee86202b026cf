"""The commands that open the assistant to people over a network."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from bot import running
from bot.commands_parts import Commands, Options
from bot.faces.web.app import WebFace
from bot.faces.web.parts import Site
from bot.running import House
from bot.settings import Settings


def web_face(house: House) -> WebFace:
    """Return the web face as the settings ask for it."""
    asked = house.settings
    site = Site(asked.host, asked.port, asked.rate, asked.embed, asked.proxy, asked.desk_token)
    return WebFace(site, house.assistant, house.metrics, house.health)


def _add_web(commands: Commands) -> None:
    parser = commands.add_parser(
        "web", help="open the web page alone",
        description="Open the web page on LATCHKEY_HOST and LATCHKEY_PORT, by default "
        "http://127.0.0.1:8080/, until it is told to end (Ctrl+C).",
    )  # fmt: skip
    parser.set_defaults(run=_web)


def _web(_options: Options, settings: Settings) -> int:
    async def serve() -> None:
        stop = running.stop_on_signals()
        async with running.open_house(settings) as house:
            face = web_face(house)
            print(f"web: {await face.open()}", file=sys.stderr, flush=True)
            try:
                await stop.wait()
            finally:
                await face.close()

    asyncio.run(serve())
    return 0


COMMANDS: dict[str, Callable[[Commands], None]] = {"web": _add_web}
