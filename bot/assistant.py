"""The one door every face knocks on: the only place where memory and thought meet."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from bot.core.knowledge import Knowledge
from bot.core.respond import respond
from bot.core.turn import Reply, Turn
from bot.store.base import Clock, Entry, Store, now


class Assistant:
    """Answers turns; what one person does is taken in order, and nobody waits for anybody else."""

    def __init__(self, knowledge: Knowledge, store: Store, clock: Clock = now) -> None:
        """Take what is known, where to remember, and the clock for the ledger."""
        self._knowledge = knowledge
        self._store = store
        self._clock = clock
        # Weak: a person's lock lives as long as somebody holds it or waits for it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def knowledge(self) -> Knowledge:
        """What is known now; faces take labels, phrases and topics from it."""
        return self._knowledge

    def learn(self, knowledge: Knowledge) -> None:
        """Answer from this knowledge from now on; turns under way finish with what they began with."""
        self._knowledge = knowledge

    @property
    def busy(self) -> int:
        """How many people are being answered at this moment."""
        return len(self._locks)

    async def reply(self, turn: Turn) -> Reply:
        """Take one turn from any face and return what that face should show."""
        async with self._alone(turn.who):
            before = await self._store.load(turn.who)
            after, reply = respond(self._knowledge, before, turn)
            if after != before:
                await self._store.save(after)
            await self._store.record(self._entry(turn, reply))
            return reply

    async def export(self, who: str) -> dict[str, object]:
        """Return everything kept about that person, as plain data."""
        return await self._store.export(who)

    async def forget(self, who: str) -> int:
        """Erase everything kept about that person, after the turn that is being answered."""
        async with self._alone(who):  # else that turn would save again what was just erased
            return await self._store.forget(who)

    def _alone(self, who: str) -> asyncio.Lock:
        return self._locks.setdefault(who, asyncio.Lock())

    def _entry(self, turn: Turn, reply: Reply) -> Entry:
        return Entry(
            when=self._clock(),
            who=turn.who,
            place=turn.place,
            kind=reply.kind.value,
            subject=reply.subject or "",
            step=reply.step,
            judged=reply.judged.subject if reply.judged else "",
            verdict=reply.judged.verdict if reply.judged else "",
        )
