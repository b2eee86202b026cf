"""What the tests of the faces share: every reply that they may have to draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from keyguide.core.engine.context import Context
from keyguide.core.engine.pages import make_replies
from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply, Role, Turn

TEXTS = ("", "zzz", "massgrave?", "my wifi is slow", "windows account", "0xC004FFFF", "thanks",
         "is BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG any good")  # fmt: skip
PICKS = ("start", "menu", "human", "topics", "nonsense")

EveryReply = Callable[[Knowledge, str], Iterator[Reply]]


def _list_replies(knowledge: Knowledge, lang: str) -> Iterator[Reply]:
    flow = next(iter(knowledge.flows))
    askers = (({}, ""), ({}, flow), ({"windows": "10"}, ""), ({"windows": "11"}, flow))
    for facts, at in askers if lang == "en" else askers[1:2]:  # in others only the fixed words differ
        asker = Conversation("ann", flow=at, facts=facts)
        yield from _list_pages(Context(knowledge, knowledge.choose_phrases(lang), asker), lang)
    yield from _list_parts(knowledge, lang)


def _list_pages(place: Context, lang: str) -> Iterator[Reply]:
    """Yield every page, step and menu, and answers to texts."""
    knowledge, errors = place.knowledge, (code.id for code in place.knowledge.errors.values())
    groups = (f"topics/{group.id}" for group in knowledge.groups)
    pages = [f"go/{page}" for page in (*knowledge.articles, *errors)]
    turns = [Turn("ann", pick=pick, locale=lang) for pick in (*PICKS, *groups, *pages)]
    for turn in (*turns, *(Turn("ann", text=text, locale=lang) for text in TEXTS)):
        yield respond(knowledge, place.conversation, turn)[1]
    for id, flow in knowledge.flows.items():
        for step in flow.steps:
            yield make_replies.make_step_reply(place, f"{id}/{step.id}")
            yield make_replies.make_step_reply(place, f"{id}/{step.id}", explained=True)


def _list_parts(knowledge: Knowledge, lang: str) -> Iterator[Reply]:
    """Yield the first folded part of every article, and what a verdict on the article leads to."""
    for article in knowledge.articles:
        after, page = respond(knowledge, Conversation("ann"), Turn("ann", pick=f"go/{article}"))
        verdicts = (option.pick for option in page.options if option.role is Role.VERDICT)
        for pick in (*(detail.pick for detail in page.details[:1]), *verdicts):
            yield respond(knowledge, after, Turn("ann", pick=pick, locale=lang))[1]


@pytest.fixture(scope="session")
def every_reply() -> EveryReply:
    """List every reply of a knowledge, to somebody without and with a Windows version and an open flow."""
    return _list_replies
