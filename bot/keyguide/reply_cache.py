"""Answers worked out lately, so that words which many people use are worked out once."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b

from keyguide.core.engine.context import TurnResult
from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Turn

MAX_ENTRIES = 1_000  # the oldest are dropped first


class ReplyCache:
    """Answers by a digest of all that they depend on: what people wrote is never kept, not even in memory."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Start empty; the answers are those of this knowledge alone."""
        self.knowledge = knowledge
        self._results: dict[bytes, TurnResult] = {}

    def respond(self, conversation: Conversation, turn: Turn) -> TurnResult:
        """Return what `respond` returns, worked out anew only if it is not known."""
        key, text = _compute_key(conversation, turn), "" if turn.pick else turn.text
        if known := self._results.get(key):
            after, reply = known
            return replace(after, who=conversation.who), replace(reply, said=text) if text else reply
        after, reply = respond(self.knowledge, conversation, turn)
        if reply.said == text and not reply.evidence.licence:  # else the reply may repeat what was pasted
            self._keep(key, (replace(after, who=""), replace(reply, said="")))
        return after, reply

    def _keep(self, key: bytes, result: TurnResult) -> None:
        if len(self._results) >= MAX_ENTRIES:
            del self._results[next(iter(self._results))]
        self._results[key] = result


def _compute_key(conversation: Conversation, turn: Turn) -> bytes:
    """Return a digest of everything that the answer depends on; who asks is not among it."""
    state = replace(conversation, who="")
    return blake2b(repr((turn.locale, turn.pick, turn.text, state)).encode(), digest_size=16).digest()
