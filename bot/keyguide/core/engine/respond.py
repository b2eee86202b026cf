"""The engine: a conversation and a turn in, a conversation and a reply out. No I/O, no clock, no waiting."""

from __future__ import annotations

from dataclasses import replace

from keyguide.core.engine.answers.free_text import answer_text
from keyguide.core.engine.answers.sent_pictures import answer_pictures
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.pressed_option import press
from keyguide.core.engine.server_answers import find_own_answer, make_own_reply
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.flow import HUMAN
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.option_order import list_by_role, list_counted_picks
from keyguide.core.model.turn import Kind, Reply, Role, Turn, Verdict

_MAX_OFFERED = 20  # options that can be counted out


def respond(knowledge: Knowledge, conversation: Conversation, turn: Turn) -> TurnResult:
    """Answer one turn, a press or a text; return the conversation to store and the reply to show."""
    conversation = _lead_to_successor(knowledge, conversation)
    phrases = knowledge.choose_phrases(turn.locale)
    context = Context(knowledge, phrases, conversation, turn.today, turn.own, turn.earlier)
    if turn.pick:
        after, reply = press(context, turn.pick)
    elif turn.screens or turn.picture_problem:
        after, reply = answer_pictures(context, turn)
    elif own := find_own_answer(knowledge, turn.own, turn.text):
        after, reply = conversation, make_own_reply(context.phrases, own)
    else:
        context = replace(context, knowledge=knowledge.remember_scores())
        after, reply = answer_text(context, turn.text)
        reply = _mark_repeat(context, after, reply)
    return replace(after, offered=_list_offered(reply)), replace(reply, facts=after.facts)


def _list_offered(reply: Reply) -> tuple[str, ...]:
    """List what can be counted out, and what tells a reply from its second time.

    A miss ends with a human, so that a second miss in a row is known. A step ends with "how do I find out",
    unless it says that already, so that whoever is still not sure is known.
    """
    last = (
        (HUMAN,)
        if reply.kind is Kind.MISS
        else tuple(option.pick for option in list_by_role(reply, Role.HOW))
    )
    return (*list_counted_picks(reply)[:_MAX_OFFERED], *last)


def _lead_to_successor(knowledge: Knowledge, conversation: Conversation) -> Conversation:
    """Replace a page that was retired since it was shown by its successor."""
    successor = knowledge.successors.get(conversation.subject)
    return replace(conversation, subject=successor) if successor else conversation


def _mark_repeat(context: Context, after: Conversation, reply: Reply) -> Reply:
    """Mark a reply that has nothing but the page shown last: whoever asks again was not helped by it."""
    page = context.find_last_page()
    is_new = reply.judged or reply.act or reply.aspect or reply.handoff or reply.subject != page
    if not page or is_new or after.facts != context.conversation.facts:
        return reply
    is_part = reply.kind is Kind.ARTICLE and reply.title != context.knowledge.find_title(page)
    return reply if is_part else replace(reply, judged=Verdict(page, "again"))
