"""What the people who run a server chose for it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Server:
    """One server's settings, as they are until somebody changes them."""

    public: bool = False  # whether answers to commands are seen by everyone
    answering: frozenset[int] = frozenset()  # channels where we answer of our own accord
    language: str = ""


async def server_of(assistant: Assistant, guild: int | None) -> Server:
    """Return the settings of a server; outside of one, the usual ones."""
    return Server()
