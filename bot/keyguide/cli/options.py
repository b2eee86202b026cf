"""Helpers that all commands share: short names for argparse types, and opening an input file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, TextIO, TypeAlias

from keyguide.errors import SettingsError

Options = argparse.Namespace
Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 -- argparse has no public name for it


def open_input(name: str) -> TextIO:
    """Open a file for reading, or standard input if the name is a dash."""
    if name == "-":
        return sys.stdin
    try:
        return Path(name).open(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise SettingsError(f"{name}: {error.strerror}") from None
