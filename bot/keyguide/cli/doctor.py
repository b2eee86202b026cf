"""The command `doctor`: report what this installation runs with and what is broken."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable, Iterator
from importlib.metadata import version

from keyguide.cli.options import Commands, Options
from keyguide.desk.check_folder import check_folder
from keyguide.errors import KeyguideError
from keyguide.load.vectors import open_vectors
from keyguide.runtime.settings import Settings
from keyguide.store.open_store import open_store

_PROBE = "doctor"


def _add_doctor(commands: Commands) -> None:
    parser = commands.add_parser(
        "doctor", help="report what this installation runs with, and what is broken",
        description="Print one line for each part of this installation: program, knowledge, memory, cache, "
        "sentence vectors and faces. Exit status 1 if a part is broken.",
    )  # fmt: skip
    parser.set_defaults(run=_run_doctor)


def _run_doctor(_options: Options, settings: Settings) -> int:
    findings = list(_list_findings(settings))
    for is_ok, name, details in findings:
        print(f"{'ok ' if is_ok else 'BAD'}  {name}: {details}")
    return 0 if all(is_ok for is_ok, _, _ in findings) else 1


def _list_findings(settings: Settings) -> Iterator[tuple[bool, str, str]]:
    """Yield for each part whether it works, its name and the details."""
    yield True, "program", f"keyguide {version('keyguide')} on Python {platform.python_version()}"
    yield _check_knowledge(settings)
    yield _check_store(settings)
    yield True, "cache", str(settings.cache)
    vectors = open_vectors(settings.vectors, settings.cache)
    is_required = settings.vectors not in {"off", "auto"}  # the operator named a model
    yield vectors.embed is not None or not is_required, "sentence vectors", vectors.description
    yield True, "web page", f"would open on http://{settings.host}:{settings.port}"
    discord = "a token is set" if settings.discord_token else "no token: set DISCORD_TOKEN to open it"
    yield True, "Discord", discord


def _check_knowledge(settings: Settings) -> tuple[bool, str, str]:
    try:
        is_valid, report = check_folder(settings.knowledge)
    except KeyguideError as error:
        return False, "knowledge", str(error)
    return is_valid, "knowledge", report if is_valid else f"{report.splitlines()[-1]}; see keyguide check"


def _check_store(settings: Settings) -> tuple[bool, str, str]:
    """Check that the database can be opened and written, by setting a note and removing it again."""

    async def probe() -> None:
        store = await open_store(settings.database)
        try:
            await store.set_note(_PROBE, _PROBE, "can write")
            await store.drop_notes(_PROBE)
        finally:
            await store.close()

    kind = "PostgreSQL" if settings.database.startswith("postgres") else settings.database
    try:
        asyncio.run(probe())
    except KeyguideError as error:
        return False, "memory", str(error)
    return True, "memory", f"{kind} is writable"


COMMANDS: dict[str, Callable[[Commands], None]] = {"doctor": _add_doctor}
