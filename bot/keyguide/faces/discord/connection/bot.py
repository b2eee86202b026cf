"""The client that all parts of the Discord face share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import discord
from discord import app_commands

from keyguide.assistant import Assistant
from keyguide.core.model.server_answer import OwnAnswer
from keyguide.core.model.turn import Turn
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.discord.chat.autocomplete import Suggestions
from keyguide.faces.discord.connection.do_once import OnceOnly
from keyguide.faces.discord.connection.download import download
from keyguide.faces.discord.gateway.report_outage import GatewayWatch
from keyguide.faces.discord.servers.note_names import make_server_place, make_speaker_name
from keyguide.faces.discord.servers.shared_state import BotMemory
from keyguide.runtime.metrics import Metrics

Reload = Callable[[], Awaitable[str]]  # loads the knowledge folder again and returns the result as text
Download = Callable[[str, int], Awaitable[bytes | None]]  # reads a file of at most so many bytes


@dataclass(frozen=True, slots=True)
class DiscordOptions:
    """The operator's settings for Discord."""

    message_content: bool = False
    prefix: str = "!"
    dev_server: int = 0
    shard_id: int | None = None  # of this connection, None if the whole bot has only one
    shard_count: int | None = None
    operators: frozenset[int] = frozenset()  # accounts that may reload the knowledge


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of the bot that this process runs, out of all that it has."""

    ids: tuple[int, ...]
    count: int


EVERY_SHARD = Shards((), 0)  # as many as Discord recommends


class Bot(discord.Client):
    """A Discord client with everything that is needed to answer."""

    tree: app_commands.CommandTree[Bot]

    def __init__(
        self,
        assistant: Assistant,
        options: DiscordOptions,
        intents: discord.Intents,
        memory: BotMemory | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """Make a client that keeps no members and no messages, and that mentions nobody by default."""
        super().__init__(
            shard_id=options.shard_id,
            shard_count=options.shard_count,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.assistant = assistant
        self.discord_options = options
        self.memory = memory = memory or BotMemory()
        self.once = OnceOnly(assistant)
        self.gateway = GatewayWatch(memory.clock)
        self.last_cleanup: date | None = None  # the day of the last erasure of servers that were left
        self.metrics = metrics or Metrics()
        self.reload: Reload | None = None
        self.download: Download = download
        self.picture_reader = memory.picture_reader
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        # False if another connection may have servers of this bot.
        self.sees_every_server = (options.shard_count or 1) == 1

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
        """Return the suggestions for the knowledge in use."""
        return self.memory.get_suggestions(self.assistant.knowledge)


Interaction = discord.Interaction[Bot]


class Asker(NamedTuple):
    """Who asked, in which server, and in which language."""

    person: int
    guild: int | None
    locale: str


def make_turn(asker: Asker, *, text: str = "", pick: str = "", own: tuple[OwnAnswer, ...] = ()) -> Turn:
    """Make a turn for the assistant from what somebody did on Discord, with the server's own answers."""
    place = make_server_place(asker.guild) if asker.guild else "dm"
    who = make_speaker_name(asker.person, in_server=bool(asker.guild))
    return Turn(who, text, pick, place, asker.locale, own=own)
