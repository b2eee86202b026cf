"""What is remembered of a person: facts are added where they are news."""

from __future__ import annotations

import pytest

from keyguide.core.model.conversation import Conversation

BEFORE = Conversation("ann", facts={"windows": "10"})


def test_a_new_fact_is_added_and_the_others_stay() -> None:
    assert BEFORE.add_facts(code="0xC004F211").facts == {"windows": "10", "code": "0xC004F211"}


def test_a_later_fact_replaces_the_earlier() -> None:
    assert BEFORE.add_facts(windows="11").facts == {"windows": "11"}


@pytest.mark.parametrize("fact", ["", "10"], ids=["nothing", "what was known"])
def test_no_news_leaves_the_conversation_as_it_is(fact: str) -> None:
    assert BEFORE.add_facts(windows=fact) is BEFORE
