"""Forget what was read in a picture, when a person says that it is not so."""

from __future__ import annotations

from dataclasses import replace

from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.pages import make_replies
from keyguide.core.model.turn import Kind, Reply

_READ_FACTS = ("code", "state")
_FACTS_OF_PC = ("windows", "channel", "status")


def take_back_reading(context: Context, mistake: str) -> TurnResult:
    """Forget what was read in a picture: it was read wrongly, or it is of another PC."""
    words, is_other = context.phrases.pictures, mistake == "other"
    forgotten = _READ_FACTS + (_FACTS_OF_PC if is_other else ())
    facts = {name: fact for name, fact in context.conversation.facts.items() if name not in forgotten}
    conversation = replace(context.conversation, facts=facts)
    typed, other = (words.type_title, words.type_body), (words.other_title, words.other_body)
    title, body = other if is_other else typed
    if is_other:
        conversation = replace(conversation, flow="", answers={}, subject="")
    options = make_replies.make_closing_options(context.phrases)
    return conversation, Reply(Kind.MENU, title, body, options=options)
