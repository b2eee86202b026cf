"""Make the keys and values of all notes about servers and people, in this one place."""

from __future__ import annotations

from datetime import datetime

HELPERS = "helpers"  # the place that lists the servers with helpers to call
COMMANDS = ("discord", "commands")  # place and name of the fingerprint of the commands that Discord knows
SEEN = "seen"  # the place that lists the periods of which interactions are remembered
PRESENT = "here"  # the value for a server that the bot is in

_LEFT, _OPENING = "gone ", "opening "  # data in the store


def make_server_place(guild: int) -> str:
    """Name the place of everything that is stored about a server."""
    return f"guild:{guild}"


def make_presence_place(application: int | None) -> str:
    """Name the place that lists this bot's servers; another bot may share the store."""
    return f"servers:{application}"


def make_seen_place(period: int) -> str:
    """Name the place that lists the interactions signed in a period of time."""
    return f"seen:{period}"


def make_identify_place(application: int | None) -> str:
    """Name the place that notes when shards of this bot last started a session."""
    return f"identify:{application}"


def make_help_place(guild: int) -> str:
    """Name the place that lists the people who have a thread with the helpers of a server."""
    return f"pleas:{guild}"


def make_claim_name(channel: int | None) -> str:
    """Name the note that exists if a helper has claimed the thread."""
    return f"claimed:{channel}"


def make_person_name(person: int | str) -> str:
    """Name a person in notes, and in direct messages."""
    return f"discord:{person}"


def make_speaker_name(person: int, *, in_server: bool) -> str:
    """Name a person as they speak: what was told in private must never colour an answer in a server."""
    return f"{make_person_name(person)}:server" if in_server else make_person_name(person)


def list_person_names(person: int) -> tuple[str, ...]:
    """List every name of a person, to export or erase all that is stored about them."""
    return make_person_name(person), make_speaker_name(person, in_server=True)


def make_left_mark(moment: datetime) -> str:
    """Write the moment when the bot left a server."""
    return f"{_LEFT}{moment.isoformat()}"


def parse_left_mark(value: str) -> datetime | None:
    """Parse the moment when the bot left a server, None if it is still there."""
    return datetime.fromisoformat(value.removeprefix(_LEFT)) if value.startswith(_LEFT) else None


def make_opening_mark(moment: datetime) -> str:
    """Write the moment since when a thread is being opened."""
    return f"{_OPENING}{moment.isoformat()}"


def parse_opening_mark(value: str) -> datetime | None:
    """Parse the moment since when a thread is being opened, None if the value is no such mark."""
    return datetime.fromisoformat(value.removeprefix(_OPENING)) if value.startswith(_OPENING) else None
