"""The commands that open the assistant everywhere at once, and that bring it into a Discord server."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from bot import running
from bot.commands_faces import web_face
from bot.commands_parts import Commands, Options
from bot.errors import SettingsError
from bot.faces.discord.base import Ways
from bot.faces.discord.face import DiscordFace
from bot.faces.discord.gates import Gates
from bot.faces.discord.permissions import application_of, person_link, server_link
from bot.knowing import knowledge_for
from bot.reloading import Reloading
from bot.running import House
from bot.settings import Settings


def _add_run(commands: Commands) -> None:
    parser = commands.add_parser(
        "run", help="open every face that is configured: Discord and the web page",
        description="Open every face that is configured, say in one line each what is open, what is not and "
        "why, and stay until told to end (SIGTERM or Ctrl+C). SIGHUP takes up changed knowledge.",
    )  # fmt: skip
    parser.set_defaults(run=_run)


def _run(_options: Options, settings: Settings) -> int:
    return 0 if asyncio.run(_open_all(settings)) else 1


async def _open_all(settings: Settings) -> bool:
    async with running.open_house(settings) as house:
        stop = running.stop_on_signals()  # while it is still reading, a signal ends the program at once
        discord, reloading = discord_face(house), reloading_of(house)
        discord.reload = reloading.reload
        reloading.learnt.append(discord.learnt)
        async with _kept_fresh(reloading, watch=settings.watch):
            return await running.run([discord, web_face(house)], _tell, stop)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def discord_face(house: House) -> DiscordFace:
    """Return the Discord face as the settings ask for it."""
    asked = house.settings
    ways = Ways(asked.message_content, asked.prefix, asked.dev_server)
    gates = Gates(asked.discord_token, asked.discord_api, asked.discord_gateway, ways)
    return DiscordFace(gates, house.assistant, house.metrics, house.health)


def reloading_of(house: House) -> Reloading:
    """Return what takes up the knowledge folder of the settings."""
    asked = house.settings
    return Reloading(asked.knowledge, lambda: knowledge_for(asked), house.assistant)


@asynccontextmanager
async def _kept_fresh(reloading: Reloading, *, watch: bool) -> AsyncIterator[None]:
    """Reload on SIGHUP, and where the operator wants it whenever the folder changes."""
    tasks: set[asyncio.Task[Any]] = set()

    def begin() -> None:
        task = asyncio.create_task(reloading.reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    with suppress(NotImplementedError, AttributeError):  # Windows has no such signal
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, begin)
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
    parser.set_defaults(run=_invite)


def _invite(options: Options, settings: Settings) -> int:
    id = _application(options.id, settings.discord_token)
    print(f"To a server:        {server_link(id)}")
    print(f"To your account:    {person_link(id)}")
    return 0


def _application(id: str | None, token: str) -> int:
    if id:
        if not (id.isdecimal() and id.isascii()):
            raise SettingsError(
                f"{id!r} is no application id: copy it from the developer portal (General Information)"
            )
        return int(id)
    found = application_of(token) if token else None
    if found is None:
        raise SettingsError(
            "invite needs the application id, or a valid DISCORD_TOKEN; see latchkey invite --help"
        )
    return found


COMMANDS: dict[str, Callable[[Commands], None]] = {"run": _add_run, "invite": _add_invite}
