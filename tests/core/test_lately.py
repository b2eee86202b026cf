"""What was worked out lately: known again by the same text alone, bounded, and without anybody's words."""

from __future__ import annotations

import gc
import pickle

import pytest

from bot.core import lately
from bot.core.conversation import Conversation
from bot.core.knowledge import Knowledge
from bot.core.lately import ReplyCache
from bot.core.respond import respond
from bot.core.turn import Turn

ASKED = "how do i link my licence to zebrafish"


def test_only_the_same_text_is_known_again() -> None:
    kept: ReplyCache[int] = ReplyCache()
    kept.put("one", 1)

    assert (kept.get("one"), kept.get("One"), kept.get("")) == (1, None, None)


def test_text_that_is_no_text_is_known_again_too() -> None:
    kept: ReplyCache[int] = ReplyCache()
    kept.put("\ud800", 1)

    assert kept.get("\ud800") == 1


def test_the_oldest_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "MAX_ENTRIES", 2)
    kept: ReplyCache[int] = ReplyCache()
    for number, text in enumerate(("one", "two", "three")):
        kept.put(text, number)

    assert [kept.get(text) for text in ("one", "two", "three")] == [None, 1, 2]


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
def test_the_same_words_are_answered_alike_again(learnt: Knowledge, text: str) -> None:
    first, again = (respond(learnt, Conversation("ann"), Turn("ann", text)) for _ in range(2))

    assert first == again


def test_what_people_wrote_is_not_kept(learnt: Knowledge) -> None:
    respond(learnt, Conversation("ann"), Turn("ann", ASKED))
    gc.collect()
    held = [vars(one)["_results"] for one in gc.get_objects() if isinstance(one, ReplyCache)]

    assert any(held)
    assert b"zebrafish" not in pickle.dumps(held)


def test_what_somebody_else_asked_is_answered_to_who_asks_now(learnt: Knowledge) -> None:
    respond(learnt, Conversation("ann"), Turn("ann", ASKED))
    talk, reply = respond(learnt, Conversation("bob"), Turn("bob", ASKED))

    assert (talk.who, reply.said) == ("bob", ASKED)


def test_what_somebody_else_pressed_is_shown_to_who_presses_now(learnt: Knowledge) -> None:
    first, again = (
        respond(learnt, Conversation(who), Turn(who, pick="go/link-menu")) for who in ("ann", "bob")
    )
    other = respond(learnt, Conversation("bob").learn(windows="10"), Turn("bob", pick="go/link-menu"))

    assert (first[0].who, again[0].who) == ("ann", "bob")
    assert first[1] == again[1] != other[1]


def test_the_same_words_elsewhere_in_a_conversation_are_read_anew(learnt: Knowledge) -> None:
    menu = respond(learnt, Conversation("ann"), Turn("ann", "yes"))[1]
    stepping = respond(learnt, Conversation("ann"), Turn("ann", pick="go/is-it-linked"))[0]
    answer = respond(learnt, stepping, Turn("ann", "yes"))[1]

    assert menu != answer
