"""A question after an answer: mostly about that page or one near it, unless it surely is about another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.model.turn import Kind, Reply

LIMITS = "what happens if i never activate windows"
LINK = "how do i link my windows 11 to my microsoft account"

Meet = Callable[..., Any]


def say(knowledge: Any, meet: Meet, *texts: str) -> Reply:
    """Say the texts one after the other; return the last reply."""
    person = meet(knowledge)
    return [person.says(text) for text in texts][-1]


@pytest.mark.parametrize("text", ["and updates still come?", "do updates still come"])
def test_what_a_folded_part_of_the_page_says_is_shown_from_there(real: Any, meet: Meet, text: str) -> None:
    reply = say(real, meet, LIMITS, text)

    assert (reply.kind, reply.subject) == (Kind.ARTICLE, "unactivated-limits")
    assert "security updates still arrive" in reply.body


def test_a_part_comes_with_the_pages_that_the_question_may_mean_as_well(real: Any, meet: Meet) -> None:
    reply = say(real, meet, LIMITS, "do updates still come")

    assert "win10-end-of-support" in reply.offers[:3]


@pytest.mark.parametrize(
    "text", ["and on the Win10 box in the corner?", "same on my old laptop with windows 10?"]
)
def test_who_asks_on_about_the_other_windows_gets_its_twin(real: Any, meet: Meet, text: str) -> None:
    reply = say(real, meet, LINK, text)

    assert (reply.kind, reply.subject) == (Kind.ARTICLE, "link-how-win10")


def test_what_is_surely_about_another_page_gets_that(real: Any, meet: Meet) -> None:
    reply = say(real, meet, LIMITS, "how do i upgrade from home to pro")

    assert reply.subject == "upgrade-home-to-pro"


FAR = "can people whom i gave the old computer see my whole name"  # brief words would point to the page


def test_a_question_that_is_hardly_about_a_far_page_is_asked_back(finding: Any, meet: Meet) -> None:
    found = SearchResult(Decision.ANSWER, ("leaked-key", "generic-keys", "contact-support"), confidence=0.7)
    knowledge = finding(**{FAR.replace(" ", "_"): found})
    person = meet(knowledge)
    person.picks("go/link-how")
    asked = person.says(FAR)
    person.picks("go/link-how")
    surely = meet(
        finding(**{FAR.replace(" ", "_"): replace(found, confidence=0.95)}), person.conversation
    ).says(FAR)

    assert [asked.kind, "leaked-key" in asked.offers] == [Kind.SUGGEST, True]
    assert (surely.kind, surely.subject) == (Kind.ARTICLE, "leaked-key")


def test_a_page_that_the_last_one_links_to_is_shown_sooner_than_any_other(finding: Any, meet: Meet) -> None:
    found = SearchResult(Decision.SUGGEST, ("leaked-key", "link-menu"), confidence=0.5)
    person = meet(finding(the_sign_in_menu_thing=found))
    person.picks("go/link-how")

    reply = person.says("the sign in menu thing")

    assert (reply.kind, reply.subject) == (Kind.ARTICLE, "link-menu")


def test_after_a_refusal_nothing_is_about_the_refusal(finding: Any, meet: Meet) -> None:
    found = SearchResult(Decision.ANSWER, ("link-how",), confidence=0.6)
    person = meet(finding(how_do_i_do_it=found))
    person.picks("go/no-cracks")

    assert person.says("how do i do it").subject == "link-how"


def test_the_page_just_shown_is_not_among_the_pages_that_may_help_instead(real: Any, meet: Meet) -> None:
    reply = say(real, meet, LIMITS, "and what if i hate it all one day")

    assert reply.subject == "unactivated-limits"
    assert "unactivated-limits" not in reply.offers
