"""Find what still has the former name, Latchkey, in an installation, and report what to rename."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

FORMER_NAME, NAME = "latchkey", "keyguide"
_FORMER_PREFIX, _PREFIX = "LATCHKEY_", "KEYGUIDE_"


def choose_existing(path: Path) -> Path:
    """Choose the file with the former name if only that one exists, so that its data stays in use."""
    former = _make_former_path(path)
    return former if former.exists() and not path.exists() else path


def describe_former_name(variables: Iterable[str], database: str, cache: Path) -> Iterator[str]:
    """Report what to rename: ignored variables, a database that is still used, a cache that is not."""
    for variable in variables:
        if variable.startswith(_FORMER_PREFIX):
            name = _PREFIX + variable.removeprefix(_FORMER_PREFIX)
            yield f"{variable}: this setting is called {name} now and is ignored; rename it"
    path = Path(database)
    if path.name == f"{FORMER_NAME}.db":
        renamed = path.parent.with_name(NAME) / f"{NAME}.db"
        yield f"{path}: still has the former name and is used; stop the program and move it to {renamed}"
    former_cache = cache.with_name(FORMER_NAME)
    if cache.name == NAME and former_cache.is_dir() and not cache.exists():
        yield f"{former_cache}: the cache of the former name is not used any more; delete it"


def _make_former_path(path: Path) -> Path:
    return path.parent.with_name(FORMER_NAME) / path.name.replace(NAME, FORMER_NAME)
