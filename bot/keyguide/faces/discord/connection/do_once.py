"""Do a thing once, even if it is asked for several times within minutes, whichever processes are asked."""

from __future__ import annotations

import logging

from keyguide.assistant import Assistant
from keyguide.errors import StoreError
from keyguide.faces.discord.connection.late_work import LateWork
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
        self._late = LateWork[bool | None]()

    async def is_first(self, name: str, moment: float) -> bool:
        """Record a name, and return whether it is the first time.

        The moment must be the same each time, such as the signed timestamp of a request. While the store is
        away or slow, only what is fresh is the first time: Discord sends nothing again, and waits no longer.
        """
        # a late claim goes on, so that a second time is noticed
        first = await self._late.wait_for(self._claim(name, int(moment) // _PERIOD), PATIENCE)
        if first is not None:
            return first
        _log.info("whether something was done before could not be found out")
        return self._read_clock().timestamp() - moment < _FRESH

    async def _claim(self, name: str, period: int) -> bool | None:
        """Record a name in the store, and return whether it is the first time; None if the store fails."""
        try:
            if period > self._period:
                self._period = period
                await self._erase_before(period - 1)
            return await self._notes.claim_note(make_seen_place(period), name, "")
        except StoreError as error:
            _log.info("the store cannot tell what was done before: %s", error)
            return None

    async def _erase_before(self, period: int) -> None:
        await self._notes.claim_note(SEEN, str(self._period), "")
        for name in await self._notes.list_notes(SEEN):
            if int(name) < period:
                await self._notes.drop_notes(make_seen_place(int(name)))
                await self._notes.drop_note(SEEN, name)
