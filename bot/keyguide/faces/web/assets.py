"""Read the static files of the pages once, and give each an address that browsers may cache."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def read_assets() -> dict[str, tuple[bytes, str]]:
    """Read the bytes and the media type of each file, by name."""
    files = (file for file in sorted(_FOLDER.iterdir()) if file.suffix in _TYPES)
    return {file.name: (file.read_bytes(), _TYPES[file.suffix]) for file in files}


@cache
def make_asset_url(name: str) -> str:
    """Make the address of a file; it changes when the file changes, so browsers may cache it for ever."""
    return f"/static/{name}?v={sha256(read_assets()[name][0]).hexdigest()[:12]}"
