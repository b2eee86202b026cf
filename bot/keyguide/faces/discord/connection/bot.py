"""The client that all parts of the Discord face share."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic

import discord
from discord import app_commands

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Turn
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.discord.chat.autocomplete import Suggestions
from keyguide.faces.discord.chat.help_tracker import HelpTracker
from keyguide.faces.discord.connection.download import download
from keyguide.faces.discord.connection.gateway_watch import GatewayWatch
from keyguide.faces.discord.connection.note_keys import make_server_place, make_speaker_name
from keyguide.runtime.metrics import Metrics
from keyguide.runtime.rate_limit import RateLimit

Reload = Callable[[], Awaitable[str]]  # loads the knowledge folder again and returns the result as text
Download = Callable[[str, int], Awaitable[bytes | None]]  # reads a file of at most so many bytes

_TURNS_PER_MINUTE, _TURNS_AT_ONCE = 30, 5  # of one person
_MAX_SHARED = 1_000  # versions of cards that are remembered as shown to everyone
_MAX_LANGUAGES = 10_000  # people; Discord sends a locale with interactions, not with messages


@dataclass(frozen=True, slots=True)
class DiscordOptions:
    """The operator's settings for Discord."""

    message_content: bool = False
    prefix: str = "!"
    dev_server: int = 0


class Bot(discord.Client):
    """A Discord client with everything that is needed to answer."""

    tree: app_commands.CommandTree[Bot]

    def __init__(
        self,
        assistant: Assistant,
        options: DiscordOptions,
        intents: discord.Intents,
        clock: Callable[[], float] = monotonic,
        metrics: Metrics | None = None,
    ) -> None:
        """Make a client that keeps no members and no messages, and that mentions nobody by default."""
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.assistant = assistant
        self.discord_options = options
        self.rate_limit = RateLimit(_TURNS_PER_MINUTE, _TURNS_AT_ONCE, clock)
        self.slow_down_limit = RateLimit(1, 1, clock)  # how often a person is asked to write more slowly
        self.shared_cards: deque[tuple[int, datetime | None]] = deque(maxlen=_MAX_SHARED)
        self.gateway = GatewayWatch(clock)
        self.help_tracker = HelpTracker(clock)
        self.last_cleanup: date | None = None  # the day of the last erasure of servers that were left
        self.metrics = metrics or Metrics()
        self.reload: Reload | None = None
        self.download: Download = download
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.sees_every_server = True  # False if another process may have servers of this bot
        self.languages: dict[int, str] = {}
        self._suggestions = Suggestions(assistant.knowledge)

    @property
    def own_id(self) -> int:
        """The id of the bot as a user, 0 before the login."""
        return self.user.id if self.user else 0

    def get_phrases(self, locale: str) -> Phrases:
        """Choose the phrases for a locale."""
        return self.assistant.knowledge.choose_phrases(locale)

    @contextmanager
    def track_answer(self) -> Iterator[None]:
        """Count an answer as under way while the block runs."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def wait_until_idle(self, seconds: float) -> None:
        """Wait until no answer is under way, or until the time is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)

    def get_suggestions(self) -> Suggestions:
        """Return the suggestions; rebuild them if the knowledge has changed."""
        if not self._suggestions.is_built_from(self.assistant.knowledge):
            self._suggestions = Suggestions(self.assistant.knowledge)
        return self._suggestions

    def remember_language(self, person: int, locale: str) -> None:
        """Remember the language of an interaction for the messages of that person."""
        if len(self.languages) >= _MAX_LANGUAGES:
            self.languages.clear()
        self.languages[person] = locale


Interaction = discord.Interaction[Bot]


def make_turn(person: int, guild: int | None, locale: str, *, text: str = "", pick: str = "") -> Turn:
    """Make a turn for the assistant from what somebody did on Discord."""
    place = make_server_place(guild) if guild else "dm"
    return Turn(make_speaker_name(person, in_server=bool(guild)), text, pick, place, locale)
