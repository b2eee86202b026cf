"""Cache replies, so that a text that many people write is answered only once."""

from __future__ import annotations

from dataclasses import fields, replace
from hashlib import blake2b
from operator import attrgetter

from keyguide.core.engine.context import TurnResult
from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Turn

MAX_ENTRIES = 1_000  # the oldest entries are dropped first
_read_state = attrgetter(*(part.name for part in fields(Conversation) if part.compare and part.name != "who"))


class ReplyCache:
    """A bounded cache of replies, keyed by digest so that no text of a person is kept, not even in memory."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Start an empty cache for the replies of this knowledge."""
        self.knowledge = knowledge
        self._results: dict[bytes, TurnResult] = {}

    def respond(self, conversation: Conversation, turn: Turn) -> TurnResult:
        """Return what `respond` returns, and call it only if the result is not in the cache."""
        if turn.screens or turn.picture_problem:  # a picture is hardly ever sent twice
            return respond(self.knowledge, conversation, turn)
        key, text = _compute_key(conversation, turn), "" if turn.pick else turn.text
        if cached := self._results.get(key):
            after, reply = cached
            return replace(after, who=conversation.who), replace(reply, masked_text=text) if text else reply
        after, reply = respond(self.knowledge, conversation, turn)
        if (
            reply.masked_text == text and not reply.evidence.licence
        ):  # otherwise the reply may quote pasted text
            self._add(key, (replace(after, who=""), replace(reply, masked_text="")))
        return after, reply

    def _add(self, key: bytes, result: TurnResult) -> None:
        if len(self._results) >= MAX_ENTRIES:
            del self._results[next(iter(self._results))]
        self._results[key] = result


def _compute_key(conversation: Conversation, turn: Turn) -> bytes:
    """Compute a digest of everything that the reply depends on; the person is not part of it."""
    parts = (turn.locale, turn.today, turn.pick, turn.text, turn.earlier, turn.own, _read_state(conversation))
    return blake2b(repr(parts).encode(), digest_size=16).digest()
