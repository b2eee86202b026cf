"""The commands that open the assistant everywhere at once, and that bring it into a Discord server."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from keyguide.cli.options import Commands, Options
from keyguide.cli.web import make_web_face
from keyguide.errors import SettingsError
from keyguide.faces.discord.connection.bot import DiscordOptions
from keyguide.faces.discord.connection.login import ConnectionOptions
from keyguide.faces.discord.connection.permissions import (
    build_person_link,
    build_server_link,
    read_application_id,
)
from keyguide.faces.discord.face import DiscordFace
from keyguide.runtime import run
from keyguide.runtime.open_knowledge import open_configured_knowledge
from keyguide.runtime.reload import Reloader
from keyguide.runtime.run import Services
from keyguide.runtime.settings import Settings


def _add_run(commands: Commands) -> None:
    parser = commands.add_parser(
        "run", help="open every face that is configured: Discord and the web page",
        description="Open every face that is configured, say in one line each what is open, what is not and "
        "why, and stay until told to end (SIGTERM or Ctrl+C). SIGHUP takes up changed knowledge.",
    )  # fmt: skip
    parser.set_defaults(run=_run_all)


def _run_all(_options: Options, settings: Settings) -> int:
    return 0 if asyncio.run(_open_all(settings)) else 1


async def _open_all(settings: Settings) -> bool:
    async with run.open_services(settings) as house:
        stop = run.stop_on_signals()  # while it is still reading, a signal ends the program at once
        discord, reloading = make_discord_face(house), make_reloader(house)
        discord.reload = reloading.reload
        reloading.listeners.append(discord.refresh_commands)
        async with _reload_on_change(reloading, watch=settings.watch):
            return await run.run([discord, make_web_face(house)], _print_status, stop)


def _print_status(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def make_discord_face(house: Services) -> DiscordFace:
    """Return the Discord face as the settings ask for it."""
    asked = house.settings
    ways = DiscordOptions(asked.message_content, asked.prefix, asked.dev_server)
    gates = ConnectionOptions(asked.discord_token, asked.discord_api, asked.discord_gateway, ways)
    return DiscordFace(gates, house.assistant, house.metrics, house.health)


def make_reloader(house: Services) -> Reloader:
    """Return what takes up the knowledge folder of the settings."""
    asked = house.settings
    return Reloader(asked.knowledge, lambda: open_configured_knowledge(asked), house.assistant)


@asynccontextmanager
async def _reload_on_change(reloading: Reloader, *, watch: bool) -> AsyncIterator[None]:
    """Reload on SIGHUP, and where the operator wants it whenever the folder changes."""
    tasks: set[asyncio.Task[Any]] = set()

    def start_reload() -> None:
        task = asyncio.create_task(reloading.reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    with suppress(NotImplementedError, AttributeError):  # Windows has no such signal
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, start_reload)
    if watch:
        tasks.add(asyncio.create_task(reloading.watch()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


def _add_invite(commands: Commands) -> None:
    parser = commands.add_parser(
        "invite", help="print the links that add the bot to a server or to an account",
        description="Print the two links that add the bot: to a server, with the least permissions that it "
        "needs, and to a person's own account, to use it in any server or direct message.",
    )  # fmt: skip
    parser.add_argument("id", nargs="?", help="the application id; without it, the one in DISCORD_TOKEN")
    parser.set_defaults(run=_run_invite)


def _run_invite(options: Options, settings: Settings) -> int:
    id = _find_application_id(options.id, settings.discord_token)
    print(f"To a server:        {build_server_link(id)}")
    print(f"To your account:    {build_person_link(id)}")
    return 0


def _find_application_id(id: str | None, token: str) -> int:
    if id:
        if not (id.isdecimal() and id.isascii()):
            raise SettingsError(
                f"{id!r} is no application id: copy it from the developer portal (General Information)"
            )
        return int(id)
    found = read_application_id(token) if token else None
    if found is None:
        raise SettingsError(
            "invite needs the application id, or a valid DISCORD_TOKEN; see keyguide invite --help"
        )
    return found


COMMANDS: dict[str, Callable[[Commands], None]] = {"run": _add_run, "invite": _add_invite}
