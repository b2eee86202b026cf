"""What several commands read from: a file that was named, or standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

from bot.errors import SettingsError


def opened(name: str) -> TextIO:
    """Open a file that was named for reading; a dash is standard input."""
    if name == "-":
        return sys.stdin
    try:
        return Path(name).open(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise SettingsError(f"{name}: {error.strerror}") from None
