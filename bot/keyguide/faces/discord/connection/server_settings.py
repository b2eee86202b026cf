"""What the people who run a server chose for it, and which servers there are to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from weakref import WeakKeyDictionary

from keyguide.assistant import Assistant

_ON, _OFF = "on", "off"
_CACHE_SECONDS = 5.0  # for which settings are kept at hand
_cache: WeakKeyDictionary[Assistant, dict[int, tuple[float, ServerSettings]]] = WeakKeyDictionary()
HELPERS_PLACE = "helpers"  # where it is noted which servers have helpers to call


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """One server's settings, as they are until somebody changes them."""

    public: bool = False  # whether answers to commands are seen by everyone
    answering: frozenset[int] = frozenset()  # channels where we answer of our own accord
    language: str = ""
    guard: bool = True  # whether messages with a product key are deleted
    helper_channel: int = 0  # where a thread opens for somebody who asks for a human
    helper_role: int = 0  # who is called there

    @property
    def has_helpers(self) -> bool:
        """Whether a human can be called here."""
        return bool(self.helper_channel and self.helper_role)


def make_server_place(guild: int) -> str:
    """Return the name by which everything of a server is kept."""
    return f"guild:{guild}"


async def load_server_settings(assistant: Assistant, guild: int | None) -> ServerSettings:
    """Return the settings of a server; outside of one, the usual ones.

    They are asked for at every turn, so they are kept for some seconds; another process may change them.
    """
    if not guild:
        return ServerSettings()
    kept = _cache.setdefault(assistant, {})
    until, server = kept.get(guild, (0.0, ServerSettings()))
    if until <= monotonic():
        server = _parse_settings(await assistant.list_notes(make_server_place(guild)))
        kept[guild] = (monotonic() + _CACHE_SECONDS, server)
    return server


def invalidate(assistant: Assistant, guild: int) -> None:
    """Ask the memory for the settings of that server the next time."""
    _cache.get(assistant, {}).pop(guild, None)


def _parse_settings(notes: dict[str, str]) -> ServerSettings:
    channels = notes.get("answering", "").split()
    return ServerSettings(
        public=notes.get("public") == _ON,
        answering=frozenset(int(id) for id in channels),
        language=notes.get("language", ""),
        guard=notes.get("guard", _ON) == _ON,
        helper_channel=int(notes.get("helper_channel") or 0),
        helper_role=int(notes.get("helper_role") or 0),
    )


async def save_server_settings(assistant: Assistant, guild: int, **chosen: str | bool) -> ServerSettings:
    """Keep what was chosen for a server, and return all of its settings."""
    for name, value in chosen.items():
        said = (_ON if value else _OFF) if isinstance(value, bool) else value
        await assistant.set_note(make_server_place(guild), name, said)
    invalidate(assistant, guild)
    server = await load_server_settings(assistant, guild)
    if server.has_helpers:
        await assistant.set_note(HELPERS_PLACE, str(guild), str(server.helper_channel))
    else:
        await assistant.drop_note(HELPERS_PLACE, str(guild))
    return server


async def list_helping_servers(assistant: Assistant) -> list[int]:
    """Return the servers where a human can be called."""
    return [int(guild) for guild in await assistant.list_notes(HELPERS_PLACE)]
