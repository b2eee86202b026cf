"""Saying where a PostgreSQL server is without saying the password."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from keyguide.errors import StoreError

BAD_ADDRESS = (
    "the PostgreSQL address cannot be read: write postgresql://user:password@host:5432/name, "
    "with %40 for @, %2F for /, %3A for :, %3F for ? and %23 for # in the password"
)


def hide_password(address: str) -> str:
    """Return the address without user, password and options; StoreError where it cannot be read."""
    parts, port = _parse_address(address)
    # An @ after the host means that a / ? or # of the password was not escaped, and this is its rest.
    if "@" in f"{parts.path}{parts.query}{parts.fragment}":
        raise StoreError(BAD_ADDRESS)
    host = parts.hostname or "localhost"
    return f"postgresql://{host}{f':{port}' if port else ''}{parts.path}"


def _parse_address(address: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(address)
        return parts, parts.port
    except ValueError:
        raise StoreError(BAD_ADDRESS) from None  # the cause would quote a part of the password
