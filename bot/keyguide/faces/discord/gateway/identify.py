"""Start sessions on the gateway no faster than Discord allows, counted over all processes of a bot."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

import discord

from keyguide.assistant import Assistant
from keyguide.errors import StoreError
from keyguide.faces.discord.connection.login import UnreachableError
from keyguide.faces.discord.servers.note_names import make_identify_place

INTERVAL = 5.5  # seconds between two sessions; Discord asks for five, and clocks differ a little
_CONTENTION_PAUSE = 0.2  # seconds
_log = logging.getLogger(__name__)


class NoSessionLeftError(UnreachableError):
    """Discord starts no more sessions of this bot for some time."""

    def __init__(self, seconds: float) -> None:
        """Take the seconds until the limit is reset."""
        hours, minutes = divmod(round(seconds / 60), 60)
        super().__init__(
            f"Discord starts no more sessions of this bot for {hours} h {minutes} min, because too many were "
            "started today"
        )
        self.retry_after = seconds


class IdentifyQueue:
    """Lets the shards of a bot take turns; the processes agree by notes in the database that they share."""

    def __init__(self, client: discord.Client, assistant: Assistant) -> None:
        """Take a client that is logged in, and the assistant whose notes all processes see."""
        self._client = client
        self._assistant = assistant

    async def check_limit(self) -> int:
        """Return how many sessions may start at once; raise NoSessionLeftError if none may start."""
        _, _, limit = await self._client.http.get_bot_gateway()
        if limit["remaining"] <= 0:
            raise NoSessionLeftError(limit["reset_after"] / 1000)
        return max(1, limit["max_concurrency"])

    async def wait_for_turn(self, shard: int) -> None:
        """Wait until this shard may start a session; those of different groups do not wait for each other."""
        group = shard % await self.check_limit()
        try:
            while pause := await self._try_to_claim(str(group)):  # noqa: ASYNC110 -- other processes, too
                await asyncio.sleep(pause)
        except StoreError as error:
            _log.warning(
                "a shard starts without knowing of other processes, because the store fails: %s", error
            )
            await asyncio.sleep(INTERVAL)

    async def _try_to_claim(self, group: str) -> float:
        """Claim the turn of a group; return the seconds to wait if another shard has it."""
        notes, place = self._assistant.notes, make_identify_place(self._client.application_id)
        now = self._assistant.read_clock()
        if last := await notes.get_note(place, group):
            wait = INTERVAL - (now - datetime.fromisoformat(last)).total_seconds()
            if 0 < wait <= INTERVAL:
                return wait
            if not await notes.drop_note(place, group, last):
                return _CONTENTION_PAUSE
        return 0.0 if await notes.claim_note(place, group, now.isoformat()) else _CONTENTION_PAUSE
