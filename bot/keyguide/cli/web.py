"""The commands that open the assistant to people over a network."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from keyguide.cli.options import Commands, Options
from keyguide.faces.web.app import WebFace
from keyguide.faces.web.context import WebOptions
from keyguide.runtime import run
from keyguide.runtime.run import Services
from keyguide.runtime.settings import Settings


def make_web_face(house: Services) -> WebFace:
    """Return the web face as the settings ask for it."""
    asked = house.settings
    site = WebOptions(asked.host, asked.port, asked.rate, asked.embed, asked.proxy, asked.desk_token)
    return WebFace(site, house.assistant, house.metrics, house.health)


def _add_web(commands: Commands) -> None:
    parser = commands.add_parser(
        "web", help="open the web page alone",
        description="Open the web page on KEYGUIDE_HOST and KEYGUIDE_PORT, by default "
        "http://127.0.0.1:8080/, until it is told to end (Ctrl+C).",
    )  # fmt: skip
    parser.set_defaults(run=_run_web)


def _run_web(_options: Options, settings: Settings) -> int:
    async def serve() -> None:
        stop = run.stop_on_signals()
        async with run.open_services(settings) as house:
            face = make_web_face(house)
            print(f"web: {await face.open()}", file=sys.stderr, flush=True)
            try:
                await stop.wait()
            finally:
                await face.close()

    asyncio.run(serve())
    return 0


COMMANDS: dict[str, Callable[[Commands], None]] = {"web": _add_web}
