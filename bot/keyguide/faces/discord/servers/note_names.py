"""Make the keys and values of all notes about servers and people, in this one place."""

from __future__ import annotations

from datetime import datetime

from keyguide.core.model.server_answer import make_own_place

HELPERS = "helpers"  # the place that lists the servers with helpers to call
QUEUES = "queues"  # the place that lists the servers with open help requests
COMMANDS = ("discord", "commands")  # place and name of the fingerprint of the commands that Discord knows
SEEN = "seen"  # the place that lists the periods of which it is remembered what was done once
PRESENT = "here"  # the value for a server that the bot is in

_LEFT, _OPENING = "gone ", "opening "  # data in the store


def make_server_place(guild: int) -> str:
    """Name the place of everything that is stored about a server."""
    return f"guild:{guild}"


def parse_server_place(place: str) -> int:
    """Parse the id of a server from the name of its place, 0 if it is another place."""
    number = place.removeprefix("guild:")
    return int(number) if number != place and number.isdecimal() else 0


def make_presence_place(application: int | None) -> str:
    """Name the place that lists this bot's servers; another bot may share the store."""
    return f"servers:{application}"


def make_seen_place(period: int) -> str:
    """Name the place that lists what was done once in a period of time."""
    return f"seen:{period}"


def make_identify_place(application: int | None) -> str:
    """Name the place that notes when shards of this bot last started a session."""
    return f"identify:{application}"


def make_own_answers_place(guild: int) -> str:
    """Name the place that holds the answers that a server wrote for itself."""
    return make_own_place(make_server_place(guild))


def make_help_place(guild: int) -> str:
    """Name the place that lists the people who have a thread with the helpers of a server."""
    return f"pleas:{guild}"


def make_queue_place(guild: int) -> str:
    """Name the place that lists the open help requests of a server, each under the person who waits."""
    return f"queue:{guild}"


def make_helping_place(guild: int, thread: int) -> str:
    """Name the place that holds the helper of a thread, under their name, so that it is theirs to erase."""
    return f"helping:{guild}:{thread}"


def make_count_place(guild: int) -> str:
    """Name the place that counts, for each person, how often helpers were called today."""
    return f"called:{guild}"


def make_block_place(guild: int) -> str:
    """Name the place that lists who may not call the helpers of a server."""
    return f"blocked:{guild}"


def parse_block_place(place: str) -> int:
    """Parse which server has blocked somebody, 0 if it is no such place."""
    guild = place.removeprefix("blocked:")
    return int(guild) if place.startswith("blocked:") and guild.isdecimal() else 0


def make_person_name(person: int | str) -> str:
    """Name a person in notes, and in direct messages."""
    return f"discord:{person}"


def make_speaker_name(person: int, *, in_server: bool) -> str:
    """Name a person as they speak: what was told in private must never colour an answer in a server."""
    return f"{make_person_name(person)}:server" if in_server else make_person_name(person)


def parse_person_name(name: str) -> int:
    """Parse the id of a person from their name in notes, 0 if it is no such name."""
    number = name.removeprefix("discord:")
    return int(number) if name.startswith("discord:") and number.isdecimal() else 0


def list_person_names(person: int) -> tuple[str, ...]:
    """List every name of a person, to export or erase all that is stored about them."""
    return make_person_name(person), make_speaker_name(person, in_server=True)


def parse_person(name: str) -> int:
    """Parse the id of a person from one of their names, 0 if it is none."""
    number = name.removeprefix(make_person_name("")).removesuffix(":server")
    return int(number) if number.isdecimal() else 0


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
