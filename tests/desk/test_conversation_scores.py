"""Scores of conversations: what meets a turn, what is plainly wrong, and how both are counted."""

from __future__ import annotations

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.golden_tests import ConversationShares, GoldenConversation, GoldenTurn
from keyguide.core.model.turn import Kind, Option, Reply
from keyguide.desk.scoring import conversation_scores
from keyguide.desk.scoring.conversation_scores import (
    Count,
    TurnScore,
    count_figures,
    hold_conversation,
    score_conversation,
)


def reply(kind: Kind, subject: str | None = None, *offers: str, step: str = "") -> Reply:
    options = tuple(Option(offer, offer, offer) for offer in offers)
    return Reply(kind, "A title", subject=subject, step=step, options=options)


LINK = reply(Kind.ARTICLE, "link-how", "link-why", "link-check", "is-it-linked", "key-types")
STEP = reply(Kind.STEP, "is-it-linked", step="signed-in")
MENU, MISS = reply(Kind.MENU), reply(Kind.MISS)


def expect(how: str, *ok: str, never: tuple[str, ...] = ()) -> GoldenTurn:
    return GoldenTurn("hi", how, ok, never)  # type: ignore[arg-type]  # one of three


@pytest.mark.parametrize(
    ("turn", "got", "is_met"),
    [
        (expect("first", "x", "link-how"), LINK, True),
        (expect("first", "link-why"), LINK, False),
        (expect("first", "menu"), MENU, True),
        (expect("shown", "link-how"), LINK, True),
        (expect("shown", "is-it-linked"), LINK, True),
        (expect("shown", "key-types"), LINK, False),
        (expect("kind", "article"), LINK, True),
        (expect("kind", "link-how"), LINK, False),
        (expect("first", "is-it-linked"), STEP, True),
        (expect("first", "is-it-linked/signed-in"), STEP, True),
        (expect("first", "is-it-linked", "is-it-linked/page-says"), STEP, False),
        (expect("first", "is-it-linked", "new-pc/target"), STEP, True),
        (expect("shown", "is-it-linked", "is-it-linked/page-says"), LINK, True),
    ],
    ids=[
        "subject",
        "only offered",
        "a kind counts as first",
        "subject shown",
        "third offer",
        "fourth offer",
        "kind",
        "subject where only the kind counts",
        "flow",
        "exact step",
        "another step of the flow",
        "a step of another flow",
        "an offer of the flow",
    ],
)
def test_a_turn_is_met_where_its_reply_is_expected(turn: GoldenTurn, got: Reply, is_met: bool) -> None:  # noqa: FBT001
    assert TurnScore(turn, got).is_met is is_met
    assert TurnScore(turn, got).is_unmet is not is_met


@pytest.mark.parametrize(
    ("never", "is_wrong"),
    [
        (("is-it-linked",), True),
        (("is-it-linked/signed-in",), True),
        (("step",), True),
        (("link-how", "menu", "is-it-linked/page-says"), False),
        ((), False),
    ],
    ids=["subject", "step", "kind", "others", "none"],
)
def test_a_reply_is_plainly_wrong_where_the_turn_says_so(never: tuple[str, ...], is_wrong: bool) -> None:  # noqa: FBT001
    assert TurnScore(expect("first", never=never), STEP).is_wrong is is_wrong


def test_a_turn_that_expects_nothing_is_neither_met_nor_unmet() -> None:
    score = TurnScore(expect("first"), MISS)

    assert (score.is_expected, score.is_met, score.is_unmet, score.is_away) == (False, False, False, False)


@pytest.mark.parametrize(
    ("turn", "got", "is_away"),
    [
        (expect("shown", "link-how"), MISS, True),
        (expect("shown", "link-how"), reply(Kind.ELSEWHERE, None, "link-how"), True),
        (expect("first", "link-how", "refusal"), MISS, False),
        (expect("first", "link-how"), MENU, False),
    ],
    ids=["missed", "sent elsewhere with the answer beside", "not ours", "menu"],
)
def test_somebody_of_ours_is_sent_away(turn: GoldenTurn, got: Reply, is_away: bool) -> None:  # noqa: FBT001
    assert TurnScore(turn, got).is_away is is_away


@pytest.mark.parametrize(
    ("turn", "got", "previous", "is_again"),
    [
        (expect("first", "link-why"), LINK, "link-how", True),
        (expect("first", "link-why"), LINK, "link-check", False),
        (expect("first", "link-how"), LINK, "link-how", False),
        (expect("first", "link-why"), STEP, "is-it-linked", False),
    ],
    ids=["same page", "another page", "same page and right", "same flow"],
)
def test_the_same_article_once_more_is_noticed(
    turn: GoldenTurn,
    got: Reply,
    previous: str,
    is_again: bool,  # noqa: FBT001
) -> None:
    assert TurnScore(turn, got, previous).is_again is is_again


FINE = score_conversation(
    GoldenConversation("Fine", "follow-up", (expect("first", "link-how"), expect("kind", "menu"))),
    (LINK, MENU),
)
MIXED = score_conversation(
    GoldenConversation(
        "Mixed",
        "scope",
        (
            expect("first", "link-how", never=("miss",)),
            expect("first", "link-why", never=("link-how",)),
            expect("first", "is-it-linked"),
            expect("first", never=("refusal",)),
        ),
    ),
    (LINK, LINK, MISS, MENU),
)


def test_the_figures_count_turns_and_conversations() -> None:
    figures = count_figures([FINE, MIXED])

    assert figures.conversations == 2
    assert figures.met == Count(3, 5)
    assert figures.after_first == Count(1, 3)
    assert figures.last == Count(1, 2)
    assert figures.clean == Count(1, 2)
    assert figures.wrong == Count(1, 3)
    assert (figures.away, figures.again) == (1, 1)
    assert figures.shares == ConversationShares(0.6, 1 / 3, 0.5, 0.5, 1 / 3)


def test_a_conversation_with_something_wrong_is_not_clean_though_all_is_met() -> None:
    turn = expect("shown", "link-why", never=("link-how",))

    assert not score_conversation(GoldenConversation("x", "scope", (turn,)), (LINK,)).is_clean


def test_nothing_is_a_share_of_nothing() -> None:
    assert count_figures([]).shares == ConversationShares(0, 0, 0, 0, 0)


def test_the_replies_know_the_texts_before(
    small_knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = []
    answer = conversation_scores.respond
    monkeypatch.setattr(
        conversation_scores, "respond", lambda *given: (turns.append(given[2]), answer(*given))[1]
    )

    replies = hold_conversation(small_knowledge, ["how do i link my licence", "hm", "hm 2", "hm 3", "hm 4"])

    assert [turn.earlier for turn in turns[:3]] == [
        (),
        ("how do i link my licence",),
        ("how do i link my licence", "hm"),
    ]
    assert turns[4].earlier == ("hm", "hm 2", "hm 3")
    assert replies[0].subject == "link-how"
    assert len(replies) == 5


def test_a_conversation_continues_from_reply_to_reply(small_knowledge: Knowledge) -> None:
    start, after = hold_conversation(
        small_knowledge, ["walk me through checking the link", "not linked to anything"]
    )

    assert (start.step, after.step) == ("page-says", "signed-in")
