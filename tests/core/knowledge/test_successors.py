"""A retired article is shown to nobody, and everything that led to it leads to its successor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.load.folder import read_folder
from keyguide.load.knowledge import open_knowledge

LINKING = "articles/linking.yaml"


@pytest.fixture
def succeeded(folder: Any) -> Knowledge:
    """The small knowledge, in which link-check was retired for no-cracks, and that for link-how."""
    folder.change(
        LINKING, "verified: 2026-01-09", "verified: 2026-01-09\n    status: retired\n    successor: no-cracks"
    )
    folder.change("articles/help.yaml", "refuses: true", "status: retired\n    successor: link-how")
    assert folder.list_problems() == []
    return open_knowledge(folder.path)


def test_a_retired_article_is_shown_to_nobody(succeeded: Knowledge) -> None:
    assert not {"link-check", "no-cracks"} & succeeded.articles.keys()
    assert not any(article.id == "link-check" for group in succeeded.groups for article in group.articles)


def test_its_successor_takes_its_place_in_every_reference(succeeded: Knowledge) -> None:
    assert succeeded.articles["link-menu"].see == ("link-how",)
    assert succeeded.articles["contact-support"].see == ("link-how",)
    assert all("link-check" not in error.see for error in succeeded.errors.values())
    assert succeeded.find_next_position("is-it-linked/page-says", "linked") == "link-how"


def test_an_article_never_refers_to_itself_nor_twice_to_the_same(succeeded: Knowledge) -> None:
    for article in succeeded.articles.values():
        assert article.id not in article.see
        assert len(set(article.see)) == len(article.see)


def test_its_examples_find_its_successor(succeeded: Knowledge, folder: Any) -> None:
    examples = read_folder(folder.path).files.examples
    old = read_folder(folder.path).files.successors

    assert old == {"link-check": "link-how", "no-cracks": "link-how"}
    assert not any(page in old for each in examples.values() for page in each.topics)
    assert succeeded.finder.find("how do i link my licence").top == "link-how"


@pytest.mark.parametrize("pick", ["go/link-check", "win/11/link-check", "more/link-check/how-long"])
def test_an_old_button_leads_to_its_successor(
    succeeded: Knowledge, meet: Callable[..., Any], pick: str
) -> None:
    assert meet(succeeded).picks(pick).subject == "link-how"


def test_a_conversation_about_it_goes_on_with_its_successor(
    succeeded: Knowledge, small_knowledge: Knowledge, meet: Callable[..., Any]
) -> None:
    person = meet(small_knowledge)
    person.picks("go/link-check")
    person.knowledge = succeeded

    assert person.picks("again").subject == "link-how"
    assert person.picks("good/link-check").judged.subject == "link-how"
