"""Answer the turns of every face: load the conversation, compute the reply, and save what changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from secrets import token_hex
from weakref import WeakValueDictionary

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply, Turn
from keyguide.count_ledger import count_ledger
from keyguide.errors import DamagedError, OvertakenError, StoreError
from keyguide.insight.unanswered_question import anonymise_question, may_keep_question
from keyguide.insight.usage import HUMAN
from keyguide.recent_texts import RecentTexts
from keyguide.reply_cache import ReplyCache
from keyguide.store.protocols import (
    Clock,
    Conversations,
    Counts,
    Ledger,
    LedgerEntry,
    MissedQuestion,
    Notes,
    Retention,
    Store,
    get_now,
)
from keyguide.unsaved_conversations import UnsavedConversations

_log = logging.getLogger(__name__)
MISSES_KEPT_FOR = timedelta(days=30)
_SUMS_KEPT_FOR = timedelta(days=190)  # they name nobody; the desk compares 90 days with the 90 before
_ERASED_AT_ONCE = 1_000  # rows of each table, so that nobody waits for long
_SMALL_PROBE, _LARGE_PROBE = 8, 16_384  # bytes that are written to check the store
_MAX_THOUGHTS = 20  # about one turn, if other processes save the same conversation meanwhile


@dataclass(frozen=True, slots=True)
class AnsweredTurn:
    """An answered turn as listeners get it, with the conversation before and after it."""

    knowledge: Knowledge
    turn: Turn
    before: Conversation
    after: Conversation
    reply: Reply


TurnListener = Callable[[AnsweredTurn], None]


def _ignore_turn(_answered: AnsweredTurn) -> None:
    """Do nothing: the default listener."""


class _Outage:
    """Logs that the store fails, and that it works again, once for each time and not for each person."""

    def __init__(self) -> None:
        self.is_on = False

    def begin(self, error: StoreError) -> None:
        if isinstance(error, DamagedError):  # of one person alone
            _log.error("somebody is answered as if new: %s", error)
        elif not self.is_on:
            self.is_on = True
            _log.error("the store failed; people are answered, but nothing is remembered: %s", error)

    def end(self) -> None:
        if self.is_on:
            self.is_on = False
            _log.warning("the store works again")


def _add_notice(knowledge: Knowledge, turn: Turn, reply: Reply, error: StoreError) -> Reply:
    """Say above a reply that it will not be remembered."""
    phrases = knowledge.choose_phrases(turn.locale).talk
    line = phrases.damaged if isinstance(error, DamagedError) else phrases.not_remembered
    return replace(reply, notice=f"{line}\n\n{reply.notice}".strip())


class Assistant:
    """Answer turns; those of one person in order, and those of different people independently."""

    def __init__(
        self,
        knowledge: Knowledge,
        store: Store,
        clock: Clock = get_now,
        listener: TurnListener = _ignore_turn,
        *,
        keep_misses: bool = False,
    ) -> None:
        """Answer from this knowledge and store; the clock dates the ledger, the listener gets every answer.

        If `keep_misses` is set, the masked text of questions without an answer is kept for 30 days at most.
        """
        self._cache = ReplyCache(knowledge)
        self._recent_texts = RecentTexts()
        self._unsaved = UnsavedConversations()
        self._outage = _Outage()
        self._conversations: Conversations = store
        self.ledger: Ledger = store
        self.counts: Counts = store
        self._retention: Retention = store
        self.notes: Notes = store
        self._clock = clock
        self._listener = listener
        self._keep_misses = keep_misses
        self._last_erased_misses: date | None = None  # the day when old misses were last erased
        # Weak: a person's lock exists only while a turn holds it or waits for it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge in use; faces take labels, phrases and topics from it."""
        return self._cache.knowledge

    def use_knowledge(self, knowledge: Knowledge) -> None:
        """Answer from this knowledge from now on; a turn that has begun finishes with the old one."""
        self._cache = ReplyCache(knowledge)

    @property
    def active_count(self) -> int:
        """The number of people who are being answered at this moment."""
        return len(self._locks)

    async def reply(self, turn: Turn) -> Reply:
        """Answer a turn from any face, save and record the result, and return the reply to show."""
        async with self._get_lock(turn.who):
            cache, now = self._cache, self._clock()
            turn = replace(turn, today=now.date(), earlier=self._recent_texts.recall(turn.who, now))
            before, after, reply = await self._think_and_save(cache, turn, now)
            if reply.masked_text:
                self._recent_texts.add(turn.who, reply.masked_text, now)
            self._listener(AnsweredTurn(cache.knowledge, turn, before, after, reply))
            return reply

    async def _think_and_save(
        self, cache: ReplyCache, turn: Turn, now: datetime
    ) -> tuple[Conversation, Conversation, Reply]:
        """Compute the reply and save what changed; think again if another process was faster.

        If the store fails, answer all the same, and say that it will not be remembered.
        """
        before = self._unsaved.recall(Conversation(turn.who), now)
        try:
            for _ in range(_MAX_THOUGHTS):
                saved = await self._conversations.load(turn.who)
                before = self._unsaved.recall(saved, now)
                after, reply = cache.respond(before, turn)
                changed = replace(after, version=saved.version) if after != saved else None
                with suppress(OvertakenError):
                    await self.ledger.record(self._make_entry(turn, reply), changed)
                    await self._keep_miss(cache.knowledge, turn, reply)
                    self._unsaved.forget(turn.who)
                    self._outage.end()
                    return before, after, reply
            raise StoreError(f"other processes changed one conversation {_MAX_THOUGHTS} times in a row")
        except StoreError as error:
            self._outage.begin(error)
            after, reply = cache.respond(before, turn)
            self._unsaved.add(replace(after, version=before.version), now)
            return before, after, _add_notice(cache.knowledge, turn, reply, error)

    async def preview(self, turn: Turn) -> Reply:
        """Compute the reply to a turn without saving, recording or counting it."""
        now = self._clock()
        before = Conversation(turn.who)
        try:
            before = await self._conversations.load(turn.who)
        except StoreError as error:
            self._outage.begin(error)
        before = self._unsaved.recall(before, now)
        earlier = self._recent_texts.recall(turn.who, now)
        return self._cache.respond(before, replace(turn, today=now.date(), earlier=earlier))[1]

    def drop_old_memory(self) -> None:
        """Drop what this process alone remembers of people, if it is too old to be used."""
        now = self._clock()
        self._recent_texts.drop_old(now)
        self._unsaved.drop_old(now)

    async def check_store(self) -> None:
        """Check the store by writing data about nobody; raise StoreError if that fails.

        After an answer could not be saved, write more than an answer takes: a few bytes may still find room.
        """
        size = _LARGE_PROBE if self._outage.is_on else _SMALL_PROBE
        await self.notes.set_note("health", "probe", token_hex(size))  # another value, or nothing is written
        self._outage.end()

    async def count_ledger(self, batches: int = 2) -> bool:
        """Count lines of the ledger that no sum contains yet; return whether all are counted."""
        return await count_ledger(self.counts, batches)

    async def erase_old(self, keep_for: timedelta) -> int:
        """Erase some of what is older than that, and return the number of rows; 0 if nothing is left."""
        now = self._clock()
        sums_before = (now - _SUMS_KEPT_FOR).date()
        return await self._retention.drop_old(now - keep_for, sums_before, _ERASED_AT_ONCE)

    async def export(self, who: str) -> dict[str, object]:
        """Export everything kept about a person as plain data."""
        return await self._conversations.export(who)

    async def forget(self, who: str) -> int:
        """Erase everything kept about a person and return the number of rows.

        If a turn of that person is being answered, wait for it first.
        """
        async with self._get_lock(who):  # otherwise that turn would save its conversation again
            self._recent_texts.forget(who)
            self._unsaved.forget(who)
            return await self._conversations.forget(who)

    def describe(self) -> dict[str, list[tuple[str, str]]]:
        """List every column that is kept about people, by table, with the reason for keeping it."""
        return self._conversations.describe()

    async def forget_place(self, place: str) -> int:
        """Erase ledger, kept questions and notes of a place and return the number of rows."""
        return await self._conversations.forget_place(place)

    @property
    def keeps_misses(self) -> bool:
        """Whether questions without an answer are kept."""
        return self._keep_misses

    def read_clock(self) -> datetime:
        """Read the clock that dates the ledger."""
        return self._clock()

    async def _keep_miss(self, knowledge: Knowledge, turn: Turn, reply: Reply) -> None:
        """Keep the text of a miss if the operator chose so; once a day, erase those that are too old."""
        moment = self._clock()
        if self._last_erased_misses != moment.date():
            self._last_erased_misses = moment.date()
            await self.ledger.drop_misses(moment - MISSES_KEPT_FOR)
        if (
            self._keep_misses
            and turn.text
            and may_keep_question(reply)
            and (text := anonymise_question(knowledge, turn.text))
        ):
            await self.ledger.keep_miss(MissedQuestion(moment, turn.place, reply.kind.value, text), turn.who)

    def _get_lock(self, who: str) -> asyncio.Lock:
        return self._locks.setdefault(who, asyncio.Lock())

    def _make_entry(self, turn: Turn, reply: Reply) -> LedgerEntry:
        return LedgerEntry(
            when=self._clock(),
            who=turn.who,
            place=turn.place,
            kind=HUMAN if reply.handoff else reply.kind.value,
            subject=reply.subject or "",
            step=reply.step,
            judged=reply.judged.subject if reply.judged else "",
            verdict=reply.judged.verdict if reply.judged else "",
        )
