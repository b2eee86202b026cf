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


_CORE = ("keyguide.core",)
_MODEL = "keyguide.core.model"
_RUNNING = (
    "keyguide.errors",
    "keyguide.runtime.health",
    "keyguide.runtime.log",
    "keyguide.runtime.metrics",
    "keyguide.runtime.human_webhook",
    "keyguide.runtime.rate_limit",
)
_FACE = (
    "keyguide.core",
    "keyguide.assistant",
    "keyguide.insight",
    "keyguide.flow_pictures",
    "keyguide.vision.image_header",
    "keyguide.vision.unread_picture",
    "keyguide.vision.reader",
)
_DESK = (
    "keyguide.core",
    "keyguide.insight",
    "keyguide.load",
    "keyguide.store",
    "keyguide.desk",
    "keyguide.errors",
)
_STORE = Room((_MODEL, "keyguide.store", "keyguide.errors"))
EVERYTHING = Room(("keyguide",))

# The longest name that fits a module is its room.
ROOMS = {
    "keyguide": Room(),
    "keyguide.assistant": Room(
        (
            *_CORE,
            "keyguide.count_ledger",
            "keyguide.errors",
            "keyguide.insight",
            "keyguide.recent_texts",
            "keyguide.reply_cache",
            "keyguide.store.protocols",
            "keyguide.unsaved_conversations",
        )
    ),
    "keyguide.unsaved_conversations": Room(_CORE),
    "keyguide.count_ledger": Room(("keyguide.errors", "keyguide.insight", "keyguide.store.protocols")),
    "keyguide.recent_texts": Room(),
    "keyguide.reply_cache": Room(_CORE),
    "keyguide.errors": Room(),
    "keyguide.core": Room(),
    "keyguide.core.model": Room((_MODEL,)),
    "keyguide.core.phrases": Room(("keyguide.core.phrases",)),
    "keyguide.core.evidence": Room((_MODEL, "keyguide.core.evidence")),
    "keyguide.core.finding": Room(("keyguide.core.finding",), ("numpy",)),
    "keyguide.core.finding.normalise": Room(),
    "keyguide.core.knowledge": Room(
        (
            _MODEL,
            "keyguide.core.phrases",
            "keyguide.core.evidence",
            "keyguide.core.finding",
            "keyguide.core.knowledge",
        )
    ),
    "keyguide.core.engine": Room(_CORE),
    "keyguide.insight": Room((*_CORE, "keyguide.insight")),
    "keyguide.flow_pictures": Room((*_CORE, "keyguide.flow_pictures")),
    "keyguide.load": Room(
        (*_CORE, "keyguide.errors", "keyguide.load"), ("yaml", "pydantic", "pydantic_core", "numpy")
    ),
    "keyguide.load.sentences.sentence_model": Room((*_CORE, "keyguide.load"), ("numpy", "safetensors")),
    "keyguide.store": _STORE,
    "keyguide.store.postgres.store": Room(_STORE.rooms, ("asyncpg",)),
    "keyguide.store.postgres.migration": Room(_STORE.rooms, ("asyncpg",)),
    "keyguide.faces": Room(),
    "keyguide.faces.batch": Room(_CORE),
    "keyguide.faces.terminal": Room(
        (
            *_CORE,
            "keyguide.assistant",
            "keyguide.faces.terminal_input",
            "keyguide.faces.terminal_options",
            "keyguide.vision.reader",
            "keyguide.runtime.human_webhook",
        ),
        ("rich",),
    ),
    "keyguide.faces.terminal_input": Room((), ("prompt_toolkit",)),
    "keyguide.faces.terminal_options": Room(_CORE),
    "keyguide.faces.mcp": Room(
        (*_CORE, "keyguide.errors", "keyguide.faces.mcp"), ("mcp", "mcp_types", "pydantic", "uvicorn")
    ),
    "keyguide.faces.discord": Room(
        (*_FACE, "keyguide.faces.discord", *_RUNNING), ("discord", "aiohttp", "yarl", "nacl")
    ),
    "keyguide.faces.web": Room(
        (*_FACE, "keyguide.faces.web", *_RUNNING),
        ("aiohttp", "jinja2", "markdown_it", "markupsafe", "pydantic"),
    ),
    "keyguide.vision": Room((_MODEL, "keyguide.vision")),
    "keyguide.vision.worker": Room(("keyguide.vision",), ("PIL", "numpy", "rapidocr")),
    "keyguide.desk": Room(_DESK),
    "keyguide.desk.scoring.baseline_searches": Room(_DESK, ("rank_bm25", "rapidfuzz")),
    "keyguide.desk.importing": Room(_DESK, ("selectolax", "markdown_it")),
    "keyguide.desk.reach_sources": Room(_DESK, ("aiohttp",)),
    "keyguide.desk.write_yaml": Room(_DESK, ("yaml",)),  # what is drafted is written as YAML
    "keyguide.runtime": Room(("keyguide.runtime", "keyguide.assistant", "keyguide.errors", *_CORE)),
    "keyguide.runtime.human_webhook": Room(_CORE, ("aiohttp",)),
    "keyguide.runtime.rate_limit": Room(),
    "keyguide.runtime.metrics": Room(("keyguide.assistant", *_CORE), ("prometheus_client",)),
    "keyguide.runtime.configuration.settings": Room(
        (
            "keyguide.errors",
            "keyguide.runtime.configuration.former_name",
            "keyguide.runtime.configuration.parsers",
        )
    ),
    "keyguide.runtime.configuration.parsers": Room(),
    "keyguide.runtime.configuration.former_name": Room(),
    # what wires everything together; nothing imports it
    "keyguide.runtime.run": EVERYTHING,
    "keyguide.runtime.open_knowledge": EVERYTHING,
    "keyguide.cli": EVERYTHING,
    "keyguide.__main__": EVERYTHING,
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
    return module == room or module.startswith(f"{room}.")


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
    return told + (list(_restless(module, tree)) if inside(module, "keyguide.core") else [])


def _allowed(name: str, room: str, module: str) -> bool:
    if name.startswith("."):
        return False
    if inside(name, "keyguide"):
        through_a_door = any(inside(name, door) for door in FRONT_DOOR)
        if through_a_door and room not in FRONT_DOOR:
            return False
        return name != "keyguide.__main__" and any(inside(name, other) for other in ROOMS[room].rooms)
    top = name.partition(".")[0]
    if inside(module, "keyguide.core") and top in _NOT_IN_CORE:
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
    return ".".join(path.relative_to(ROOT / "bot").with_suffix("").parts).removesuffix(".__init__")


PATHS = sorted((ROOT / "bot" / "keyguide").rglob("*.py"))
MODULES = {module_of(path) for path in PATHS}


@pytest.mark.parametrize("path", PATHS, ids=module_of)
def test_each_line_knows_its_room(path: Path) -> None:
    assert offences(module_of(path), path.read_text(encoding="utf-8"), MODULES) == []


@pytest.mark.parametrize(
    ("module", "source", "told"),
    [
        ("core.model.flow", "import yaml", "core.model may not import yaml"),
        ("core.model.flow", "import numpy as np", "core.model may not import numpy"),
        ("core.finding.normalise", "import numpy as np", "core.finding.normalise may not import numpy"),
        ("core.model.flow", "import asyncio", "core.model may not import asyncio"),
        ("core.model.flow", "from pathlib import Path", "core.model may not import pathlib"),
        ("core.model.flow", "import os.path", "core.model may not import os.path"),
        (
            "core.engine.picks",
            "from keyguide.errors import StoreError",
            "core.engine may not import keyguide.errors",
        ),
        (
            "core.model.flow",
            "from keyguide.core.engine import pressed_option",
            "core.model may not import keyguide.core.engine.pressed_option",
        ),
        ("core.model.flow", "from .turn import Reply", "core.model may not import .turn"),
        ("core.model.flow", "from . import turn", "core.model may not import ."),
        (
            "core.engine.answers.texts",
            "def late():\n    import keyguide.store",
            "core.engine may not import keyguide.store",
        ),
        ("core.model.flow", "async def wait(): pass", "the core does not wait"),
        ("core.model.flow", "from datetime import datetime\ndatetime.now()", "the core does not call now"),
        ("core.model.flow", "open('file')", "the core does not call open"),
        ("core.knowledge.rules.flows", "print('hello')", "the core does not call print"),
        (
            "assistant",
            "from keyguide.store.sqlite.store import x",
            "assistant may not import keyguide.store.sqlite.store",
        ),
        ("load.folder", "import keyguide.store.protocols", "load may not import keyguide.store.protocols"),
        ("store.protocols", "import yaml", "store may not import yaml"),
        ("store.memory", "import asyncpg", "store may not import asyncpg"),
        ("store.rows", "import keyguide.core.engine", "store may not import keyguide.core.engine"),
        (
            "faces.terminal",
            "from keyguide.faces.batch import x",
            "faces.terminal may not import keyguide.faces.batch",
        ),
        (
            "faces.terminal",
            "import keyguide.store.memory",
            "faces.terminal may not import keyguide.store.memory",
        ),
        ("faces.terminal", "import yaml", "faces.terminal may not import yaml"),
        ("faces.web.app", "import discord", "faces.web may not import discord"),
        ("faces.web.app", "import keyguide.faces.discord", "faces.web may not import keyguide.faces.discord"),
        (
            "flow_pictures.svg",
            "import keyguide.faces.terminal",
            "pictures may not import keyguide.faces.terminal",
        ),
        ("errors", "import keyguide.core", "errors may not import keyguide.core"),
        ("runtime.run", "import keyguide.__main__", "runtime.run may not import keyguide.__main__"),
        ("faces.terminal", "import keyguide.cli.serve", "faces.terminal may not import keyguide.cli.serve"),
        ("new_room", "import keyguide.errors", "keyguide may not import keyguide.errors"),
    ],
)
def test_a_line_in_the_wrong_room_is_told(module: str, source: str, told: str) -> None:
    (offence,) = offences(f"keyguide.{module}", source, MODULES)

    assert offence.startswith(f"keyguide.{module}:")
    assert offence.endswith(told)


def test_every_room_is_there() -> None:
    assert [room for room in ROOMS if not any(inside(module, room) for module in MODULES)] == []
