"""Load what managers chose and wrote for their server, and save the settings."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from keyguide.assistant import Assistant
from keyguide.core.model.server_answer import OwnAnswer, parse_own_answers
from keyguide.errors import StoreError
from keyguide.faces.discord.servers.note_names import (
    HELPERS,
    make_own_answers_place,
    make_server_place,
    make_speaker_name,
    parse_server_place,
)

_log = logging.getLogger(__name__)
_MAX_SERVERS = 25  # as many as a select shows
_ON, _OFF = "on", "off"
_CHANNEL = "channel:"  # and the id: the name of the note about a channel


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What a server decided for one channel, or for a forum; the threads in it follow it."""

    mode: str = ""  # public, private or ignored; "" for what the whole server decided
    cooldown: int = 0  # seconds between two public answers
    posts: str = ""  # whether new posts of a forum are answered: by title, or by title and text
    solved_tag: int = 0  # the tag that a solved post gets

    @property
    def value(self) -> str:
        """What the note of the channel holds."""
        return f"{self.mode or '-'} {self.cooldown} {self.posts or '-'} {self.solved_tag}"


def parse_channel_settings(value: str) -> ChannelSettings:
    """Parse the note of a channel; what another version wrote counts as nothing."""
    mode, cooldown, posts, tag = [*value.split(), "-", "0", "-", "0"][:4]
    number, tag_id = (int(part) if part.isdecimal() else 0 for part in (cooldown, tag))
    return ChannelSettings(mode.strip("-"), number, posts.strip("-"), tag_id)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The settings of one server; the defaults apply to direct messages, too."""

    public: bool = False  # whether everyone sees the answers to commands
    answering: frozenset[int] = frozenset()  # channels where the bot answers unasked
    language: str = ""
    guard: bool = True  # whether messages with a product key are deleted
    helper_channel: int = 0  # where the help threads are opened
    helper_role: int = 0  # the role that is called there
    log_channel: int = 0  # where deleted keys and help requests are logged
    daily_limit: int = 3  # how often one person may call the helpers in a day, 0 if there is no limit
    remind_after: int = 30  # minutes after which helpers are reminded of a request, 0 for never
    close_after: int = 72  # hours of silence after which a thread is closed, 0 for never
    hours: str = ""  # when helpers are there, as text that parse_hours understands
    channels: Mapping[int, ChannelSettings] = field(default_factory=dict)
    own: tuple[OwnAnswer, ...] = ()  # what the server answers itself

    def find_channel(self, channel: object) -> ChannelSettings:
        """Find what was decided for a channel, or for the channel of a thread."""
        ids = getattr(channel, "id", 0), getattr(channel, "parent_id", None) or 0
        return next((self.channels[id] for id in ids if id in self.channels), ChannelSettings())

    def choose_locale(self, preferred: object) -> str:
        """Choose the language of what a server reads: its own choice, else what Discord says it prefers."""
        return self.language or str(preferred)

    @property
    def has_helpers(self) -> bool:
        """Whether a human can be called here."""
        return bool(self.helper_channel and self.helper_role)


DEFAULTS = ServerSettings()


async def load_server_settings(assistant: Assistant, guild: int | None) -> ServerSettings:
    """Load the settings of a server, the defaults if there is no server or no store."""
    try:
        return await read_server_settings(assistant, guild)
    except StoreError as error:
        _log.info("server %s gets the defaults, because its settings cannot be read: %s", guild, error)
        return DEFAULTS


async def read_server_settings(assistant: Assistant, guild: int | None) -> ServerSettings:
    """Load the settings of a server, the defaults if there is no server; raise StoreError if that fails."""
    if not guild:
        return DEFAULTS
    place, own_place = make_server_place(guild), make_own_answers_place(guild)
    found = await assistant.notes.list_notes_of(place, own_place)
    notes = found[place]
    return ServerSettings(
        public=notes.get("public") == _ON,
        answering=frozenset(int(channel) for channel in notes.get("answering", "").split()),
        language=notes.get("language", ""),
        guard=notes.get("guard", _ON) == _ON,
        helper_channel=int(notes.get("helper_channel") or 0),
        helper_role=int(notes.get("helper_role") or 0),
        log_channel=int(notes.get("log_channel") or 0),
        daily_limit=int(notes.get("daily_limit") or DEFAULTS.daily_limit),
        remind_after=int(notes.get("remind_after") or DEFAULTS.remind_after),
        close_after=int(notes.get("close_after") or DEFAULTS.close_after),
        hours=notes.get("hours", ""),
        channels={
            int(name.removeprefix(_CHANNEL)): parse_channel_settings(value)
            for name, value in notes.items()
            if name.startswith(_CHANNEL)
        },
        own=tuple(parse_own_answers(found[own_place])),
    )


async def save_server_settings(assistant: Assistant, guild: int, **changes: str | bool) -> ServerSettings:
    """Save changed settings of a server, update the list of helpers, and return all settings."""
    for name, value in changes.items():
        text = (_ON if value else _OFF) if isinstance(value, bool) else value
        await assistant.notes.set_note(make_server_place(guild), name, text)
    server = await load_server_settings(assistant, guild)
    if server.has_helpers:
        await assistant.notes.set_note(HELPERS, str(guild), str(server.helper_channel))
    else:
        await assistant.notes.drop_note(HELPERS, str(guild))
    return server


async def save_channel_settings(
    assistant: Assistant, guild: int, channel: int, settings: ChannelSettings
) -> ServerSettings:
    """Save what was decided for a channel, and return all settings of the server."""
    place, name = make_server_place(guild), f"{_CHANNEL}{channel}"
    if settings == ChannelSettings():
        await assistant.notes.drop_note(place, name)
    else:
        await assistant.notes.set_note(place, name, settings.value)
    return await load_server_settings(assistant, guild)


async def list_helping_servers(assistant: Assistant, person: int) -> list[int]:
    """List the servers in which a person asked lately and a human can be called, the latest first.

    The bot may be in thousands of servers with helpers, so it never asks Discord about all of them.
    """
    name = make_speaker_name(person, in_server=True)
    try:
        places = await assistant.ledger.list_places_of(name, _MAX_SERVERS)
        servers = [server for place in places if (server := parse_server_place(place))]
        notes = [await assistant.notes.get_note(HELPERS, str(server)) for server in servers]
    except StoreError as error:
        _log.info("no servers with helpers are offered, because they cannot be read: %s", error)
        return []
    return [server for server, note in zip(servers, notes, strict=True) if note]
