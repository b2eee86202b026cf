"""Choose what to read of a file that is too long to be read whole."""

from __future__ import annotations

import re

_CODE = re.compile(r"0x[0-9a-f]{8}\b", re.IGNORECASE)


def choose_excerpt(text: str, length: int) -> str:
    """Return a text whole if it is short, else its lines with codes, each once, and then its beginning."""
    if len(text) <= length:
        return text
    lines = dict.fromkeys(line.strip()[:500] for line in text.splitlines() if _CODE.search(line[:500]))
    return "\n".join([*lines, text])[:length]
