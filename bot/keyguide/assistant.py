"""The one door every face knocks on: the only place where memory and thought meet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from weakref import WeakValueDictionary

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply, Turn
from keyguide.insight.missed import anonymise_question, is_missed
from keyguide.reply_cache import ReplyCache
from keyguide.store.protocols import (
    Clock,
    Conversations,
    Ledger,
    LedgerEntry,
    MissedQuestion,
    Notes,
    Store,
    get_now,
)

MISSES_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AnsweredTurn:
    """One turn as it went, for whoever counts; `before` and `after` are what was remembered."""

    knowledge: Knowledge
    turn: Turn
    before: Conversation
    after: Conversation
    reply: Reply


TurnListener = Callable[[AnsweredTurn], None]


def _ignore_turn(_answered: AnsweredTurn) -> None:
    """Count nothing."""


class Assistant:
    """Answers turns; what one person does is taken in order, and nobody waits for anybody else."""

    def __init__(
        self,
        knowledge: Knowledge,
        store: Store,
        clock: Clock = get_now,
        tell: TurnListener = _ignore_turn,
        *,
        keep_misses: bool = False,
    ) -> None:
        """Take what is known, where to remember, the clock for the ledger, and who is told of every answer.

        With `keep_misses` the masked words of what found no answer are kept for 30 days.
        """
        self._answers = ReplyCache(knowledge)
        self._conversations: Conversations = store
        self.ledger: Ledger = store
        self.notes: Notes = store
        self._clock = clock
        self._tell = tell
        self._keep_misses = keep_misses
        self._last_cleanup: date | None = None  # the day on which old misses were last erased
        # Weak: a person's lock lives as long as somebody holds it or waits for it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def knowledge(self) -> Knowledge:
        """What is known now; faces take labels, phrases and topics from it."""
        return self._answers.knowledge

    def use_knowledge(self, knowledge: Knowledge) -> None:
        """Answer from this knowledge from now on; turns under way finish with what they began with."""
        self._answers = ReplyCache(knowledge)

    @property
    def active_count(self) -> int:
        """How many people are being answered at this moment."""
        return len(self._locks)

    async def reply(self, turn: Turn) -> Reply:
        """Take one turn from any face and return what that face should show."""
        async with self._get_lock(turn.who):
            answers = self._answers
            before = await self._conversations.load(turn.who)
            after, reply = answers.respond(before, turn)
            await self.ledger.record(self._make_entry(turn, reply), after if after != before else None)
            await self._keep_miss(answers.knowledge, turn, reply)
            self._tell(AnsweredTurn(answers.knowledge, turn, before, after, reply))
            return reply

    async def preview(self, turn: Turn) -> Reply:
        """Return what that turn would be answered; nothing is remembered or counted."""
        before = await self._conversations.load(turn.who)
        return self._answers.respond(before, turn)[1]

    async def check_store(self) -> None:
        """Write something that is about nobody; StoreError where the memory cannot be written."""
        await self._conversations.save(Conversation("health:probe"))

    async def export(self, who: str) -> dict[str, object]:
        """Return everything kept about that person, as plain data."""
        return await self._conversations.export(who)

    async def forget(self, who: str) -> int:
        """Erase everything kept about that person, after the turn that is being answered."""
        async with self._get_lock(who):  # else that turn would save again what was just erased
            return await self._conversations.forget(who)

    def describe(self) -> dict[str, list[tuple[str, str]]]:
        """Return every column that is kept about people, by table, with the reason for keeping it."""
        return self._conversations.describe()

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of a place."""
        return await self._conversations.forget_place(place)

    @property
    def keeps_misses(self) -> bool:
        """Whether the words of what found no answer are kept."""
        return self._keep_misses

    def read_clock(self) -> datetime:
        """Return this moment, by the clock that the ledger is written by."""
        return self._clock()

    async def _keep_miss(self, knowledge: Knowledge, turn: Turn, reply: Reply) -> None:
        """Keep the words of a miss where the operator chose so; once a day, erase those that are too old."""
        moment = self._clock()
        if self._last_cleanup != moment.date():
            self._last_cleanup = moment.date()
            await self.ledger.drop_misses(moment - MISSES_KEPT)
        if (
            self._keep_misses
            and turn.text
            and is_missed(reply)
            and (text := anonymise_question(knowledge, turn.text))
        ):
            await self.ledger.keep_miss(MissedQuestion(moment, turn.place, reply.kind.value, text))

    def _get_lock(self, who: str) -> asyncio.Lock:
        return self._locks.setdefault(who, asyncio.Lock())

    def _make_entry(self, turn: Turn, reply: Reply) -> LedgerEntry:
        return LedgerEntry(
            when=self._clock(),
            who=turn.who,
            place=turn.place,
            kind=reply.kind.value,
            subject=reply.subject or "",
            step=reply.step,
            judged=reply.judged.subject if reply.judged else "",
            verdict=reply.judged.verdict if reply.judged else "",
        )
