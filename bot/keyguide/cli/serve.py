"""Commands that open the assistant on Discord and on the web: `run`, `web` and `invite`."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import click

from keyguide.cli.options import command, host_option, port_option
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.desk.draft_answers import QuestionGap, format_gap_drafts
from keyguide.errors import SettingsError
from keyguide.faces.discord.connection.bot import EVERY_SHARD, DiscordOptions, Shards
from keyguide.faces.discord.connection.login import ConnectionOptions
from keyguide.faces.discord.endpoint.face import InteractionsFace
from keyguide.faces.discord.gateway.face import DiscordFace
from keyguide.faces.discord.servers.bot_permissions import (
    build_person_link,
    build_server_link,
    read_application_id,
)
from keyguide.faces.discord.servers.shared_state import BotMemory
from keyguide.faces.web.app import WebFace
from keyguide.faces.web.brand import Brand
from keyguide.faces.web.web_context import DeskOptions, WebOptions
from keyguide.load.folder import read_folder
from keyguide.runtime import run
from keyguide.runtime.configuration.settings import Settings
from keyguide.runtime.open_knowledge import open_in_thread
from keyguide.runtime.reload import Reloader
from keyguide.runtime.run import Deadline, Services
from keyguide.store.protocols import get_now


@command("run")
@host_option
@port_option
def run_all(settings: Settings) -> int:
    """Open everything that is configured: Discord and the web page.

    Print one line for each: where it is open, or why it is not. Run until stopped (SIGTERM or Ctrl-C).
    Reload changed knowledge on SIGHUP.
    """
    with Deadline() as deadline:
        return 0 if asyncio.run(_open_all(settings, deadline)) else 1


async def _open_all(settings: Settings, deadline: Deadline) -> bool:
    async with run.open_services(settings) as services:
        memory = BotMemory(picture_reader=services.picture_reader)
        discord, endpoints = make_discord_face(services, memory), make_interactions_faces(services, memory)
        page = make_web_face(services, endpoints, discord.name_place)
        return await _run_faces(services, [discord, *endpoints], page, deadline)


async def _run_faces(
    services: Services,
    bots: Sequence[DiscordFace | InteractionsFace],
    page: WebFace,
    deadline: Deadline,
    needed: WebFace | None = None,
) -> bool:
    """Run the bots and the web page until the program is stopped; False if they could not be opened."""
    # The handlers come after loading: while the knowledge loads, a signal ends the program at once.
    stop, reloader = run.stop_on_signals(deadline), make_reloader(services)
    for bot in bots:
        bot.reload = reloader.reload
        reloader.listeners.append(bot.refresh_commands)
    async with _reload_on_change(reloader, watch=services.settings.watch):
        return await run.run([*bots, page], _print_status, stop, needed)


def _print_status(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def make_discord_face(services: Services, memory: BotMemory) -> DiscordFace:
    """Build the Discord face from the settings."""
    settings = services.settings
    return DiscordFace(
        _make_connection_options(settings), services.assistant, services.metrics, services.health, memory
    )


def _choose_shards(setting: tuple[int, ...] | None) -> Shards | None:
    if not setting:
        return None if setting is None else EVERY_SHARD
    first, last, count = setting
    return Shards(tuple(range(first, last + 1)), count)


def make_interactions_faces(services: Services, memory: BotMemory) -> list[InteractionsFace]:
    """Build the face for interactions by HTTP if there is a public key to check them with."""
    options = _make_connection_options(services.settings)
    if not options.public_key:
        return []
    return [InteractionsFace(options, services.assistant, services.metrics, services.health, memory)]


def _make_connection_options(settings: Settings) -> ConnectionOptions:
    return ConnectionOptions(
        settings.discord_token,
        settings.discord_api,
        settings.discord_gateway,
        settings.discord_public_key,
        _choose_shards(settings.shards),
        DiscordOptions(
            settings.message_content,
            settings.prefix,
            settings.dev_server,
            operators=settings.operators,
        ),
    )


def make_web_face(
    services: Services,
    endpoints: Iterable[InteractionsFace] = (),
    name_place: Callable[[str], str] = str,
) -> WebFace:
    """Build the web face from the settings; what Discord posts goes to its endpoints."""
    settings = services.settings
    brand = Brand(settings.name, settings.colour, settings.footer, settings.templates)
    options = WebOptions(
        settings.host,
        settings.port,
        settings.rate,
        settings.embed,
        settings.proxy,
        settings.desk_token,
        brand,
        _make_desk_options(settings, name_place),
        settings.scoreboard,
        {path: answer for endpoint in endpoints for path, answer in endpoint.handlers.items()},
        services.picture_reader,
    )
    return WebFace(options, services.assistant, services.metrics, services.health, services.human)


def _make_desk_options(settings: Settings, name_place: Callable[[str], str]) -> DeskOptions:
    def write_draft(knowledge: Knowledge, gap: QuestionGap) -> str:
        files = read_folder(settings.knowledge).files
        return format_gap_drafts([gap], knowledge, files, get_now().date())

    return DeskOptions(settings.edit_url, name_place, write_draft)


def make_reloader(services: Services) -> Reloader:
    """Build the reloader for the configured knowledge folder."""
    settings = services.settings
    return Reloader(settings.knowledge, lambda: open_in_thread(settings), services.assistant)


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
    tasks.add(asyncio.create_task(reloader.follow_others()))
    if watch:
        tasks.add(asyncio.create_task(reloader.watch()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


@command("web")
@host_option
@port_option
def open_web(settings: Settings) -> int:
    """Open only the web page, by default on http://127.0.0.1:8080/, until it is stopped (Ctrl-C).

    With KEYGUIDE_DISCORD_PUBLIC_KEY it answers commands and buttons on Discord, too. Reload changed knowledge
    on SIGHUP.
    """
    with Deadline() as deadline:
        return 0 if asyncio.run(_open_web(settings, deadline)) else 1


async def _open_web(settings: Settings, deadline: Deadline) -> bool:
    async with run.open_services(settings) as services:
        endpoints = make_interactions_faces(services, BotMemory(picture_reader=services.picture_reader))
        page = make_web_face(services, endpoints)
        return await _run_faces(services, endpoints, page, deadline, needed=page)


@command("invite")
@click.argument("application_id", metavar="[ID]", required=False)
def print_links(settings: Settings, application_id: str | None) -> int:
    """Print the two links that add the bot.

    One adds it to a server, with the fewest permissions that it needs, and one to a personal account, for
    use in any server or direct message. ID is the application id, by default the one in DISCORD_TOKEN.
    """
    application = _find_application_id(application_id, settings.discord_token)
    print(f"To a server:        {build_server_link(application)}")
    print(f"To your account:    {build_person_link(application)}")
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


COMMANDS = {"run": run_all, "web": open_web, "invite": print_links}
