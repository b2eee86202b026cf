"""Answers to pictures, by what was read in them."""

from __future__ import annotations

from typing import Any

import pytest

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.screenshot import Screen, ScreenLine
from keyguide.core.model.turn import Kind, Reply, Turn

KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"


def line(text: str, again: str = "") -> ScreenLine:
    return ScreenLine(text, 0, 0, 9 * len(text), 20, again)


def code_screen(code: str, again: str = "") -> Screen:
    return (line(f"Error code: {code}", again or code),)


def show(
    knowledge: Knowledge, *screens: Screen, text: str = "", before: Conversation | None = None, **more: Any
) -> tuple[Conversation, Reply]:
    return respond(knowledge, before or Conversation("ann"), Turn("ann", text=text, screens=screens, **more))


def picks(reply: Reply) -> list[str]:
    return [option.pick for option in reply.options]


def test_a_code_in_a_picture_leads_to_its_page_and_is_told(real: Knowledge) -> None:
    conversation, reply = show(real, code_screen("0xC004F211"))

    assert reply.subject == "error-0xc004f211"
    assert reply.notice == "I read: 0xC004F211. Is that right?"
    assert conversation.facts["code"] == "0xC004F211"
    assert picks(reply)[-3:] == ["again", "read/no", "read/other"]


def test_a_message_and_a_code_are_read_together(real: Knowledge) -> None:
    screen = (line("Windows is not activated"), *code_screen("0xC004F211"))

    conversation, reply = show(real, screen)

    assert reply.notice == "I read: *Windows is not activated*, 0xC004F211. Is that right?"
    assert (conversation.facts["state"], conversation.facts["code"]) == ("E", "0xC004F211")


def test_a_picture_answers_the_open_step(real: Knowledge) -> None:
    standing, _ = respond(real, Conversation("ann"), Turn("ann", pick="go/is-it-linked"))
    linked = line("Windows is activated with a digital license linked to your Microsoft account")

    _, reply = show(real, (linked,), before=standing)

    assert reply.kind is Kind.ARTICLE
    assert reply.subject == "link-check"


def test_a_code_that_was_read_in_two_ways_is_only_asked_about(real: Knowledge) -> None:
    conversation, reply = show(real, code_screen("0xC004F211", "0xC004F213"))

    assert reply.kind is Kind.SUGGEST
    assert "0xC004F211, 0xC004F213" in reply.body
    assert {"error-0xc004f211", "error-0xc004f213"} <= set(reply.offers)
    assert "code" not in conversation.facts


def test_a_code_one_slip_from_a_known_one_is_only_asked_about(real: Knowledge) -> None:
    _, reply = show(real, code_screen("0xC004F21F"))

    assert reply.kind is Kind.SUGGEST


def test_words_and_a_picture_are_answered_together(real: Knowledge) -> None:
    _, reply = show(real, code_screen("0xC004F211"), text="what does this mean?")

    assert reply.subject == "error-0xc004f211"


def test_a_key_in_a_picture_is_warned_about_and_never_repeated(real: Knowledge) -> None:
    conversation, reply = show(real, (line(KEY),))

    assert reply.evidence.secret
    assert reply.notice.startswith("Your picture shows a product key")
    assert "4WQ2M" not in repr((conversation, reply)) + reply.masked_text


def test_a_picture_of_something_else_says_what_to_do(real: Knowledge) -> None:
    _, reply = show(real, (line("How to cook rice"),))

    assert reply.notice.startswith("I read the picture, but I know no message")


@pytest.mark.parametrize(
    ("problem", "beginning"),
    [("not_installed", "I cannot read pictures."), ("moving", "I cannot read moving pictures.")],
)
def test_a_picture_that_is_not_read_is_told(real: Knowledge, problem: str, beginning: str) -> None:
    _, reply = show(real, picture_problem=problem)

    assert reply.notice.startswith(beginning)


def test_words_that_are_answered_need_no_word_about_a_picture_that_cannot_be_read(real: Knowledge) -> None:
    _, reply = show(real, text="what is 0xC004F211", picture_problem="not_installed")

    assert reply.subject == "error-0xc004f211"
    assert "pictures" not in reply.notice


def test_a_reading_that_was_wrong_is_forgotten(real: Knowledge) -> None:
    conversation, _ = show(real, code_screen("0xC004F211"))

    after, reply = respond(real, conversation, Turn("ann", pick="read/no"))

    assert "code" not in after.facts
    assert reply.title == "Please type it"


def test_a_picture_of_another_pc_is_forgotten_with_all_that_it_led_to(real: Knowledge) -> None:
    conversation, _ = show(real, (line("Windows is not activated"),))
    assert conversation.flow

    after, reply = respond(real, conversation, Turn("ann", pick="read/other"))

    assert (after.flow, "state" in after.facts) == ("", False)
    assert reply.title == "About another PC"


def test_a_licence_report_in_a_picture_is_read(real: Knowledge) -> None:
    rows = ("Name: Windows(R), Professional edition",
            "Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel",
            "License Status: Licensed")  # fmt: skip
    screen = tuple(ScreenLine(row, 0, 30 * place, 500, 30 * place + 20) for place, row in enumerate(rows))

    conversation, reply = show(real, screen)

    assert conversation.facts["channel"] == "VOLUME_KMSCLIENT"
    assert "VOLUME_KMSCLIENT" in reply.notice


def test_a_doubtful_code_beside_a_message_is_told_with_it(real: Knowledge) -> None:
    screen = (line("Windows is not activated"), *code_screen("0xC004F211", "0xC004F213"))

    conversation, reply = show(real, screen)

    assert "*Windows is not activated*" in reply.notice
    assert "0xC004F211, 0xC004F213" in reply.notice
    assert "code" not in conversation.facts
