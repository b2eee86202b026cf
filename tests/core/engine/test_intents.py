"""Intents: what a message does rather than asks, and whether it asks at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from keyguide.core.engine import intents
from keyguide.core.engine.intents import Intent, find_intent, find_likely_aspect, is_question
from keyguide.core.model.content.acts_and_facts import Act

Ranking = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class SetIntents:
    """A stand-in that knows the shares, and the familiarity, of exactly the texts that a test specifies."""

    known: Mapping[str, tuple[Ranking, float]] = field(default_factory=dict)

    def classify_with_familiarity(self, text: str, _among: Sequence[str] = ()) -> tuple[Ranking, float]:
        return self.known.get(text, ((("topic", 1.0),), 1.0))


@dataclass(frozen=True, slots=True)
class SetKnowledge:
    """All that is needed of the knowledge to find an intent."""

    intents: SetIntents
    acts: Mapping[str, Act]


def knows(*walk: str, **texts: Any) -> Any:
    """Make a knowledge in which a text, with _ for a space, has one label, or shares and a familiarity."""
    known = {
        text.replace("_", " "): (((shares, 1.0),), 1.0) if isinstance(shares, str) else shares
        for text, shares in texts.items()
    }
    return SetKnowledge(SetIntents(known), {"walk": Act("walk", (), walk), "thanks": Act("thanks", ())})


@pytest.mark.parametrize(
    "text",
    [
        "how do i link it",
        "where is it",
        "Is it free",
        "ok so how do i link it",
        "thanks, and what about windows 10",
        "it works. can i go back",
        "hm, why",
        "should i wait",
        "may we try",
        "it is linked?",
        "linked ?",
        "did windows say so",
        "whats that",
    ],
)
def test_a_text_that_asks_is_a_question(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "it is linked",
        "i know how to do it",
        "did it already",
        "did that twice",
        "did everything you said",
        "howdy",
        "island",
        "should work",
        "i did what you said",
    ],
)
def test_a_text_that_states_something_is_no_question(text: str) -> None:
    assert not is_question(text)


def test_a_message_that_only_does_something_is_an_act_without_a_rest() -> None:
    assert find_intent(knows(thanks="act/thanks"), "thanks") == Intent(act="thanks")


def test_who_is_angry_and_asks_for_a_person_gets_one() -> None:
    angry = {"this_is_useless,_get_me_a_person": "act/insult", "get_me_a_person": "act/human"}

    assert find_intent(knows(**angry), "this is useless, get me a person").act == "human"
    assert find_intent(
        knows(**angry | {"get_me_a_person": "topic"}), "this is useless, get me a person"
    ).act == ("insult")


def test_a_usual_question_is_an_aspect() -> None:
    intent = find_intent(knows(how_long="aspect/how-long"), "how long")

    assert intent == Intent(aspect="how-long", is_certain=True)


@pytest.mark.parametrize(
    ("share", "familiarity", "act"),
    [
        (0.6, 0.6, "thanks"),
        (0.59, 1.0, ""),
        (0.74, 0.59, ""),
        (0.75, 0.4, "thanks"),
        (0.75, 0.39, ""),
        (0.95, 0.2, "thanks"),
        (0.95, 0.19, ""),
    ],
)
def test_an_act_must_be_likely_and_in_known_words(share: float, familiarity: float, act: str) -> None:
    ranking = (("act/thanks", share), ("topic", 1 - share))

    assert find_intent(knows(hm=(ranking, familiarity)), "hm").act == act


@pytest.mark.parametrize(
    ("share", "familiarity", "aspect"),
    [(0.5, 0.7, "cost"), (0.49, 1.0, ""), (0.98, 0.69, ""), (0.99, 0.3, "cost"), (0.99, 0.29, "")],
)
def test_an_aspect_must_be_likely_and_in_known_words(share: float, familiarity: float, aspect: str) -> None:
    ranking = (("aspect/cost", share), ("topic", 1 - share))

    assert find_intent(knows(hm=(ranking, familiarity)), "hm").aspect == aspect


def test_an_aspect_is_certain_from_a_high_share_on() -> None:
    shares = (0.95, 0.94)
    rankings = [(("aspect/cost", share), ("topic", 1 - share)) for share in shares]

    assert [find_intent(knows(hm=(ranking, 1.0)), "hm").is_certain for ranking in rankings] == [True, False]


@pytest.mark.parametrize(
    ("second", "act"),
    [("act/thanks", "solved"), ("act/goodbye", "solved"), ("act/not-solved", ""), ("topic", "")],
)
def test_a_good_end_and_its_thanks_count_together(second: str, act: str) -> None:
    knowledge = knows(that_did_it_thank_you=((("act/solved", 0.5), (second, 0.4)), 0.9))

    assert find_intent(knowledge, "that did it thank you").act == act


@pytest.mark.parametrize("label", ["act/detail", "act/other"])
def test_a_detail_and_anything_else_are_no_acts(label: str) -> None:
    intent = find_intent(knows(blue=label), "blue")

    assert (intent.act, intent.aspect, intent.rest) == ("", "", "blue")


def test_a_long_story_is_no_act_however_it_sounds() -> None:
    story = " ".join(["thanks"] * 13)

    assert find_intent(knows(**{story: "act/thanks"}), story) == Intent(rest=story, belongs=True)


def test_an_even_longer_story_is_not_looked_at() -> None:
    story = " ".join(["long"] * 17)

    assert find_intent(knows(**{story: "aspect/cost"}), story) == Intent(rest=story)


@pytest.mark.parametrize(
    ("ranking", "familiarity", "belongs"),
    [
        ((("act/detail", 0.9), ("stranger", 0.1)), 1.0, True),
        ((("act/detail", 0.6), ("stranger", 0.4)), 1.0, False),
        ((("act/other", 0.9), ("act/detail", 0.1)), 1.0, False),
        ((("act/detail", 0.9), ("stranger", 0.1)), 0.3, False),
        ((("topic", 0.9), ("act/detail", 0.1)), 1.0, False),
    ],
)
def test_a_fragment_of_the_story_belongs_to_the_matter_at_hand(
    ranking: Ranking,
    familiarity: float,
    belongs: bool,  # noqa: FBT001 -- pytest passes it by name
) -> None:
    intent = find_intent(knows(blue=(ranking, familiarity)), "blue")

    assert (intent.act, intent.aspect, intent.rest, intent.belongs) == ("", "", "blue", belongs)


@pytest.mark.parametrize(("share", "strange"), [(0.8, [True]), (0.79, [False])])
def test_what_sounds_like_something_else_altogether_is_strange(share: float, strange: list[bool]) -> None:
    ranking = (("act/other", share - 0.2), ("stranger", 0.2), ("topic", 1 - share))

    assert [find_intent(knows(blue=(ranking, 1.0)), "blue").is_strange] == strange


def test_a_likely_aspect_stands_out_among_those_of_a_page_in_known_words() -> None:
    ranking = (("aspect/cost", 0.8), ("aspect/safe", 0.2))
    unsure = (("aspect/cost", 0.79), ("aspect/safe", 0.21))
    knowledge = knows(much=(ranking, 0.5), odd=(ranking, 0.49), both=(unsure, 1.0))

    found = [find_likely_aspect(knowledge, text, ["cost", "safe"]) for text in ("much", "odd", "both")]

    assert found == ["cost", "", ""]


def test_an_act_in_one_clause_leaves_the_other_clauses() -> None:
    intent = find_intent(knows(thanks="act/thanks"), "thanks, how do i link it. and where")

    assert (intent.act, intent.rest) == ("thanks", "how do i link it., and where")


def test_a_no_with_a_question_behind_it_is_not_all_of_the_message() -> None:
    knowledge = knows(**{"oh no, how do i delete it": "act/no", "oh no": "act/no"})

    intent = find_intent(knowledge, "oh no, how do i delete it")

    assert (intent.act, intent.rest) == ("no", "how do i delete it")


def test_of_several_acts_the_weightiest_counts() -> None:
    knowledge = knows(**{"hi": "act/greeting", "thanks": "act/thanks", "get me a person": "act/human"})

    intent = find_intent(knowledge, "hi, thanks, get me a person")

    assert (intent.act, intent.rest) == ("human", "")


def test_an_act_that_nobody_adds_to_something_else_is_part_of_the_rest() -> None:
    intent = find_intent(knows(source="act/source"), "source, the mainboard is new")

    assert (intent.act, intent.rest) == ("", "source, the mainboard is new")


def test_a_phrase_that_is_an_act_anywhere_leaves_what_stands_around_it() -> None:
    intent = find_intent(knows("walk me through"), "please Walk me through linking it, ok?")

    assert (intent.act, intent.rest.split()) == ("walk", ["please", "linking", "it,", "ok"])


def test_a_phrase_is_found_with_and_without_its_apostrophe() -> None:
    assert find_intent(knows("lets go through it"), "let’s go through it").act == "walk"


@pytest.mark.parametrize(
    "text", ["how do i link it step by step", "it went not step by step", "unstep by step", "step by steps"]
)
def test_a_phrase_within_a_word_or_a_question_how_is_no_act(text: str) -> None:
    assert find_intent(knows("step by step"), text).act == ""


def test_a_text_without_words_does_nothing() -> None:
    assert find_intent(knows(), "?!") == Intent(rest="?!")


def test_what_the_small_knowledge_was_taught_is_found(small_knowledge: Any) -> None:
    assert find_intent(small_knowledge, "thank you so much").act == "thanks"
    assert find_intent(small_knowledge, "how long does it take").aspect == "how-long"
    assert find_intent(small_knowledge, "where is the link button").act == ""


def test_a_long_text_is_not_classified_clause_by_clause(
    knowledge: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def classify(_knowledge: Any, text: str) -> Intent:
        seen.append(text)
        return Intent(act="thanks" if text == "thank you" else "", rest=text)

    monkeypatch.setattr(intents, "_classify", classify)
    story = ", ".join(f"then part {number}" for number in range(300))
    found = find_intent(knowledge, f"{story}, thank you")

    assert len(seen) == 7
    assert found.act == "thanks"
    assert found.rest == story
