"""What every part of the Discord face shares: the client with its door to the assistant."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from time import monotonic

import discord
from discord import app_commands

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Turn
from keyguide.core.phrases.all import Phrases
from keyguide.faces.discord.chat.autocomplete import Suggestions
from keyguide.faces.discord.chat.help_tracker import HelpTracker
from keyguide.faces.discord.connection.notes import make_person_name, make_server_place
from keyguide.runtime.metrics import Metrics
from keyguide.runtime.rate_limit import RateLimit

Reload = Callable[[], Awaitable[str]]  # takes up the knowledge folder as it is now; says how that went

_TURNS_PER_MINUTE, _TURNS_AT_ONCE = 30, 5  # of one person
_MAX_LANGUAGES = 10_000  # people; Discord tells the language of those who press, and not of those who write


@dataclass(frozen=True, slots=True)
class DiscordOptions:
    """What the operator chose for Discord."""

    message_content: bool = False
    prefix: str = "!"
    dev_server: int = 0


class Bot(discord.Client):
    """A connection to Discord, and what is needed to answer on it."""

    tree: app_commands.CommandTree[Bot]

    def __init__(
        self,
        assistant: Assistant,
        ways: DiscordOptions,
        intents: discord.Intents,
        clock: Callable[[], float] = monotonic,
        metrics: Metrics | None = None,
    ) -> None:
        """Take the door to the assistant and the operator's choices."""
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.assistant = assistant
        self.discord_options = ways
        self.rate_limit = RateLimit(_TURNS_PER_MINUTE, _TURNS_AT_ONCE, clock)
        self.help_tracker = HelpTracker(clock)
        self.last_cleanup: date | None = None  # the day on which servers that we left were last erased
        self.metrics = metrics or Metrics()
        self.reload: Reload | None = None
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.languages: dict[int, str] = {}
        self._suggestions = Suggestions(assistant.knowledge)

    def get_phrases(self, locale: str) -> Phrases:
        """Return the phrases of a locale."""
        return self.assistant.knowledge.choose_phrases(locale)

    @contextmanager
    def track_answer(self) -> Iterator[None]:
        """Count an answer that is under way."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def wait_until_idle(self, seconds: float) -> None:
        """Wait until nothing is under way, but no longer than so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)

    def get_suggestions(self) -> Suggestions:
        """Return what to offer while somebody types, from what is known now."""
        if not self._suggestions.is_built_from(self.assistant.knowledge):
            self._suggestions = Suggestions(self.assistant.knowledge)
        return self._suggestions

    def remember_language(self, person: int, locale: str) -> None:
        """Note the language of somebody who pressed, for when they write."""
        if len(self.languages) >= _MAX_LANGUAGES:
            self.languages.clear()
        self.languages[person] = locale


Interaction = discord.Interaction[Bot]


def make_turn(person: int, guild: int | None, locale: str, *, text: str = "", pick: str = "") -> Turn:
    """Return what somebody on Discord did, as the assistant takes it."""
    return Turn(make_person_name(person), text, pick, make_server_place(guild) if guild else "dm", locale)
