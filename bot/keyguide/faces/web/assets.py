"""The few files that a page needs besides itself: read once, and named so that browsers may keep them."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def read_assets() -> dict[str, tuple[bytes, str]]:
    """Return each file's bytes and media type by its name."""
    files = (file for file in sorted(_FOLDER.iterdir()) if file.suffix in _TYPES)
    return {file.name: (file.read_bytes(), _TYPES[file.suffix]) for file in files}


@cache
def make_asset_url(name: str) -> str:
    """Return where a page finds a file; the address changes with the file, so it can be kept for ever."""
    return f"/static/{name}?v={sha256(read_assets()[name][0]).hexdigest()[:12]}"
