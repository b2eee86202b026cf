"""The keys of all notes about servers and people: the only place that spells them."""

from __future__ import annotations

from datetime import datetime

HELPERS = "helpers"  # the place that lists the servers with helpers to call
COMMANDS = ("discord", "commands")  # place and name of the fingerprint of the commands that Discord knows
PRESENT = "here"  # the value for a server that we are in

_LEFT, _OPENING = "gone ", "opening "


def make_server_place(guild: int) -> str:
    """Name the place of everything that is kept of a server."""
    return f"guild:{guild}"


def make_presence_place(application: int | None) -> str:
    """Name the place that lists our servers; by application, as another bot may share the memory."""
    return f"servers:{application}"


def make_help_place(guild: int) -> str:
    """Name the place that lists who has a thread with the helpers of a server."""
    return f"pleas:{guild}"


def make_claim_name(channel: int | None) -> str:
    """Name the note that says that a helper has taken up the thread."""
    return f"claimed:{channel}"


def make_person_name(person: int | str) -> str:
    """Name a person as everything about them is named, so that it is erased with them."""
    return f"discord:{person}"


def make_left_mark(moment: datetime) -> str:
    """Write since when we are not in a server any more."""
    return f"{_LEFT}{moment.isoformat()}"


def parse_left_mark(value: str) -> datetime | None:
    """Read since when we are not in a server any more, None if we are in it."""
    return datetime.fromisoformat(value.removeprefix(_LEFT)) if value.startswith(_LEFT) else None


def make_opening_mark(moment: datetime) -> str:
    """Write that a thread is being opened, and since when."""
    return f"{_OPENING}{moment.isoformat()}"


def parse_opening_mark(value: str) -> datetime | None:
    """Read since when a thread is being opened, None if the value is no such mark."""
    return datetime.fromisoformat(value.removeprefix(_OPENING)) if value.startswith(_OPENING) else None
