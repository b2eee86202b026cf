"""Pages offered beside an answer: what a message may mean as well, by what was said and shown before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keyguide.core.engine.context import Context
from keyguide.core.engine.pages.make_replies import make_article_reply, offer_first
from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Kind, Role

Meet = Callable[..., Any]
ABOUT = (
    "link-how",
    "generic-keys",
    "link-check",
    "leaked-key",
    "no-cracks",
)  # each half as likely as the last


def found(decision: Decision = Decision.ANSWER, labels: tuple[str, ...] = ABOUT) -> SearchResult:
    return SearchResult(decision, labels, confidence=0.95)


def test_what_a_text_may_mean_as_well_comes_before_what_the_page_links_to(finding: Any, meet: Meet) -> None:
    reply = meet(finding(that_thing_with_the_account=found())).says("that thing with the account")

    assert reply.subject == "link-how"
    assert reply.offers[:3] == ("generic-keys", "link-check", "leaked-key")


def test_a_refusal_is_never_among_the_likely_pages(finding: Any, meet: Meet) -> None:
    suspected = found(labels=("link-how", "no-cracks", "link-check"))

    reply = meet(finding(that_thing_with_the_account=suspected)).says("that thing with the account")

    assert "no-cracks" not in reply.offers[:2]
    assert reply.offers[0] == "link-check"


def test_no_more_than_four_pages_are_suggested(finding: Any, meet: Meet) -> None:
    labels = ("link-how", "generic-keys", "link-check", "leaked-key", "contact-support", "link-menu")
    person = meet(finding(that_thing_with_the_account=found(Decision.SUGGEST, labels)))

    reply = person.says("that thing with the account")

    assert reply.kind is Kind.SUGGEST
    assert reply.offers == labels[:4]


def test_an_answer_has_at_most_seven_pages_below_it_the_likely_ones_first(real: Any) -> None:
    context = Context(real, real.phrases["en"], Conversation("ann"))
    likely = ("cheap-keys", "s-mode", "esu-check")

    reply = offer_first(context, make_article_reply(context, "link-change-account"), likely)
    pages = [option.about for option in reply.options if option.about and option.role is Role.PAGE]

    assert len(make_article_reply(context, "link-change-account").offers) > 4
    assert (tuple(pages[:3]), len(pages)) == (likely, 7)


def test_beside_another_page_the_last_one_is_offered_first(finding: Any, meet: Meet) -> None:
    labels = ("generic-keys", "leaked-key", "no-cracks", "link-how")
    person = meet(finding(what_of_the_other_one_in_the_long_list=found(labels=labels)))
    person.picks("go/link-how")

    reply = person.says("what of the other one in the long list")

    assert (reply.subject, reply.offers[0]) == ("generic-keys", "link-how")


@pytest.mark.parametrize(
    ("likelier", "is_offered"), [(0, True), (4, False)], ids=["the likeliest", "an unlikely one"]
)
def test_beside_a_miss_only_a_page_with_a_tenth_of_all_shares_is_offered(
    finding: Any, meet: Meet, likelier: int, *, is_offered: bool
) -> None:
    strangers = tuple(f"elsewhere/{number}" for number in range(likelier))
    missed = found(Decision.MISS, (*strangers, "link-check"))

    reply = meet(finding(blah_about_nothing=missed)).says("blah about nothing")

    assert (reply.kind, "link-check" in reply.offers) == (Kind.MISS, is_offered)


def test_what_was_said_before_decides_what_a_fragment_may_mean(finding: Any, meet: Meet) -> None:
    fragment = found(Decision.MISS, ("generic-keys", "link-check"))
    story = found(Decision.MISS, ("link-check", "generic-keys"))
    knowledge = finding(i_do_not_see_mine=fragment, **{"i looked in the list i do not see mine": story})
    alone, in_a_story = meet(knowledge), meet(knowledge)
    in_a_story.says("i looked in the list")

    assert alone.says("i do not see mine").offers[0] == "generic-keys"
    assert in_a_story.says("i do not see mine").offers[0] == "link-check"


def test_after_a_refusal_what_was_said_before_counts_for_nothing(finding: Any, meet: Meet) -> None:
    fragment = found(Decision.MISS, ("generic-keys", "link-check"))
    story = found(Decision.MISS, ("link-check",))
    person = meet(finding(i_do_not_see_mine=fragment, **{"give me a stolen one i do not see mine": story}))
    person.says("give me a stolen one")
    person.picks("go/no-cracks")

    assert person.says("i do not see mine").offers[0] == "generic-keys"


def test_beside_a_step_asked_again_the_two_likeliest_pages_are_offered(finding: Any, meet: Meet) -> None:
    labels = ("leaked-key", "generic-keys", "link-check")
    person = meet(finding(my_cousin_posted_it_once=found(Decision.SUGGEST, labels)))
    person.picks("go/changed-parts")

    reply = person.says("my cousin posted it once")

    assert (reply.kind, reply.subject) == (Kind.STEP, "changed-parts")
    assert reply.offers == labels[:2]


def test_whoever_says_that_we_repeat_ourselves_is_offered_what_it_may_be_about(real: Any, meet: Meet) -> None:
    person = meet(real)
    person.says("what happens if i never activate windows")

    reply = person.says("you keep telling me the same thing")

    assert (reply.act, reply.offers[0]) == ("repeating", "unactivated-limits")
