"""The command `doctor`: report what this installation runs with and what is broken."""

from __future__ import annotations

import asyncio
import errno
import os
import platform
import tempfile
from collections.abc import Iterator
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from keyguide.cli.options import command
from keyguide.desk.check_folder import check_folder
from keyguide.errors import KeyguideError
from keyguide.faces.discord.servers.bot_permissions import read_application_id
from keyguide.runtime.configuration.settings import Settings
from keyguide.runtime.open_knowledge import open_configured_vectors
from keyguide.store.open_store import open_store
from keyguide.vision.reader import can_read_pictures

_PROBE = "doctor"
_TIMEOUT = 2.0  # seconds that the program which has our port may take to answer
_WEBHOOK_TIMEOUT = 10.0  # seconds that a call for a human waits for an answer, too
_MOVED = frozenset((HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT))  # for every method

Finding = tuple[bool, str]  # whether a part works, and the details


@command("doctor")
def examine(settings: Settings) -> int:
    """Report what this installation uses, and what is broken.

    Print one line for each part: program, knowledge, database, cache, sentence vectors, pictures, web page,
    Discord, and the webhook for calls for a human. The database, the cache, the port of the web page and the
    server of the webhook are tried out. Exit status 1 if a part is broken.
    """
    is_sound = True
    for name, (is_ok, details) in _list_findings(settings):
        print(f"{'ok ' if is_ok else 'BAD'}  {name}: {details}")
        is_sound = is_sound and is_ok
    return 0 if is_sound else 1


def _list_findings(settings: Settings) -> Iterator[tuple[str, Finding]]:
    yield "program", (True, f"keyguide {version('keyguide')} on Python {platform.python_version()}")
    yield "knowledge", _check_knowledge(settings.knowledge)
    yield "database", _check_database(settings.database)
    yield "cache", _check_cache(settings.cache)
    vectors = open_configured_vectors(settings)
    is_required = settings.vectors not in {"off", "auto"}  # the operator named a model
    yield "sentence vectors", (vectors.embed is not None or not is_required, vectors.description)
    yield "pictures", _check_pictures()
    yield "web page", asyncio.run(_check_port(settings.host, settings.port))
    yield "Discord", _check_token(settings.discord_token)
    yield "calls for a human", asyncio.run(check_webhook(settings.human_webhook, _WEBHOOK_TIMEOUT))


def _check_knowledge(folder: Path) -> Finding:
    try:
        is_valid, report = check_folder(folder)
    except KeyguideError as error:
        return False, str(error)
    return is_valid, report if is_valid else f"{report.splitlines()[-1]}; see keyguide check"


def _check_database(address: str) -> Finding:
    """Check that the database can be opened and written, by setting a note and removing it again."""

    async def probe() -> None:
        store = await open_store(address)
        try:
            await store.set_note(_PROBE, _PROBE, "can write")
            await store.drop_notes(_PROBE)
        finally:
            await store.close()

    try:
        asyncio.run(probe())
    except KeyguideError as error:
        return False, str(error)
    return True, f"{'PostgreSQL' if address.startswith('postgres') else address} is writable"


def _check_cache(folder: Path) -> Finding:
    """Check that the cache can be written, by writing a file that disappears at once."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"can write")
    except OSError as error:
        return False, f"{folder}: {error.strerror}; every start has to train again: set KEYGUIDE_CACHE"
    return True, f"{folder} is writable"


def _check_pictures() -> Finding:
    if can_read_pictures():
        return True, "screenshots are read"
    return True, "screenshots are not read: install the extra vision for that"


async def _check_port(host: str, port: int) -> Finding:
    """Check that the web page can be opened on its port, or is open there already."""
    address = f"http://{host}:{port}"
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            return False, f"cannot open {address}: {error.strerror or error}; set KEYGUIDE_HOST"
        if await asyncio.to_thread(_is_keyguide, host, port):
            return True, f"Keyguide is open on {address}"
        return False, f"{address} is taken by another program; end it or set KEYGUIDE_PORT"
    server.close()
    return True, f"can be opened on {address}"


def _is_keyguide(host: str, port: int) -> bool:
    """Ask the program that has a port whether it counts what Keyguide counts."""
    connection = HTTPConnection(host, port, timeout=_TIMEOUT)
    try:
        connection.request("GET", "/metrics")
        return b"keyguide_" in connection.getresponse().read(100_000)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _check_token(token: str) -> Finding:
    if not token:
        return True, "no token: set DISCORD_TOKEN to open it"
    if read_application_id(token) is None:
        return False, "this is not the token of a bot: copy it again from the developer portal (Bot)"
    return True, "a token is set"


async def check_webhook(address: str, patience: float) -> Finding:
    """Check that the server answers to which calls for a human are passed on, by asking for its headers.

    A POST would be a call that somebody reads, so none is made. Many servers take nothing but a POST at
    such an address: what they say to HEAD is shown, and is a fault only if it holds for a POST as well.
    """
    if not address:
        return True, "the web page and the terminal only name who can help; see KEYGUIDE_HUMAN_WEBHOOK"
    server = urlsplit(address).netloc.rpartition("@")[2]  # no more of it, because the rest may be a secret
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=patience)) as session,
            session.head(address, allow_redirects=False) as response,
        ):
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return False, f"{server} {_explain(error, patience)}; see KEYGUIDE_HUMAN_WEBHOOK"
    if status in _MOVED:
        return False, f"{server} says that the address has moved (HTTP {status}): calls do not follow, set it"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED:
        return False, f"{server} answers, but fails (HTTP {status})"
    return True, f"passed on to {server}, signed; it answers (HTTP {status} to HEAD, a call is a POST)"


def _explain(error: Exception, patience: float) -> str:
    """Say in words why a server cannot be reached."""
    match error:
        case TimeoutError():
            return f"did not answer within {patience:g} seconds"
        case aiohttp.ClientConnectorDNSError():
            return "is a name that nobody knows"
        case aiohttp.ClientSSLError():
            return "has no valid certificate"
        case aiohttp.ClientConnectorError():
            return f"cannot be reached ({os.strerror(error.os_error.errno or errno.EHOSTUNREACH).lower()})"
        case _:
            return "does not answer as a web server does"


COMMANDS = {"doctor": examine}
