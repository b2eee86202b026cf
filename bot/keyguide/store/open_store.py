"""Choose and open the store that an address names; nothing else chooses a store."""

from __future__ import annotations

import re
from pathlib import Path

from keyguide.errors import StoreError
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import Store
from keyguide.store.sqlite.store import open_sqlite

ADDRESS_HELP = "name a file, sqlite:///FILE, postgresql://user:password@host/name or :memory:"


async def open_store(address: str) -> Store:
    """Open the store at an address, or raise StoreError; no error repeats what may be a password."""
    if address in {":memory:", "sqlite:///:memory:"}:
        return MemoryStore()
    match _read_scheme(address):
        case "postgresql" | "postgres" if "://" in address:
            return await _open_postgres(address)
        case "sqlite" if address[6:].startswith(":///"):
            return await open_sqlite(_parse_path(address[10:]))
        case "":
            return await open_sqlite(_parse_path(address))
        case scheme:
            raise StoreError(
                f"no store has an address that begins with {scheme}: like this one; {ADDRESS_HELP}"
            )


def _read_scheme(address: str) -> str:
    """Read the scheme before the colon; if that is one letter, it is a Windows drive and not a scheme."""
    match = re.match(r"([a-z][a-z0-9+.-]{1,30}):", address, re.IGNORECASE)
    return match[1].lower() if match else ""


def _parse_path(name: str) -> Path:
    if not name.strip() or "\0" in name:
        raise StoreError(f"the database address is not a file name; {ADDRESS_HELP}")
    try:
        return Path(name).expanduser()
    except RuntimeError as error:  # ~ann, if there is no user of that name
        raise StoreError(f"{name}: {error}; {ADDRESS_HELP}") from error


async def _open_postgres(address: str) -> Store:
    try:
        from keyguide.store.postgres.store import open_postgres  # noqa: PLC0415 — asyncpg is an extra
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
        raise StoreError(
            'PostgreSQL needs one more package: run pip install ".[postgres]" in a checkout'
        ) from None
    return await open_postgres(address)
