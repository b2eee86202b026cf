"""Commands that open the assistant on Discord and on the web: `run`, `web` and `invite`."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from keyguide.cli.options import Commands, Options
from keyguide.errors import SettingsError
from keyguide.faces.discord.connection.bot import DiscordOptions
from keyguide.faces.discord.connection.login import ConnectionOptions
from keyguide.faces.discord.connection.permissions import (
    build_person_link,
    build_server_link,
    read_application_id,
)
from keyguide.faces.discord.face import DiscordFace
from keyguide.faces.web.app import WebFace
from keyguide.faces.web.context import WebOptions
from keyguide.runtime import run
from keyguide.runtime.open_knowledge import open_configured_knowledge
from keyguide.runtime.reload import Reloader
from keyguide.runtime.run import Services
from keyguide.runtime.settings import Settings


def _add_run(commands: Commands) -> None:
    parser = commands.add_parser(
        "run", help="open every configured face: Discord and the web page",
        description="Open every configured face. Print one line for each face: where it is open, or "
        "why it is not. Run until stopped (SIGTERM or Ctrl+C). Reload changed knowledge on SIGHUP.",
    )  # fmt: skip
    parser.set_defaults(run=_run_all)


def _run_all(_options: Options, settings: Settings) -> int:
    return 0 if asyncio.run(_open_all(settings)) else 1


async def _open_all(settings: Settings) -> bool:
    async with run.open_services(settings) as services:
        # The handlers come after loading: while the knowledge loads, a signal ends the program at once.
        stop = run.stop_on_signals()
        discord, reloader = make_discord_face(services), make_reloader(services)
        discord.reload = reloader.reload
        reloader.listeners.append(discord.refresh_commands)
        async with _reload_on_change(reloader, watch=settings.watch):
            return await run.run([discord, make_web_face(services)], _print_status, stop)


def _print_status(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def make_discord_face(services: Services) -> DiscordFace:
    """Build the Discord face from the settings."""
    settings = services.settings
    options = DiscordOptions(settings.message_content, settings.prefix, settings.dev_server)
    connection = ConnectionOptions(
        settings.discord_token, settings.discord_api, settings.discord_gateway, options
    )
    return DiscordFace(connection, services.assistant, services.metrics, services.health)


def make_web_face(services: Services) -> WebFace:
    """Build the web face from the settings."""
    settings = services.settings
    options = WebOptions(
        settings.host, settings.port, settings.rate, settings.embed, settings.proxy, settings.desk_token
    )
    return WebFace(options, services.assistant, services.metrics, services.health)


def make_reloader(services: Services) -> Reloader:
    """Build the reloader for the configured knowledge folder."""
    settings = services.settings
    return Reloader(settings.knowledge, lambda: open_configured_knowledge(settings), services.assistant)


@asynccontextmanager
async def _reload_on_change(reloader: Reloader, *, watch: bool) -> AsyncIterator[None]:
    """Reload on SIGHUP and, if `watch` is set, whenever the folder changes."""
    tasks: set[asyncio.Task[Any]] = set()

    def start_reload() -> None:
        task = asyncio.create_task(reloader.reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    with suppress(NotImplementedError, AttributeError):  # Windows has no SIGHUP
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, start_reload)
    if watch:
        tasks.add(asyncio.create_task(reloader.watch()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


def _add_web(commands: Commands) -> None:
    parser = commands.add_parser(
        "web", help="open only the web page",
        description="Open the web page on KEYGUIDE_HOST and KEYGUIDE_PORT, by default "
        "http://127.0.0.1:8080/, until it is stopped (Ctrl+C).",
    )  # fmt: skip
    parser.set_defaults(run=_run_web)


def _run_web(_options: Options, settings: Settings) -> int:
    async def serve() -> None:
        stop = run.stop_on_signals()
        async with run.open_services(settings) as services:
            face = make_web_face(services)
            _print_status(f"web: {await face.open()}")
            try:
                await stop.wait()
            finally:
                await face.close()

    asyncio.run(serve())
    return 0


def _add_invite(commands: Commands) -> None:
    parser = commands.add_parser(
        "invite", help="print the links that add the bot to a server or to an account",
        description="Print the two links that add the bot: to a server, with the fewest permissions that it "
        "needs, and to a personal account, for use in any server or direct message.",
    )  # fmt: skip
    parser.add_argument("id", nargs="?", help="the application id (default: the one in DISCORD_TOKEN)")
    parser.set_defaults(run=_run_invite)


def _run_invite(options: Options, settings: Settings) -> int:
    application_id = _find_application_id(options.id, settings.discord_token)
    print(f"To a server:        {build_server_link(application_id)}")
    print(f"To your account:    {build_person_link(application_id)}")
    return 0


def _find_application_id(text: str | None, token: str) -> int:
    """Parse the id from the command line, or read it from the token if none was typed."""
    if text:
        if not (text.isdecimal() and text.isascii()):
            raise SettingsError(
                f"{text!r} is not an application id: copy it from the developer portal (General Information)"
            )
        return int(text)
    application_id = read_application_id(token) if token else None
    if application_id is None:
        raise SettingsError(
            "invite needs the application id, or a valid DISCORD_TOKEN; see keyguide invite --help"
        )
    return application_id


COMMANDS: dict[str, Callable[[Commands], None]] = {"run": _add_run, "invite": _add_invite, "web": _add_web}
