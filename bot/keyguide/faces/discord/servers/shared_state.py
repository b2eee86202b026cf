"""What the bot remembers while it runs, the same for all of its connections in this process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.errors import StoreError
from keyguide.faces.discord.chat.autocomplete import Suggestions
from keyguide.faces.discord.chat.people_with_helper import HelpTracker
from keyguide.faces.discord.connection.late_work import LateWork
from keyguide.faces.discord.servers.server_settings import (
    DEFAULTS,
    ServerSettings,
    read_server_settings,
)
from keyguide.runtime.rate_limit import RateLimit
from keyguide.vision.reader import PictureReader

_log = logging.getLogger(__name__)
_TURNS_PER_MINUTE, _TURNS_AT_ONCE = 30, 5  # of one person
_MAX_CHANNELS = 10_000  # channels whose last answer is remembered
_MAX_LANGUAGES = 10_000  # people; Discord sends a locale with interactions, not with messages
_MAX_SERVERS = 10_000  # whose settings are remembered
_MAX_EVENTS = 10_000  # that are told apart from repeated ones


class BotMemory:
    """Paces, languages and the like; nothing of it needs to survive a restart."""

    def __init__(
        self, clock: Callable[[], float] = monotonic, picture_reader: PictureReader | None = None
    ) -> None:
        """Start empty, with the reader of pictures that the other faces use, too."""
        self.clock = clock
        self.picture_reader = picture_reader or PictureReader()
        self.rate_limit = RateLimit(_TURNS_PER_MINUTE, _TURNS_AT_ONCE, clock)
        self.slow_down_limit = RateLimit(1, 1, clock)  # how often a person is asked to write more slowly
        self.help_tracker = HelpTracker(clock)
        self._last_public: dict[int, float] = {}  # when an answer was last shown to everybody, by channel
        self.languages: dict[int, str] = {}
        self._events: dict[tuple[str, int], None] = {}  # oldest first
        self._settings: dict[int, ServerSettings] = {}  # as they were read last, by server
        self._late = LateWork[ServerSettings]()  # what it reads is for the next time
        self._suggestions: Suggestions | None = None

    def get_suggestions(self, knowledge: Knowledge) -> Suggestions:
        """Return the suggestions for a knowledge base; rebuild them if they are for another one."""
        if self._suggestions is None or not self._suggestions.is_built_from(knowledge):
            self._suggestions = Suggestions(knowledge)
        return self._suggestions

    def note_event(self, kind: str, id: int) -> bool:
        """Note an event and return whether it is new; the gateway may repeat some after a reconnect."""
        if (kind, id) in self._events:
            return False
        if len(self._events) >= _MAX_EVENTS:
            del self._events[next(iter(self._events))]
        self._events[kind, id] = None
        return True

    async def read_settings(self, assistant: Assistant, guild: int | None, seconds: float) -> ServerSettings:
        """Read the settings of a server; if the store fails or takes longer, return those read last."""
        settings = await self._late.wait_for(self._read_settings(assistant, guild or 0), seconds)
        return settings or self._settings.get(guild or 0, DEFAULTS)

    async def _read_settings(self, assistant: Assistant, guild: int) -> ServerSettings:
        try:
            settings = await read_server_settings(assistant, guild)
        except StoreError as error:
            _log.info("server %s keeps the settings that were read last: %s", guild, error)
            return self._settings.get(guild, DEFAULTS)
        if len(self._settings) >= _MAX_SERVERS:
            self._settings.clear()
        self._settings[guild] = settings
        return settings

    def remember_language(self, person: int, locale: str) -> None:
        """Remember the language of an interaction for the messages of that person."""
        if len(self.languages) >= _MAX_LANGUAGES:
            self.languages.clear()
        self.languages[person] = locale

    def forget_person(self, person: int) -> None:
        """Forget the language of a person; what is kept to limit them goes by itself within minutes."""
        self.languages.pop(person, None)

    def take_public_turn(self, channel: int, seconds: int) -> bool:
        """Take the turn to answer for everybody in a channel; return False if the last one was just now."""
        now = self.clock()
        if seconds and now - self._last_public.get(channel, -float(seconds)) < seconds:
            return False
        if len(self._last_public) >= _MAX_CHANNELS:
            self._last_public.clear()
        self._last_public[channel] = now
        return True
