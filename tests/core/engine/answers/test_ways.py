"""Ways in which a text is answered, each with a conversation that takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Kind

Meet = Callable[..., Any]


@pytest.mark.parametrize(
    ("turns", "kind", "subject"),
    [
        (["go/not-activated", "its mine", "yay it finally works now, problem solved"], Kind.MENU, None),
        (["how do i link my licence", "too long, simpler please"], Kind.ARTICLE, "link-how"),
        (["help me check step by step if its linked"], Kind.STEP, "is-it-linked"),
        (["whats the second one"], Kind.MENU, None),
        (["go/not-activated", "its mine", "one question back please"], Kind.STEP, "not-activated"),
        (["go/not-activated", "its mine", "can we start over please"], Kind.STEP, "not-activated"),
        (["go/link-account", "where is that"], Kind.STEP, "link-account"),
        (["hello there, i cannot link my licence"], Kind.ARTICLE, None),
        (["thank you, now i know how linking works"], Kind.MENU, None),
        (["it worked now, zorg blurb flix"], Kind.MENU, None),
        (["i want to talk to a human, my key is blocked"], Kind.ARTICLE, "contact-support"),
        (["go/hardware-change", "mobo and cpu"], Kind.STEP, "hardware-changed"),
        (["changed hardware now windows not active, guide me pls"], Kind.STEP, "hardware-changed"),
        (["go/link-account", "yea its activated"], Kind.STEP, "link-account"),
        (["go/hardware-change", "i never linked it"], Kind.STEP, "hardware-changed"),
        (
            [
                "go/hardware-change",
                "new motherboard and cpu, then windows stopped liking me altogether",
            ],
            Kind.STEP,
            "hardware-changed",
        ),
    ],
)
def test_a_conversation_ends_as_a_person_expects(
    real: Knowledge, meet: Meet, turns: list[str], kind: Kind, subject: str | None
) -> None:
    person = meet(real)
    for turn in turns:
        reply = person.picks(turn) if turn.startswith("go/") else person.says(turn)

    assert reply.kind is kind
    assert subject in {None, reply.subject}


def test_every_page_has_a_brief_form(real: Knowledge, meet: Meet) -> None:
    for page, article in real.articles.items():
        person = meet(real)
        whole = person.picks(f"go/{page}")
        brief = person.says("too long, simpler please")

        assert brief.act == "simpler"
        assert brief.subject == whole.subject, article.title
        assert 0 < len(brief.body) <= len(whole.body)


def test_of_two_questions_the_first_is_answered_and_the_other_offered_first(
    real: Knowledge, meet: Meet
) -> None:
    reply = meet(real).says("how do i link my licence and also how do i remove my old pc from my account")

    assert {reply.subject, reply.offers[0]} == {"link-how", "link-remove-device"}


@pytest.mark.parametrize(
    "said",
    ["i swapped the motherboard", "i replaced the motherboard actually", "the motherboard and several parts"],
)
def test_a_correction_answers_the_earlier_question_again(real: Knowledge, meet: Meet, said: str) -> None:
    person = meet(real)
    person.picks("go/hardware-changed")
    person.says("graphics card")
    person.says(said)

    assert person.conversation.answers["hardware-changed/part"] == "board"


def test_not_activated_now_is_no_success(real: Knowledge, meet: Meet) -> None:
    person = meet(real)
    person.picks("go/link-how")

    assert person.says("not activated now").act != "solved"


def test_where_a_page_does_not_say_it_the_nearest_that_does_is_offered_first(
    real: Knowledge, meet: Meet
) -> None:
    person = meet(real)
    person.picks("go/generic-keys")
    reply = person.says("how long does that take")

    assert (reply.subject, reply.aspect) == ("generic-keys", "how-long")
    assert "how-long" not in real.articles["generic-keys"].aspects
    assert "how-long" in real.articles[reply.options[0].about].aspects


def test_a_detail_never_brings_back_the_page_just_shown(real: Knowledge, meet: Meet) -> None:
    person = meet(real)
    person.picks("go/hardware-changed")
    shown = person.picks("say/hardware-changed/part/bios")
    reply = person.says("it came with the laptop")

    assert (reply.kind, reply.subject) != (Kind.ARTICLE, shown.subject)


@dataclass(frozen=True, slots=True)
class NothingLearnt:
    """A stand-in for a classifier that knows no word of a text."""

    def remember_scores(self, read: object) -> NothingLearnt:
        return self

    def classify(self, text: str, among: tuple[str, ...] = ()) -> tuple[()]:
        return ()


def test_an_answer_in_unknown_words_asks_the_step_again(knowledge: Knowledge, meet: Meet) -> None:
    person = meet(replace(knowledge, choices=NothingLearnt()))
    step = person.picks("go/is-it-linked").step

    assert person.says("zorg blurb").step == step
