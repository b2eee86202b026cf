"""Notice an interaction that was answered before, whichever process answered it."""

from __future__ import annotations

import logging

from keyguide.assistant import Assistant
from keyguide.errors import StoreError
from keyguide.faces.discord.connection.note_keys import SEEN, make_seen_place
from keyguide.faces.discord.endpoint.signature import MAX_AGE

_log = logging.getLogger(__name__)
_PERIOD = 2 * MAX_AGE  # seconds; ids are kept by the period in which they were signed, and erased together


class SeenInteractions:
    """The ids of the interactions of the last minutes, kept where all processes see them."""

    def __init__(self, assistant: Assistant) -> None:
        """Keep the ids in the notes of this assistant."""
        self._notes = assistant.notes
        self._period = 0

    async def is_new(self, interaction_id: str, signed_at: int) -> bool:
        """Record an interaction, and return whether it is the first time.

        A replay has the timestamp of the original, because that is signed, so both fall into one period.
        """
        period = signed_at // _PERIOD
        try:
            if period > self._period:
                self._period = period
                await self._erase_before(period - 1)
            return await self._notes.claim_note(make_seen_place(period), interaction_id, "")
        except StoreError as error:  # nothing is stored then, so a replay changes nothing
            _log.warning("whether an interaction is a replay could not be found out: %s", error)
            return True

    async def _erase_before(self, period: int) -> None:
        await self._notes.claim_note(SEEN, str(self._period), "")
        for name in await self._notes.list_notes(SEEN):
            if int(name) < period:
                await self._notes.drop_notes(make_seen_place(int(name)))
                await self._notes.drop_note(SEEN, name)
