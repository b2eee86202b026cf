"""What the people who run a server chose for it."""

from __future__ import annotations

from dataclasses import dataclass

from keyguide.assistant import Assistant
from keyguide.faces.discord.connection.notes import HELPERS, make_server_place

_ON, _OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """One server's settings; without changes they are those of direct messages, too."""

    public: bool = False  # whether answers to commands are seen by everyone
    answering: frozenset[int] = frozenset()  # channels in which we answer without being asked
    language: str = ""
    guard: bool = True  # whether messages with a product key are deleted
    helper_channel: int = 0  # where a thread opens for somebody who asks for a human
    helper_role: int = 0  # who is called there

    @property
    def has_helpers(self) -> bool:
        """Whether a human can be called here."""
        return bool(self.helper_channel and self.helper_role)


async def load_server_settings(assistant: Assistant, guild: int | None) -> ServerSettings:
    """Load the settings of a server, the default ones outside of a server."""
    if not guild:
        return ServerSettings()
    notes = await assistant.notes.list_notes(make_server_place(guild))
    return ServerSettings(
        public=notes.get("public") == _ON,
        answering=frozenset(int(channel) for channel in notes.get("answering", "").split()),
        language=notes.get("language", ""),
        guard=notes.get("guard", _ON) == _ON,
        helper_channel=int(notes.get("helper_channel") or 0),
        helper_role=int(notes.get("helper_role") or 0),
    )


async def save_server_settings(assistant: Assistant, guild: int, **chosen: str | bool) -> ServerSettings:
    """Save what was chosen for a server and return all of its settings."""
    for name, value in chosen.items():
        text = (_ON if value else _OFF) if isinstance(value, bool) else value
        await assistant.notes.set_note(make_server_place(guild), name, text)
    server = await load_server_settings(assistant, guild)
    if server.has_helpers:
        await assistant.notes.set_note(HELPERS, str(guild), str(server.helper_channel))
    else:
        await assistant.notes.drop_note(HELPERS, str(guild))
    return server


async def list_helping_servers(assistant: Assistant) -> list[int]:
    """List the servers in which a human can be called."""
    return [int(guild) for guild in await assistant.notes.list_notes(HELPERS)]
