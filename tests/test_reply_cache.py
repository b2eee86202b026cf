"""Answers worked out lately: found again by all that they depend on, bounded, and without anybody's words."""

from __future__ import annotations

import pickle

import pytest

from keyguide import reply_cache
from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Turn
from keyguide.reply_cache import ReplyCache

ASKED = "how do i link my licence to zebrafish"


@pytest.fixture
def cache(small_knowledge: Knowledge) -> ReplyCache:
    return ReplyCache(small_knowledge)


def count_answers(cache: ReplyCache) -> int:
    return len(vars(cache)["_results"])


def test_the_oldest_are_forgotten_first(cache: ReplyCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_cache, "MAX_ENTRIES", 2)
    first, *_ = [cache.respond(Conversation("ann"), Turn("ann", text)) for text in ("one", "two", "three")]
    kept = list(vars(cache)["_results"].values())

    assert count_answers(cache) == 2
    assert first not in kept


def test_text_that_is_no_text_is_answered_too(cache: ReplyCache) -> None:
    assert cache.respond(Conversation("ann"), Turn("ann", "\ud800"))[1].title


@pytest.mark.parametrize(
    "text",
    [
        ASKED,
        "Windows is not activated, zebrafish",
        "key ABCDE-FGHJK-BCDFG-HJKMN-PQRTV 0xC004F211",
        "License Status: Notification\nDescription: Windows(R) Operating System, RETAIL channel",
    ],
    ids=["a question", "a message of Windows", "a key", "a report"],
)
def test_the_same_words_are_answered_as_without_a_cache(
    cache: ReplyCache, small_knowledge: Knowledge, text: str
) -> None:
    first, again = (cache.respond(Conversation("ann"), Turn("ann", text)) for _ in range(2))

    assert first == again == respond(small_knowledge, Conversation("ann"), Turn("ann", text))


def test_what_people_wrote_is_not_kept(cache: ReplyCache) -> None:
    cache.respond(Conversation("ann"), Turn("ann", ASKED))

    assert count_answers(cache) == 1
    assert b"zebrafish" not in pickle.dumps(vars(cache)["_results"])


def test_a_pasted_report_is_not_kept(cache: ReplyCache) -> None:
    cache.respond(Conversation("ann"), Turn("ann", "License Status: Licensed\nPartial Product Key: 3V66T"))

    assert count_answers(cache) == 0


def test_what_somebody_else_asked_is_answered_to_who_asks_now(cache: ReplyCache) -> None:
    cache.respond(Conversation("ann"), Turn("ann", ASKED))
    talk, reply = cache.respond(Conversation("bob"), Turn("bob", ASKED))

    assert (talk.who, reply.masked_text) == ("bob", ASKED)


def test_what_somebody_else_pressed_is_shown_to_who_presses_now(cache: ReplyCache) -> None:
    first, again = (
        cache.respond(Conversation(who), Turn(who, pick="go/link-menu")) for who in ("ann", "bob")
    )
    other = cache.respond(Conversation("bob").add_facts(windows="10"), Turn("bob", pick="go/link-menu"))

    assert (first[0].who, again[0].who) == ("ann", "bob")
    assert first[1] == again[1] != other[1]


def test_the_same_words_elsewhere_in_a_conversation_are_read_anew(cache: ReplyCache) -> None:
    menu = cache.respond(Conversation("ann"), Turn("ann", "yes"))[1]
    stepping = cache.respond(Conversation("ann"), Turn("ann", pick="go/is-it-linked"))[0]
    answer = cache.respond(stepping, Turn("ann", "yes"))[1]

    assert menu != answer
