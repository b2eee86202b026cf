"""Whatever people say and press in turn, on the real knowledge: nothing fails, repeats or is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyguide.core.engine.context import Context
from keyguide.core.model.turn import Kind, Reply

TEXTS = (
    "how do i link my license to my microsoft account",
    "how can i check if my windows is linked",
    "where is my product key",
    "can i move my license to a new pc",
    "i swapped the motherboard and now windows is not activated",
    "windows says not activated",
    "error 0xC004F211",
    "0x803f7001 what does that mean",
    "what is the difference between oem and retail",
    "do i need a microsoft account",
    "i cant sign in to my microsoft account",
    "walk me through linking it",
    "can you guide me through activating windows again",
    "how do i upgrade from home to pro",
    "massgrave?",
    "how do i activate office",
    "tell me a joke",
    "how do i get rid of the watermark",
    "does reinstalling windows remove my license",
    "how long does it take",
    "does it cost anything",
    "is it safe",
    "do i need to restart",
    "why",
    "where do i find that",
    "what if it does not work",
    "it came with the laptop",
    "its mine just my gaming pc",
    "never had an account",
    "its a work laptop",
    "i have windows 10",
    "windows 11",
    "and on windows 10?",
    "motherboard",
    "graphics card",
    "actually it was the motherboard too",
    "i did",
    "only says not activated",
    "it says digital license",
    "i linked it yesterday",
    "local account only",
    "yes",
    "no",
    "not sure",
    "ok",
    "1",
    "the second one",
    "the last one",
    "thanks",
    "thanks, appreciate it",
    "hi",
    "please help me",
    "are you a bot",
    "you are useless",
    "too long",
    "source?",
    "link?",
    "say that again",
    "where were we",
    "start over",
    "back",
    "menu",
    "it worked",
    "still stuck",
    "already tried that",
    "get me a person",
    "that is wrong",
    "XXXXX-XXXXX-XXXXX-XXXXX-12345",
)
LEADS_ELSEWHERE = ("back", "go", "good", "say", "bad/")
NAVIGATION = ("back", "start over", "it worked", "1", "the second one", "the last one")
WINDOWS_ONLY = ("windows 11", "and on windows 10?", "i have windows 10")

ALLOWED_ACTS = ("repeat", "resume", "second", "last", "first", "link", "source")
SHOWN_AGAIN = ("1", "again", "back", "still stuck", "where were we")

texts = st.one_of(st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.text(max_size=60))
turns = st.lists(st.one_of(texts, st.integers(0, 15)), min_size=1, max_size=12)


def make_context(person: Any) -> Context:
    return Context(person.knowledge, person.knowledge.choose_phrases("en"), person.conversation)


def list_path(person: Any) -> list[str]:
    """List the steps that are answered on the way to where a person is."""
    return make_context(person).list_answered_steps()


def find_open_step(person: Any) -> str:
    """Find the step that waits; while one does, a question asked twice is answered twice at present."""
    return make_context(person).find_open_step()


def take(person: Any, turn: str | int) -> tuple[Reply, str]:
    """Say a text, or press an option of the last reply by its number; return the reply and the pick."""
    if isinstance(turn, str):
        return person.says(turn), ""
    options = person.reply.options if person.reply else ()
    pick = options[turn % len(options)].pick if options else "menu"
    return person.picks(pick), pick


@pytest.fixture
def join(real: Any, meet: Callable[..., Any]) -> Callable[[], Any]:
    """Make somebody new, who uses the real knowledge; unlike that, this is short when printed."""

    def make() -> Any:
        return meet(real)

    return make


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(turns=turns)
def test_any_turns_in_a_row_are_answered(join: Callable[[], Any], turns: list[str | int]) -> None:
    person = join()
    for turn in turns:
        reply, _ = take(person, turn)

        assert reply.title.strip()
        assert reply.options
        assert len({option.pick for option in reply.options}) == len(reply.options), reply.title


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(turns=turns)
def test_a_text_never_gets_the_article_just_shown(join: Callable[[], Any], turns: list[str | int]) -> None:
    person = join()
    for turn in turns:
        before = person.reply
        is_in_step = bool(find_open_step(person))
        reply, _ = take(person, turn)
        if before is None or is_in_step or not isinstance(turn, str) or reply.kind is not Kind.ARTICLE:
            continue
        if turn in WINDOWS_ONLY or turn.strip().casefold() in SHOWN_AGAIN:
            continue
        found = reply.evidence
        if reply.aspect:  # the same usual question, asked again, has the same short answer
            continue
        if reply.act in ALLOWED_ACTS or reply.handoff or found.codes or found.state or found.secret:
            continue

        shown = [(shown.kind, shown.subject, shown.body, shown.aspect) for shown in (before, reply)]
        assert shown[0] != shown[1], (turn, shown)


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(turns=turns)
def test_an_answer_is_forgotten_only_when_something_leads_elsewhere(
    join: Callable[[], Any], turns: list[str | int]
) -> None:
    person = join()
    for turn in turns:
        path, before = list_path(person), person.conversation
        reply, pick = take(person, turn)
        after = person.conversation
        lost = [place for place in path if place not in after.answers]
        if not lost or pick.startswith(LEADS_ELSEWHERE) or turn in NAVIGATION:
            continue

        changed = [place for place in path if after.answers.get(place, "") != before.answers[place]]
        is_answered_again = len(changed) > len(lost) or f"{reply.subject}/{reply.step}" in lost
        is_other_flow = after.flow != before.flow
        assert not pick, (pick, lost)
        assert is_answered_again or is_other_flow, (turn, before.flow, lost, reply.kind)
