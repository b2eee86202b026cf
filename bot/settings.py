"""Settings, read once from a mapping that is handed in; everything wrong with them is told at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bot.errors import SettingsError

PREFIX = "LATCHKEY_"


@dataclass(frozen=True, slots=True)
class Way:
    """How one setting is read: its variable, what it means, its default as shown, and what turns text into it."""

    variable: str
    means: str
    shown: str
    read: Callable[[str], Any] = str
    secret: bool = False  # then it can also come from a file, and is never shown


def _chosen(*allowed: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw.lower() not in allowed:
            raise ValueError(f"use {', '.join(allowed[:-1])} or {allowed[-1]}")
        return raw.lower()

    return read


WAYS: dict[str, Way] = {
    "knowledge": Way("LATCHKEY_KNOWLEDGE", "the knowledge folder", "the one that came with the program", Path),
    "database": Way(
        "LATCHKEY_DATABASE",
        "where conversations are remembered: a file, `postgresql://…` or `:memory:`",
        "`latchkey.db` in the user's data folder",
        secret=True,
    ),
    "cache": Way("LATCHKEY_CACHE", "where what was learnt is kept between starts", "the user's cache folder", Path),
    "log": Way(
        "LATCHKEY_LOG", "how much is logged: debug, info, warning or error", "`warning`",
        _chosen("debug", "info", "warning", "error"),
    ),
    "log_format": Way("LATCHKEY_LOG_FORMAT", "how: text or json", "`text`", _chosen("text", "json")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose. The README's table lists each, and a test keeps that true."""

    knowledge: Path
    cache: Path
    database: str = field(repr=False)
    log: str = "warning"
    log_format: str = "text"


def read_settings(variables: Mapping[str, str]) -> Settings:
    """Return the settings, or raise SettingsError with everything that is wrong."""
    wrongs = list(_unknown(variables))
    values: dict[str, Any] = {}
    for name, way in WAYS.items():
        try:
            if (raw := _raw(variables, way)) is not None:
                values[name] = way.read(raw)
        except (ValueError, OSError) as error:
            wrongs.append(f"{way.variable}: {error}")
    if wrongs:
        raise SettingsError("\n".join(wrongs))
    return Settings(**_defaults(variables) | values)


def _unknown(variables: Mapping[str, str]) -> Iterator[str]:
    known = [way.variable for way in WAYS.values()]
    known += [f"{way.variable}_FILE" for way in WAYS.values() if way.secret]
    for variable in variables:
        if variable.startswith(PREFIX) and variable not in known and not variable.startswith(PREFIX + "TEST_"):
            close = get_close_matches(variable, known, 1)
            yield f"{variable}: there is no such setting" + (f"; did you mean {close[0]}?" if close else "")


def _raw(variables: Mapping[str, str], way: Way) -> str | None:
    """Return what was set, from the variable or the file that it names; an empty one counts as not set."""
    file = variables.get(f"{way.variable}_FILE", "") if way.secret else ""
    if file:
        if variables.get(way.variable):
            raise ValueError(f"set either it or {way.variable}_FILE, not both")
        return Path(file).read_text(encoding="utf-8").strip()
    return variables.get(way.variable) or None


def _defaults(variables: Mapping[str, str]) -> dict[str, Any]:
    return {
        "knowledge": packaged_knowledge(),
        "cache": _folder(variables, "XDG_CACHE_HOME", ".cache"),
        "database": str(_folder(variables, "XDG_DATA_HOME", ".local/share") / "latchkey.db"),
    }


def packaged_knowledge() -> Path:
    """Return the knowledge that came with the program: inside the installed package, else beside it in a checkout."""
    here = Path(__file__).parent
    inside = here / "knowledge"
    return inside if inside.is_dir() else here.parent / "knowledge"


def _folder(variables: Mapping[str, str], xdg: str, usual: str) -> Path:
    """Return the folder for one kind of the user's files, as each system likes it."""
    if sys.platform == "win32" and (local := variables.get("LOCALAPPDATA")):
        return Path(local) / "latchkey"
    if chosen := variables.get(xdg):
        return Path(chosen) / "latchkey"
    home = variables.get("HOME")
    return (Path(home) if home else Path.home()) / usual / "latchkey"


