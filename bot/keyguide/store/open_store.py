"""Which memory an address means: the one place that chooses a store."""

from __future__ import annotations

import re
from pathlib import Path

from keyguide.errors import StoreError
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import Store
from keyguide.store.sqlite import open_sqlite

ADDRESS_HELP = "name a file, sqlite:///FILE, postgresql://user:password@host/name or :memory:"


async def open_store(address: str) -> Store:
    """Open the memory at the address, or raise StoreError; no error repeats what may be a password."""
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
                f"no memory for addresses that begin with {scheme}: like this one; {ADDRESS_HELP}"
            )


def _read_scheme(address: str) -> str:
    """Return what stands before the colon; one letter there is a Windows drive, and no scheme."""
    found = re.match(r"([a-z][a-z0-9+.-]{1,30}):", address, re.IGNORECASE)
    return found[1].lower() if found else ""


def _parse_path(name: str) -> Path:
    if not name.strip() or "\0" in name:
        raise StoreError(f"no memory without a file name; {ADDRESS_HELP}")
    try:
        return Path(name).expanduser()
    except RuntimeError as error:  # ~ann where nobody is called Ann
        raise StoreError(f"{name}: {error}; {ADDRESS_HELP}") from error


async def _open_postgres(address: str) -> Store:
    try:
        from keyguide.store.postgres import open_postgres  # noqa: PLC0415 — asyncpg is an extra
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
        raise StoreError(
            'PostgreSQL needs one more package: run pip install ".[postgres]" in a checkout'
        ) from None
    return await open_postgres(address)
