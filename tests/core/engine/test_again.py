"""The page that a face shows once more when it is opened again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

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
