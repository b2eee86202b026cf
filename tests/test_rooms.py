"""The walls: who may import whom (section 3 of the design page), held by reading every module."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Room:
    """What a room may import: rooms of ours and libraries of others, besides the standard library."""

    rooms: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


_OPEN = ("bot.errors", "bot.health", "bot.metrics")
_DESK = ("bot.core", "bot.load", "bot.store", "bot.desk", "bot.errors")
_NUMPY = Room(("bot.core",), ("numpy",))
EVERYTHING = Room(("bot",))

# The longest name that fits a module is its room.
ROOMS = {
    "bot": Room(),
    "bot.core": Room(("bot.core",)),
    "bot.core.find": _NUMPY,
    "bot.core.fit": _NUMPY,
    "bot.core.learn": _NUMPY,
    "bot.core.calibrate": _NUMPY,
    "bot.core.features": _NUMPY,
    "bot.errors": Room(),
    "bot.log": Room(),
    "bot.settings": Room(("bot.errors",)),
    "bot.load": Room(("bot.core", "bot.errors", "bot.load"), ("yaml", "pydantic", "pydantic_core", "numpy")),
    "bot.load.vectors": Room(("bot.core",), ("numpy", "fastembed", "huggingface_hub", "loguru")),
    "bot.store": Room(("bot.core", "bot.errors", "bot.store")),
    "bot.store.postgres": Room(("bot.core", "bot.errors", "bot.store"), ("asyncpg",)),
    "bot.store.postgres_schema": Room(("bot.core", "bot.errors", "bot.store"), ("asyncpg",)),
    "bot.assistant": Room(("bot.core", "bot.store.base")),
    "bot.health": Room(("bot.errors",)),
    "bot.metrics": Room(("bot.assistant", "bot.core"), ("prometheus_client",)),
    "bot.reloading": Room(("bot.assistant", "bot.core", "bot.errors")),
    "bot.faces": Room(),
    "bot.faces.asking": Room(("bot.core",)),
    "bot.faces.terminal": Room(("bot.core", "bot.assistant"), ("rich",)),
    "bot.faces.discord": Room(
        ("bot.core", "bot.assistant", "bot.faces.discord", *_OPEN), ("discord", "aiohttp", "yarl")
    ),
    "bot.faces.web": Room(
        ("bot.core", "bot.assistant", "bot.faces.web", *_OPEN), ("aiohttp", "markdown_it", "orjson")
    ),
    "bot.desk": Room(_DESK),
    "bot.desk.baselines": Room(_DESK, ("rank_bm25", "rapidfuzz")),
    "bot.desk.importing": Room(_DESK, ("selectolax", "markdown_it")),
    "bot.desk.links": Room(_DESK, ("aiohttp",)),
    "bot.desk.writing": Room(_DESK, ("yaml",)),  # what is drafted is written as YAML
    # the front door: what wires the rooms together
    "bot.running": EVERYTHING,
    "bot.knowing": EVERYTHING,
    "bot.commands_": EVERYTHING,  # commands_run and its like
    "bot.__main__": EVERYTHING,
}
FRONT_DOOR = tuple(name for name, room in ROOMS.items() if room is EVERYTHING)

_NOT_IN_CORE = {
    "asyncio",
    "socket",
    "threading",
    "subprocess",
    "multiprocessing",
    "concurrent",
    "os",
    "pathlib",
    "io",
    "shutil",
    "tempfile",
    "sqlite3",
    "urllib",
    "http",
    "logging",
    "time",
    "random",
    "secrets",
    "signal",
    "sys",
}
_CLOCKS_AND_DOORS = {
    "now",
    "today",
    "utcnow",
    "open",
    "print",
    "input",
    "exec",
    "eval",
    "__import__",
    "breakpoint",
}


def room_of(module: str) -> str:
    """Return the room that a module stands in."""
    return max((room for room in ROOMS if inside(module, room)), key=len)


def inside(module: str, room: str) -> bool:
    return module == room or module.startswith(room if room.endswith("_") else f"{room}.")


def imported(tree: ast.AST, modules: set[str]) -> Iterator[tuple[int, str]]:
    """Yield line and whole name of everything that a module imports, wherever in it that stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield node.lineno, whole if whole in modules else base


def offences(module: str, source: str, modules: set[str]) -> list[str]:
    """Return every line of a module that breaks a wall, with the reason."""
    tree = ast.parse(source)
    room = room_of(module)
    told = [
        f"{module}:{line}: {room} may not import {name}"
        for line, name in imported(tree, modules)
        if not _allowed(name, room, module)
    ]
    return told + (list(_restless(module, tree)) if inside(module, "bot.core") else [])


def _allowed(name: str, room: str, module: str) -> bool:
    if name.startswith("."):
        return False
    if inside(name, "bot"):
        through_a_door = any(inside(name, door) for door in FRONT_DOOR)
        if through_a_door and room not in FRONT_DOOR:
            return False
        return name != "bot.__main__" and any(inside(name, other) for other in ROOMS[room].rooms)
    top = name.partition(".")[0]
    if inside(module, "bot.core") and top in _NOT_IN_CORE:
        return False
    return top in sys.stdlib_module_names or top in ROOMS[room].libraries or ROOMS[room] is EVERYTHING


def _restless(module: str, tree: ast.AST) -> Iterator[str]:
    """Yield whatever waits, reads a clock or touches the world outside."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            yield f"{module}:{node.lineno}: the core does not wait"
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in _CLOCKS_AND_DOORS:
                yield f"{module}:{node.lineno}: the core does not call {name}"


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PATHS = sorted((ROOT / "bot").rglob("*.py"))
MODULES = {module_of(path) for path in PATHS}


@pytest.mark.parametrize("path", PATHS, ids=module_of)
def test_each_line_knows_its_room(path: Path) -> None:
    assert offences(module_of(path), path.read_text(encoding="utf-8"), MODULES) == []


@pytest.mark.parametrize(
    ("module", "source", "told"),
    [
        ("bot.core.flow", "import yaml", "bot.core may not import yaml"),
        ("bot.core.flow", "import numpy as np", "bot.core may not import numpy"),
        ("bot.core.flow", "import asyncio", "bot.core may not import asyncio"),
        ("bot.core.flow", "from pathlib import Path", "bot.core may not import pathlib"),
        ("bot.core.flow", "import os.path", "bot.core may not import os.path"),
        ("bot.core.flow", "from bot.errors import StoreError", "bot.core may not import bot.errors"),
        ("bot.core.flow", "from bot import settings", "bot.core may not import bot.settings"),
        ("bot.core.flow", "from .turn import Reply", "bot.core may not import .turn"),
        ("bot.core.flow", "from . import turn", "bot.core may not import ."),
        ("bot.core.flow", "def late():\n    import bot.store.base", "bot.core may not import bot.store.base"),
        ("bot.core.flow", "async def wait(): pass", "the core does not wait"),
        ("bot.core.flow", "from datetime import datetime\ndatetime.now()", "the core does not call now"),
        ("bot.core.flow", "open('file')", "the core does not call open"),
        ("bot.core.rules.flows", "print('hello')", "the core does not call print"),
        (
            "bot.assistant",
            "from bot.store.sqlite import open_sqlite",
            "bot.assistant may not import bot.store.sqlite",
        ),
        ("bot.load.folder", "import bot.store.base", "bot.load may not import bot.store.base"),
        ("bot.store.base", "import yaml", "bot.store may not import yaml"),
        ("bot.store.memory", "import asyncpg", "bot.store may not import asyncpg"),
        (
            "bot.faces.terminal",
            "from bot.faces import asking",
            "bot.faces.terminal may not import bot.faces.asking",
        ),
        (
            "bot.faces.terminal",
            "from bot.store.memory import MemoryStore",
            "bot.faces.terminal may not import bot.store.memory",
        ),
        ("bot.faces.terminal", "import yaml", "bot.faces.terminal may not import yaml"),
        ("bot.faces.web.app", "import discord", "bot.faces.web may not import discord"),
        ("bot.desk.drawing", "from bot.faces import terminal", "bot.desk may not import bot.faces.terminal"),
        ("bot.errors", "import bot.core", "bot.errors may not import bot.core"),
        ("bot.running", "from bot.__main__ import main", "bot.running may not import bot.__main__"),
        ("bot.faces.terminal", "from bot import running", "bot.faces.terminal may not import bot.running"),
        ("bot.new_room", "import bot.errors", "bot may not import bot.errors"),
    ],
)
def test_a_line_in_the_wrong_room_is_told(module: str, source: str, told: str) -> None:
    (offence,) = offences(module, source, MODULES | {"bot.core.turn"})

    assert offence.startswith(f"{module}:")
    assert offence.endswith(f": {told}")


def test_every_room_is_there() -> None:
    assert [room for room in ROOMS if not any(inside(module, room) for module in MODULES)] == []
