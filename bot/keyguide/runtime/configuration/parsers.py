"""Parse the values of settings; raise ValueError with what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from re import fullmatch
from string import ascii_letters, digits
from urllib.parse import urlsplit

_ORIGIN_CHARACTERS = frozenset(ascii_letters + digits + "-.:[]")


def make_choice_parser(*allowed: str) -> Callable[[str], str]:
    """Make a parser of one of the allowed words."""

    def read(raw: str) -> str:
        if raw.lower() not in allowed:
            raise ValueError(f"use {', '.join(allowed[:-1])} or {allowed[-1]}")
        return raw.lower()

    return read


def make_number_parser(lowest: int, highest: int) -> Callable[[str], int]:
    """Make a parser of a whole number between two others."""

    def read(raw: str) -> int:
        if not raw.isdecimal() or len(raw) > 9 or not lowest <= int(raw) <= highest:  # noqa: PLR2004
            raise ValueError(f"use a number from {lowest} to {highest}")
        return int(raw)

    return read


def parse_switch(raw: str) -> bool:
    """Parse on or off."""
    return make_choice_parser("on", "off")(raw) == "on"


def parse_token(raw: str) -> str:
    """Parse a token that cannot be guessed."""
    if len(raw) < 16 or not raw.isascii() or not raw.isprintable():  # noqa: PLR2004 -- a shorter one can be guessed
        raise ValueError("use at least 16 printable ASCII characters")
    return raw


def parse_public_key(raw: str) -> str:
    """Parse the public key of an application."""
    if not fullmatch("[0-9A-Fa-f]{64}", raw):
        raise ValueError("use the 64 hexadecimal digits under General Information in the developer portal")
    return raw.lower()


def parse_shards(raw: str) -> tuple[int, ...]:
    """Parse the shards of a process as first, last and number of all; nothing stands for "auto"."""
    if raw.lower() == "auto":
        return ()
    match = fullmatch("([0-9]{1,5})(?:-([0-9]{1,5}))?/([0-9]{1,5})", raw)
    first, last, count = (int(match[1]), int(match[2] or match[1]), int(match[3])) if match else (0, 0, 0)
    if not first <= last < count:
        raise ValueError("use auto, or the numbers of the shards and how many there are in all, as 0-3/16")
    return first, last, count


def make_url_parser(*schemes: str) -> Callable[[str], str]:
    """Make a parser of an address with one of the schemes."""

    def read(raw: str) -> str:
        site = urlsplit(raw)
        if site.scheme not in schemes or not site.hostname:
            raise ValueError(f"{raw!r} is not an address; write it as {schemes[0]}://host.example")
        return raw

    return read


def parse_id(raw: str) -> int:
    """Parse an id of Discord."""
    if not (raw.isdecimal() and raw.isascii() and len(raw) <= 20):  # noqa: PLR2004 -- the longest id
        raise ValueError("use a Discord id: digits only (Developer Mode > Copy ID)")
    return int(raw)


def parse_ids(raw: str) -> frozenset[int]:
    """Parse ids of Discord, with blanks or commas between them."""
    return frozenset(parse_id(part) for part in raw.replace(",", " ").split())


def parse_prefix(raw: str) -> str:
    """Parse what text commands begin with."""
    if len(raw) > 5 or not raw.isprintable() or " " in raw:  # noqa: PLR2004 -- nobody types a longer one
        raise ValueError("use one to five characters without a space")
    return raw


def make_text_parser(longest: int) -> Callable[[str], str]:
    """Make a parser of one line of text."""

    def read(raw: str) -> str:
        if len(raw) > longest or not raw.isprintable():
            raise ValueError(f"use one line of at most {longest} characters")
        return raw

    return read


def parse_colour(raw: str) -> str:
    """Parse a colour."""
    if not fullmatch("#[0-9A-Fa-f]{6}", raw):
        raise ValueError(f"{raw!r} is not a colour; write it as #1b6661")
    return raw.lower()


def parse_edit_url(raw: str) -> str:
    """Parse the address of a file at a forge, with {file} and, if it likes, {line}."""
    try:
        address = raw.format(file="articles/a.yaml", line=1)
    except (KeyError, ValueError, IndexError):
        address = ""
    if "{file}" not in raw or urlsplit(address).scheme != "https" or not urlsplit(address).hostname:
        raise ValueError(
            f"{raw!r} is not such an address; write it as https://forge.example/{{file}}#L{{line}}"
        )
    return raw


def parse_folder(raw: str) -> Path:
    """Parse the path of a folder that exists."""
    if not Path(raw).is_dir():
        raise ValueError(f"there is no folder {raw}")
    return Path(raw)


def parse_origins(raw: str) -> tuple[str, ...]:
    """Parse the sites that may show the page in a frame."""
    origins = tuple(raw.replace(",", " ").split())
    for origin in origins:
        site = urlsplit(origin)
        complete = site.scheme in {"http", "https"} and site.hostname
        if not complete or f"{site.scheme}://{site.netloc}" != origin:
            raise ValueError(f"{origin!r} is not an origin; write it as https://community.example")
        if not set(site.netloc) <= _ORIGIN_CHARACTERS:
            raise ValueError(f"{origin!r} contains characters that a web address cannot have")
    return origins
