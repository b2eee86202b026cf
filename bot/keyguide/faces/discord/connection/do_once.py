"""Do a thing once, even if it is asked for several times within minutes, whichever processes are asked."""

from __future__ import annotations

import asyncio
import logging

from keyguide.assistant import Assistant
from keyguide.errors import StoreError
from keyguide.faces.discord.servers.note_names import SEEN, make_seen_place

_log = logging.getLogger(__name__)
PATIENCE = 1.0  # seconds for the store; Discord waits for three in all
_FRESH = 3.0  # seconds; whoever asked earlier is not waiting any more
_PERIOD = 120  # seconds; names are kept by the period that they belong to, and erased together


class OnceOnly:
    """Remembers for some minutes what was done, in the notes that all processes see."""

    def __init__(self, assistant: Assistant) -> None:
        """Keep the names in the notes of this assistant."""
        self._notes = assistant.notes
        self._read_clock = assistant.read_clock
        self._period = 0
        self._late: set[asyncio.Task[bool]] = set()

    async def is_first(self, name: str, moment: float) -> bool:
        """Record a name, and return whether it is the first time.

        The moment must be the same each time, such as the signed timestamp of a request. While the store is
        away, everything is the first time; if it does not answer in time, only what is fresh.
        """
        claim = asyncio.create_task(self._claim(name, int(moment) // _PERIOD))
        await asyncio.wait({claim}, timeout=PATIENCE)
        if claim.done():
            return claim.result()
        self._late.add(claim)  # it goes on, so that a second time is noticed
        claim.add_done_callback(self._late.discard)
        # The store may be frozen, or busy right after a start, when much is sent again.
        _log.warning("whether something was done before could not be found out in time")
        return self._read_clock().timestamp() - moment < _FRESH

    async def _claim(self, name: str, period: int) -> bool:
        try:
            if period > self._period:
                self._period = period
                await self._erase_before(period - 1)
            return await self._notes.claim_note(make_seen_place(period), name, "")
        except StoreError as error:  # nothing is stored then, so a second time changes nothing
            _log.warning("whether something was done before could not be found out: %s", error)
            return True

    async def _erase_before(self, period: int) -> None:
        await self._notes.claim_note(SEEN, str(self._period), "")
        for name in await self._notes.list_notes(SEEN):
            if int(name) < period:
                await self._notes.drop_notes(make_seen_place(int(name)))
                await self._notes.drop_note(SEEN, name)
