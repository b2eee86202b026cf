"""What people answer to a step in their own words: beside an act, for a later step, by where it leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keyguide.core.model.turn import Kind, Reply

Meet = Callable[..., Any]


def answer(knowledge: Any, meet: Meet, picks: str, *texts: str) -> Reply:
    """Press the picks, then say the texts; return the last reply."""
    person = meet(knowledge)
    for pick in picks.split():
        person.picks(pick)
    return [person.says(text) for text in texts][-1]


@pytest.mark.parametrize(
    ("picks", "text", "subject", "step"),
    [
        ("go/cannot-sign-in", "it spins and then closes, thats all", "cannot-sign-in", "browser-login"),
        (
            "go/hardware-changed say/hardware-changed/part/board",
            "thx. so, board was done by a repair shop around here",
            "hardware-changed",
            "linked-before",
        ),
    ],
)
def test_an_answer_beside_thanks_or_goodbye_counts(
    real: Any, meet: Meet, picks: str, text: str, subject: str, step: str
) -> None:
    reply = answer(real, meet, picks, text)

    assert (reply.kind, reply.subject, reply.step) == (Kind.STEP, subject, step)


def test_yes_with_a_word_of_comfort_is_a_yes(real: Any, meet: Meet) -> None:
    reply = answer(real, meet, "go/link-account", "i believe it is, no watermark or anything")

    assert (reply.subject, reply.step) == ("link-account", "admin-here")


def test_an_answer_to_a_later_question_is_kept_and_not_asked_again(real: Any, meet: Meet) -> None:
    person = meet(real)
    person.picks("go/new-pc")
    noted = person.says("it was on the laptop when i bought it")
    after = person.says("not activated yet")

    assert (noted.kind, noted.step, noted.facts["origin"]) == (Kind.STEP, "target", "with-pc")
    assert "Noted" in noted.notice
    assert after.subject == "transfer-license"
    assert "You said" in after.notice


def test_an_answer_in_the_words_of_another_diagnosis_counts_here(real: Any, meet: Meet) -> None:
    person = meet(real)
    for pick in ("go/hardware-changed", "say/hardware-changed/part/small"):
        person.picks(pick)
    person.says("internet is fine, no vpn, still says the same")
    person.says("no, always had a local one")
    reply = person.says("it was on there when i bought it at the store")

    assert reply.facts["origin"] == "with-pc"
    assert reply.step != "licence-kind"


def test_a_question_before_the_answer_is_answered(real: Any, meet: Meet) -> None:
    text = "quick q before that: what can i not do while it isnt activated"
    reply = answer(real, meet, "go/not-activated say/not-activated/pc-kind/own", text)

    assert reply.subject == "unactivated-limits"
    assert "resume" in [option.pick for option in reply.options]


def test_a_usual_question_is_about_the_page_shown_in_the_middle_of_a_diagnosis(real: Any, meet: Meet) -> None:
    reply = answer(real, meet, "go/link-account go/account-create", "does that cost anything")

    assert (reply.subject, reply.aspect) == ("account-create", "cost")


def test_who_wants_a_person_gets_one_however_rude(real: Any, meet: Meet) -> None:
    reply = answer(real, meet, "go/hardware-changed", "this is useless, get me a person")

    assert reply.handoff is not None


def test_whoever_still_cannot_tell_after_the_explanation_is_led_on(real: Any, meet: Meet) -> None:
    person = meet(real)
    for pick in ("go/link-account", "say/link-account/active-now/active"):
        person.picks(pick)
    first = person.says("i dont know")
    second = person.says("no idea")

    assert (first.step, "Look under your name" in first.body) == ("admin-here", True)
    assert second.step == "personal"


def test_whoever_still_cannot_tell_is_offered_a_human_where_there_is_no_such_answer(
    real: Any, meet: Meet
) -> None:
    person = meet(real)
    person.picks("go/not-activated")
    person.picks("how/not-activated/pc-kind")
    reply = person.says("no idea")
    others = [option.pick for option in reply.options if not option.pick.startswith("say/")]

    assert (reply.step, others[0]) == ("pc-kind", "human")
    assert "A person can take over" in reply.notice


def test_not_knowing_is_no_answer_before_the_explanation(real: Any, meet: Meet) -> None:
    person = meet(real)
    for pick in ("go/link-account", "say/link-account/active-now/active", "how/link-account/admin-here"):
        person.picks(pick)
    person.picks("menu")
    reply = person.says("i dont know")

    assert reply.step == "admin-here"
    assert "Look under your name" in reply.body
