"""A question that has nothing to do with the talk so far: it is looked up by itself, and a flow waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from keyguide.core.engine.incoming_text import find_aside
from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.model.turn import Kind

Meet = Callable[..., Any]


def sure(label: str) -> SearchResult:
    return SearchResult(Decision.ANSWER, (label,), confidence=0.95)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("unrelated: my mum forgot her password", "my mum forgot her password"),
        ("ok it runs. sorry, unrelated: my mum forgot hers", "my mum forgot hers"),
        ("side question, the key on the sticker", "the key on the sticker"),
        ("sorry side question what is a mainboard", "what is a mainboard"),
        ("it works. next: which pcs are mine", "which pcs are mine"),
        ("next, it asks for a key", ""),
        ("what next? it asks for a key", ""),
        ("she had an unrelated matter: nothing", ""),
        ("side question", ""),
        ("unrelated to all of that my key", ""),
    ],
)
def test_what_comes_after_such_words_is_found(person: Any, text: str, question: str) -> None:
    assert find_aside(person.knowledge, text) == question


def test_a_knowledge_without_such_words_finds_none(real: Any, person: Any) -> None:
    assert find_aside(real, "unrelated: how do i link it")
    assert find_aside(replace(person.knowledge, asides=()), "unrelated: how do i link it") == ""


def test_an_aside_is_looked_up_by_itself(finding: Any, meet: Meet) -> None:
    person = meet(finding(can_i_use_a_generic_key=sure("generic-keys")))
    person.picks("go/link-how")

    reply = person.says("unrelated: can i use a generic key")

    assert (reply.kind, reply.subject) == (Kind.ARTICLE, "generic-keys")


def test_an_aside_is_no_answer_to_the_open_step_and_the_step_waits(finding: Any, meet: Meet) -> None:
    text = "sorry side question what is digital licence only"
    person = meet(finding(what_is_digital_licence_only=sure("generic-keys")))
    person.picks("go/is-it-linked")

    reply = person.says(text)

    assert (reply.kind, reply.subject) == (Kind.ARTICLE, "generic-keys")
    assert person.presses("Continue where you were").step == "page-says"


def test_at_the_beginning_of_a_talk_nothing_is_an_aside(finding: Any, meet: Meet) -> None:
    whole = "side question, can i use a generic key"
    person = meet(finding(**{whole: sure("generic-keys"), "can i use a generic key": sure("link-how")}))

    assert person.says(whole).subject == "generic-keys"


def test_by_the_way_begins_a_question(ann: Any) -> None:
    ann.picks("go/is-it-linked")

    reply = ann.says("by the way what happens if i never activate windows")

    assert reply.subject == "unactivated-limits"


def test_who_says_that_it_is_not_activated_has_not_said_that_all_is_well(ann: Any) -> None:
    ann.picks("go/not-activated")

    assert ann.says("it worked, but its not activated").act != "solved"
