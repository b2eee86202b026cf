"""The engine: a conversation and a turn in, a conversation and a reply out. No I/O, no clock, no waiting."""

from __future__ import annotations

from bot.core.context import Context, TurnResult
from bot.core.conversation import Conversation
from bot.core.knowledge import Knowledge
from bot.core.picks import press
from bot.core.read import answer_text
from bot.core.turn import Turn


def respond(knowledge: Knowledge, conversation: Conversation, turn: Turn) -> TurnResult:
    """Take one turn: read what was pressed or written, and return what to remember and what to show."""
    context = Context(knowledge, knowledge.choose_phrases(turn.locale), conversation)
    return press(context, turn.pick) if turn.pick else answer_text(context, turn.text)
