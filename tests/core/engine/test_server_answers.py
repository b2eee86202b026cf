"""The answers that a server wrote for itself: found, shown and checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from keyguide.core.engine.respond import respond
from keyguide.core.engine.server_answers import check_own_answer, find_own_answer, make_own_reply
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.server_answer import OwnAnswer
from keyguide.core.model.turn import Turn, Verdict
from keyguide.reply_cache import ReplyCache

RULES = OwnAnswer("1", "Our rules", "Be **kind**. See [the page](https://example.org/rules).",
                  ("what are the rules here", "server rules"))  # fmt: skip
SHOP = OwnAnswer("2", "Our shop", "It is open.", ("where is your shop",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("what are the rules here?", RULES),
        ("Server rules", RULES),
        ("WHERE is your shop", SHOP),
        ("how do i link my licence", None),
        ("the rules of the shop of the server of my uncle", None),
        ("rules " * 50, None),
        ("", None),
    ],
)
def test_an_answer_is_found_only_if_a_text_clearly_asks_for_it(
    real: Knowledge, text: str, found: OwnAnswer | None
) -> None:
    assert find_own_answer(real, (RULES, SHOP), text) is found


def test_where_there_are_none_none_is_found(real: Knowledge) -> None:
    assert find_own_answer(real, (), "server rules") is None


def test_it_is_shown_as_the_servers_own(real: Knowledge) -> None:
    reply = make_own_reply(real.choose_phrases("en"), RULES)

    assert (reply.title, reply.body) == ("Our rules", RULES.text)
    assert "answer of this server itself" in reply.footing
    assert [option.label for option in reply.options][:2] == ["That fixed it", "Still stuck"]


def test_an_answer_is_judged_like_one_of_the_knowledge(real: Knowledge) -> None:
    turn = Turn("ann", text="server rules", own=(RULES,))
    before, shown = respond(real, Conversation("ann"), turn)
    picks = {option.label: option.pick for option in shown.options}
    verdicts = {
        label: respond(real, before, replace(turn, text="", pick=picks[label]))[1].judged
        for label in ("That fixed it", "Still stuck")
    }

    assert (shown.subject, shown.title) == (RULES.subject, "Our rules")
    assert verdicts == {
        "That fixed it": Verdict(RULES.subject, "good"),
        "Still stuck": Verdict(RULES.subject, "bad"),
    }


def test_who_is_stuck_with_it_goes_to_a_human_who_reads_its_title(real: Knowledge) -> None:
    pick = f"stuck/{RULES.subject}"
    _, reply = respond(real, Conversation("ann"), Turn("ann", pick=pick, own=(RULES,)))

    assert reply.handoff is not None
    assert reply.handoff.tried == ("Our rules",)


def test_a_verdict_on_an_answer_that_is_gone_is_an_old_button(real: Knowledge) -> None:
    _, reply = respond(real, Conversation("ann"), Turn("ann", pick=f"good/{RULES.subject}"))

    assert "That button is from an earlier conversation" in reply.notice
    assert reply.judged is None


def test_what_one_server_answers_itself_is_not_cached_for_another(real: Knowledge) -> None:
    cache, conversation = ReplyCache(real), Conversation("ann")
    turn = Turn("ann", text="server rules")
    replies = [cache.respond(conversation, replace(turn, own=own))[1] for own in ((), (RULES,), ())]

    assert [reply.title == "Our rules" for reply in replies] == [False, True, False]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, []),
        ({"title": " "}, ["wrong_title"]),
        ({"text": ""}, ["wrong_text"]),
        ({"text": "x" * 1_001}, ["wrong_text"]),
        ({"text": "Use BCDFG-HJKMP-QRTVW-XY234-6789B"}, ["wrong_secret"]),
        ({"text": "# Rules"}, ["wrong_markup"]),
        ({"text": "[here](http://example.org)"}, ["wrong_markup"]),
        ({"text": "https://example.org"}, ["wrong_markup"]),
        ({"asks": ()}, ["wrong_asks"]),
        ({"asks": ("x" * 101,)}, ["wrong_asks"]),
        ({"asks": ("where is your shop",)}, ["wrong_twice"]),
        ({"asks": ("how do i link my windows licence to my microsoft account",)}, ["wrong_known"]),
        ({"asks": ("where can i download a kms activator",)}, ["wrong_refused"]),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_answer_is_named(
    real: Knowledge, changes: dict[str, object], problems: list[str]
) -> None:
    assert [*check_own_answer(real, replace(RULES, **changes), (SHOP,))] == problems  # type: ignore[arg-type]
