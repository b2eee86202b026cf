"""A question after an answer: mostly about that page or one near it, unless it surely is about another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.knowledge.knowledge import Knowledge
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


def test_a_remark_of_another_kind_that_names_a_part_of_the_page_gets_that_part(
    finding: Any, meet: Meet
) -> None:
    stranger = SearchResult(Decision.ELSEWHERE, elsewhere="office", elsewhere_share=0.5)
    person = meet(finding(**{"my uncle rings again tomorrow about grandpa": stranger}))
    person.picks("go/link-how")

    reply = person.says("my uncle rings again tomorrow about grandpa")

    assert (reply.kind, reply.subject) == (Kind.ARTICLE, "link-how")


def test_who_begs_after_a_refusal_in_words_of_their_own_is_told_that_this_is_all(
    finding: Any, meet: Meet
) -> None:
    labels = ("no-cracks", "link-check")
    begs = SearchResult(Decision.MISS, labels, guesses=labels[1:], may_refuse=False)
    person = meet(finding(be_a_good_sport_mate=begs))
    person.picks("go/no-cracks")

    reply = person.says("be a good sport mate")

    assert (reply.kind, reply.subject) == (Kind.SUGGEST, "no-cracks")
    assert "link-check" in reply.offers


def test_the_page_just_shown_is_not_among_the_pages_that_may_help_instead(real: Any, meet: Meet) -> None:
    reply = say(real, meet, LIMITS, "and what if i hate it all one day")

    assert reply.subject == "unactivated-limits"
    assert "unactivated-limits" not in reply.offers


@pytest.mark.parametrize(
    ("page", "text", "right"),
    [
        ("suddenly-deactivated", "but i changed the motherboard", "hardware-change"),
        ("unactivated-limits", "its a work laptop", "volume-kms"),
        ("oem-bios-key", "i want to see the key itself", "find-product-key"),
    ],
)
def test_who_says_the_case_in_which_a_page_is_wrong_gets_the_right_one(
    real: Any, meet: Meet, page: str, text: str, right: str
) -> None:
    person = meet(real)
    person.picks(f"go/{page}")

    assert person.says(text).subject == right


def test_the_same_words_after_another_page_do_not_bring_that_page(real: Any, meet: Meet) -> None:
    person = meet(real)
    person.picks("go/leaked-key")

    assert person.says("its a work laptop").subject != "volume-kms"


def name_case(knowledge: Knowledge, condition: str) -> Knowledge:
    """Let the page link-how say when another one is right."""
    page = replace(
        knowledge.articles["link-how"], not_this_if=f'{condition}: see "The link button on Windows 11".'
    )
    return replace(knowledge, articles={**knowledge.articles, page.id: page})


@pytest.mark.parametrize(
    ("condition", "is_said"),
    [
        ("You saw a violet page", True),
        ("You saw another page", False),  # one short word in common
        ("You saw a Microsoft logo", False),  # what the last page says itself
        ("You never linked it", True),  # a fact
        ("You never saw a picture", False),
    ],
)
def test_a_case_is_said_by_a_fact_or_by_words_that_tell(
    finding: Any, meet: Meet, condition: str, is_said: object
) -> None:
    text = "i never linked it, microsoft has a violet page"
    found = SearchResult(Decision.MISS, ("link-how", "link-menu"))
    person = meet(name_case(finding(**{text.replace(" ", "_"): found}), condition))
    person.picks("go/link-how")

    assert (person.says(text).subject == "link-menu") is is_said


def test_what_the_finder_knows_nothing_about_is_no_case(finding: Any, meet: Meet) -> None:
    person = meet(name_case(finding(), "You saw a violet page"))
    person.picks("go/link-how")

    assert person.says("violet page").subject != "link-menu"


def test_a_page_that_the_last_one_links_to_is_shown_though_a_text_alone_sounds_strange(
    finding: Any, meet: Meet
) -> None:
    found = SearchResult(Decision.ELSEWHERE, ("link-menu",), elsewhere="office", confidence=0.95)
    person = meet(finding(**{"my uncle rings again tomorrow about grandpa": found}))
    person.picks("go/link-how")

    reply = person.says("my uncle rings again tomorrow about grandpa")

    assert (reply.kind, reply.subject) == (Kind.ARTICLE, "link-menu")
