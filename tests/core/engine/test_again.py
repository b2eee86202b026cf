"""The page that is shown once more: when a face is opened again, and when somebody asks again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.model.turn import Kind, Verdict

SEEN = {
    "nothing": ([], "menu", None),
    "an article": (["go/link-how"], "article", "link-how"),
    "an error page": (["go/error-0xc004f211"], "article", "error-0xc004f211"),
    "a step": (["go/is-it-linked"], "step", "is-it-linked"),
    "an article within a diagnosis": (["go/is-it-linked", "go/link-how"], "article", "link-how"),
    "an article and back to the diagnosis": (
        ["go/is-it-linked", "go/link-how", "resume"],
        "step",
        "is-it-linked",
    ),
    "the end of a diagnosis": (
        ["go/is-it-linked", "say/is-it-linked/page-says/linked"],
        "article",
        "link-check",
    ),
}


@pytest.mark.parametrize("seen", SEEN)
def test_what_was_seen_last_is_shown_once_more(person: Any, seen: str) -> None:
    picks, kind, subject = SEEN[seen]
    for pick in picks:
        person.picks(pick)
    before = person.conversation
    reply = person.picks("again")

    assert (reply.kind, reply.subject) == (kind, subject)
    assert replace(person.conversation, offered=()) == replace(before, offered=())


def test_what_is_known_no_more_leads_to_the_menu(
    person: Any, knowledge: Any, meet: Callable[..., Any]
) -> None:
    person.conversation = person.conversation.__class__("ann", subject="gone")

    assert person.picks("again").kind == "menu"


def test_whoever_asks_again_and_gets_the_same_page_was_not_helped(person: Any) -> None:
    first, second = person.says("0xC004F211"), person.says("it still says 0xC004F211")

    assert first.judged is None
    assert second.judged == Verdict("error-0xc004f211", "again")


def test_another_version_or_a_part_of_the_same_page_is_no_repetition(person: Any) -> None:
    person.picks("go/link-how")

    other, part, pressed = person.says("and on windows 10?"), person.says("how long does it take"), None
    pressed = person.picks("go/link-how")

    assert [reply.judged for reply in (other, part, pressed)] == [None, None, None]


def test_a_page_that_is_all_there_is_counts_as_no_help(finding: Any, meet: Any) -> None:
    found = SearchResult(Decision.ANSWER, ("link-how",), confidence=0.99)
    person = meet(finding(how_do_i_link_it=found, but_how_do_i_link_it_please=found))
    person.says("how do i link it")

    reply = person.says("but how do i link it please")

    assert (reply.kind, reply.judged) == (Kind.SUGGEST, Verdict("link-how", "again"))
