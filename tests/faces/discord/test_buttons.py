"""Buttons and selects: whose they are, what they do, and that they never die."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Reply, Turn
from keyguide.errors import StoreError
from keyguide.faces.discord.client import Keyguide


async def test_a_press_shows_the_next_question_in_the_place_of_the_old(
    channel: Any, ann: Any, card: Any
) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    second = await ann.click(first.response, label="It is my own PC")

    assert "Question 2 of at most" in card(second.response).text
    assert second.response.id == first.response.id


async def test_a_diagnosis_can_be_walked_by_buttons_and_by_words(env: Any, card: Any) -> None:
    ann = env.create_user("ann")
    await ann.send_dm("diagnose my activation problem please")
    pc = ann.dm_channel.last_message
    page = await ann.click(pc, label="It is my own PC")
    before = card(page.response).text
    await ann.click(page.response, label="Only that it is not activated")
    after = card(page.response).text
    await ann.send_dm("it came with the laptop")

    assert "Question 2" in before
    assert "Question 3" in after
    assert "Question 4" in card(ann.dm_channel.last_message).text


async def test_how_to_find_out_is_a_press_away(channel: Any, ann: Any, card: Any) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    told = await ann.click(first.response, label="Not sure: how do I find out?")

    assert "ms-settings:workplace" in card(told.response).text


async def test_back_and_start_over_lead_back(channel: Any, ann: Any, card: Any) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    second = await ann.click(first.response, label="It is my own PC")
    back = await ann.click(second.response, label="Back")
    again = await ann.click(back.response, label="It is my own PC")
    over = await ann.click(again.response, label="Start over")

    assert card(back.response).text == card(over.response).text
    assert "Question 1" in card(over.response).text


async def test_an_answer_turns_to_the_other_windows(channel: Any, ann: Any, card: Any) -> None:
    answer = await ann.slash(channel, "error", code="0xC004F211")
    shown = await ann.slash(channel, "ask", question="go/activation-check")
    turned = await ann.click(shown.response, label="Show Windows 10")

    assert card(answer.response).text
    assert "Show Windows 11" in card(turned.response).labels


@pytest.mark.parametrize("verdict", ["That fixed it", "Still stuck"])
async def test_an_answer_can_be_judged(channel: Any, ann: Any, card: Any, verdict: str) -> None:
    answer = await ann.slash(channel, "ask", question="go/link-how")
    judged = await ann.click(answer.response, label=verdict)

    assert ("Good to hear" if verdict == "That fixed it" else "Sorry that it did not help") in card(
        judged.response
    ).text


async def test_a_button_works_after_a_restart(
    env: Any, channel: Any, ann: Any, card: Any, make_bot: Callable[[], Keyguide]
) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    await env.restart_bot(make_bot())
    second = await ann.click(first.response, label="It is my own PC")

    assert "Question 2" in card(second.response).text


async def test_a_select_works_after_a_restart(
    env: Any, channel: Any, ann: Any, card: Any, make_bot: Callable[[], Keyguide]
) -> None:
    groups = await ann.slash(channel, "topics")
    group = await ann.click(groups.response, label="Product keys and licences")
    (title, pick), *_ = card(group.response).choices.items()
    await env.restart_bot(make_bot())
    answer = await ann.select(group.response, [pick])

    assert title in card(answer.response).text


async def test_a_button_of_a_flow_that_is_gone_leads_to_a_new_start(
    channel: Any, ann: Any, card: Any, assistant: Assistant
) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    rest = {id: flow for id, flow in assistant.knowledge.flows.items() if id != "not-activated"}
    assistant.use_knowledge(replace(assistant.knowledge, flows=rest))
    pressed = await ann.click(first.response, label="It is my own PC")

    assert "That button is from an earlier conversation" in card(pressed.response).text
    assert "Is my licence linked?" in card(pressed.response).labels


async def test_an_answer_can_be_shown_to_everyone(env: Any, channel: Any, ann: Any, card: Any) -> None:
    answer = await ann.slash(channel, "ask", question="go/link-how")
    shown = await ann.click(answer.response, label="Show to everyone")

    assert not shown.response.ephemeral
    assert f"{ann.mention} shows this answer" in card(shown.response).text
    assert "Show to everyone" not in card(shown.response).labels
    assert card(channel.last_message).text.endswith(card(answer.response).text)
    assert env.http_requests[-1].json["data"].get("allowed_mentions") == {"parse": []}


async def test_in_public_the_one_who_showed_it_goes_on_in_public(channel: Any, ann: Any, card: Any) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    shown = await ann.click(first.response, label="Show to everyone")
    onward = await ann.click(shown.response, label="It is my own PC")

    assert onward.response.id == shown.response.id
    assert not onward.response.ephemeral
    assert "Question 2" in card(channel.last_message).text


async def test_in_public_somebody_else_gets_a_walk_of_their_own(
    channel: Any, ann: Any, ben: Any, card: Any
) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    shown = await ann.click(first.response, label="Show to everyone")
    before = card(channel.last_message).text
    other = await ben.click(shown.response, label="From work or school")

    assert other.ephemeral
    assert "Question 2" in card(other.response).text
    assert card(channel.last_message).text == before
    assert "Question 2" in card((await ann.click(shown.response, label="It is my own PC")).response).text


async def test_in_public_somebody_elses_choice_from_a_select_is_answered_to_them(
    channel: Any, ann: Any, ben: Any, card: Any
) -> None:
    groups = await ann.slash(channel, "topics")
    group = await ann.click(groups.response, label="Product keys and licences")
    shown = await ann.click(group.response, label="Show to everyone")
    (title, pick), *_ = card(shown.response).choices.items()
    other = await ben.select(shown.response, [pick])

    assert other.ephemeral
    assert title in card(other.response).text


async def test_two_people_at_once_do_not_meet(channel: Any, ann: Any, ben: Any, card: Any) -> None:
    anns = await ann.slash(channel, "diagnose", trouble="not-activated")
    bens = await ben.slash(channel, "diagnose", trouble="is-it-linked")
    anns = await ann.click(anns.response, label="It is my own PC")
    bens = (
        await ben.click(bens.response, label="Start over")
        if "Start over" in card(bens.response).labels
        else bens
    )

    assert "Question 2" in card(anns.response).text
    assert "Question 1" in card(bens.response).text


async def test_a_press_that_fails_is_told_and_logged(
    channel: Any, ann: Any, card: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")

    async def fails(self: Assistant, turn: Turn) -> Reply:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Assistant, "reply", fails)
    pressed = await ann.click(first.response, label="It is my own PC")

    assert pressed.ephemeral
    assert "Something went wrong on my side" in card(pressed.response).text
    assert "the disk is full" in caplog.text


async def test_who_presses_too_fast_is_asked_to_wait(channel: Any, ann: Any, card: Any) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    for label in ("It is my own PC", "Back", "It is my own PC", "Back"):
        await ann.click(first.response, label=label)
    pressed = await ann.click(first.response, label="It is my own PC")

    assert pressed.ephemeral
    assert "Please wait a few seconds" in card(pressed.response).text
    assert "Question 1" in card(first.response).text
