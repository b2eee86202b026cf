"""Buttons and selects: whose they are, what they do, and that they never die."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import discord
import pytest

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Reply, Turn
from keyguide.errors import StoreError
from keyguide.faces.discord.client import Keyguide


async def test_a_press_shows_the_next_question_in_the_place_of_the_old(
    channel: Any, ann: Any, card: Any
) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    second = await card.press(ann, first.response, "It is my own PC")

    assert "Question 2 of at most" in card(second.response).text
    assert second.response.id == first.response.id


async def test_a_diagnosis_can_be_walked_by_buttons_and_by_words(env: Any, card: Any) -> None:
    ann = env.create_user("ann")
    await ann.send_dm("diagnose my activation problem please")
    pc = ann.dm_channel.last_message
    page = await card.press(ann, pc, "It is my own PC")
    before = card(page.response).text
    await card.press(ann, page.response, "Only that it is not activated")
    after = card(page.response).text
    await ann.send_dm("it came with the laptop")

    assert "Question 2" in before
    assert "Question 3" in after
    assert "Question 4" in card(ann.dm_channel.last_message).text


async def test_how_to_find_out_is_a_press_away(channel: Any, ann: Any, card: Any) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    told = await card.press(ann, first.response, "Not sure: how do I find out?")

    assert "ms-settings:workplace" in card(told.response).text


async def test_back_and_start_over_lead_back(channel: Any, ann: Any, card: Any) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    second = await card.press(ann, first.response, "It is my own PC")
    back = card((await card.press(ann, second.response, "Back")).response).text
    await card.press(ann, second.response, "It is my own PC")
    over = card((await ann.slash(channel, "ask", question="restart")).response).text

    assert back == over
    assert "Question 1" in over


async def test_an_answer_turns_to_the_other_windows(channel: Any, ann: Any, card: Any) -> None:
    answer = await ann.slash(channel, "error", code="0xC004F211")
    shown = await ann.slash(channel, "ask", question="go/activation-check")
    turned = await card.press(ann, shown.response, "Show Windows 10")

    assert card(answer.response).text
    assert "Show Windows 11" in card(turned.response).choices


@pytest.mark.parametrize("verdict", ["That fixed it", "Still stuck"])
async def test_an_answer_can_be_judged(channel: Any, ann: Any, card: Any, verdict: str) -> None:
    answer = await ann.slash(channel, "ask", question="go/link-how")
    judged = await card.press(ann, answer.response, verdict)

    assert ("Good to hear" if verdict == "That fixed it" else "If it does not work") in card(
        judged.response
    ).text


async def test_a_folded_part_is_unfolded_and_leads_back(channel: Any, ann: Any, card: Any) -> None:
    answer = await ann.slash(channel, "ask", question="go/link-how")
    before = card(answer.response).text
    title = before.splitlines()[0].removeprefix("## ")
    part = await card.press(ann, answer.response, "If it does not work")
    unfolded = card(part.response).text
    back = await card.press(ann, part.response, title)

    assert "## If it does not work" in unfolded
    assert card(back.response).text == before


async def test_a_button_works_after_a_restart(
    env: Any, channel: Any, ann: Any, card: Any, make_bot: Callable[[], Keyguide]
) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    await env.restart_bot(make_bot())
    second = await card.press(ann, first.response, "It is my own PC")

    assert "Question 2" in card(second.response).text


async def test_a_select_works_after_a_restart(
    env: Any, channel: Any, ann: Any, card: Any, make_bot: Callable[[], Keyguide]
) -> None:
    groups = await ann.slash(channel, "topics")
    group = await card.press(ann, groups.response, "Product keys and licences")
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
    pressed = await card.press(ann, first.response, "It is my own PC")

    assert "That button is from an earlier conversation" in card(pressed.response).text
    assert "Is my licence linked?" in card(pressed.response).choices


@pytest.mark.parametrize("id", ["x", "k:abc:menu", "view-of-an-older-version", "w:moon:"])
async def test_a_press_that_no_version_of_ours_knows_leads_to_a_new_start(
    env: Any, channel: Any, ann: Any, card: Any, id: str
) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Old", custom_id=id))
    await env.bot.get_channel(channel.id).send("An old message", view=view)
    await env.settle()
    pressed = await ann.click(channel.last_message, label="Old")

    assert pressed.ephemeral
    assert "That button is from an earlier conversation" in card(pressed.response).text


async def test_an_answer_can_be_shown_to_everyone(env: Any, channel: Any, ann: Any, card: Any) -> None:
    answer = await ann.slash(channel, "ask", question="go/link-how")
    shown = await card.press(ann, answer.response, "Show to everyone")
    (public,) = shown.followups

    assert not public.ephemeral
    assert f"{ann.mention} shows this answer" in card(public).text
    assert "Show to everyone" not in card(public).labels
    assert card(public).text.endswith(card(answer.response).text)
    assert env.http_requests[-1].json.get("allowed_mentions") == {"parse": []}


async def test_an_answer_is_shown_to_everyone_only_once(env: Any, channel: Any, ann: Any, card: Any) -> None:
    answer = await ann.slash(channel, "ask", question="go/link-how")
    moment = discord.utils.snowflake_time(answer.response.id).timestamp()
    # The first of two presses at once, perhaps in another process.
    await env.bot.once.is_first(f"shared:{answer.response.id}:None", moment)
    second = await ann.click(answer.response, label="Show to everyone")

    assert second.followups == []
    assert "shows this answer" not in card(second.response).text


async def test_after_an_answer_was_shown_its_button_is_gone_and_that_of_the_next_works(
    channel: Any, ann: Any, card: Any
) -> None:
    answer = await ann.slash(channel, "ask", question="go/link-how")
    await card.press(ann, answer.response, "Show to everyone")
    labels = card(answer.response).labels
    other = await card.press(ann, answer.response, "Check whether you are linked")
    shown = await card.press(ann, other.response, "Show to everyone")

    assert "Show to everyone" not in labels
    assert "That fixed it" in labels
    assert len(shown.followups) == 1


@pytest.fixture
async def public(channel: Any, ann: Any, card: Any) -> Any:
    """An answer that ann has shown to everyone."""
    answer = await ann.slash(channel, "ask", question="go/link-how")
    shown = await card.press(ann, answer.response, "Show to everyone")
    return shown.followups[0]


async def test_in_public_the_one_who_showed_it_goes_on_in_public(public: Any, ann: Any, card: Any) -> None:
    onward = await card.press(ann, public, "Walk me through it")

    assert onward.response.id == public.id
    assert not onward.response.ephemeral
    assert "Question 1" in card(onward.response).text


async def test_in_public_somebody_else_gets_a_walk_of_their_own(
    public: Any, ann: Any, ben: Any, card: Any
) -> None:
    before = card(public).text
    other = await card.press(ben, public, "Walk me through it")

    assert other.ephemeral
    assert "Question 1" in card(other.response).text
    assert card(public).text == before
    assert "Question 1" in card((await card.press(ann, public, "Walk me through it")).response).text


async def test_in_public_somebody_elses_choice_from_a_select_is_answered_to_them(
    public: Any, ben: Any, card: Any
) -> None:
    other = await card.press(ben, public, "If it does not work")

    assert other.ephemeral
    assert "## If it does not work" in card(other.response).text


async def test_two_people_at_once_do_not_meet(channel: Any, ann: Any, ben: Any, card: Any) -> None:
    anns = await ann.slash(channel, "diagnose", trouble="not-activated")
    bens = await ben.slash(channel, "diagnose", trouble="is-it-linked")
    anns = await card.press(ann, anns.response, "It is my own PC")

    assert "Question 2" in card(anns.response).text
    assert "Question 1" in card(bens.response).text


async def test_a_press_that_fails_is_told_and_logged(
    channel: Any, ann: Any, card: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")

    async def fails(self: Assistant, turn: Turn) -> Reply:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Assistant, "reply", fails)
    pressed = await card.press(ann, first.response, "It is my own PC")

    assert pressed.ephemeral
    assert "Something went wrong on my side" in card(pressed.response).text
    assert "the disk is full" in caplog.text


async def test_who_presses_too_fast_is_asked_to_wait(channel: Any, ann: Any, card: Any) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    for label in ("It is my own PC", "Back", "It is my own PC", "Back"):
        await card.press(ann, first.response, label)
    pressed = await card.press(ann, first.response, "It is my own PC")

    assert pressed.ephemeral
    assert "Please wait a few seconds" in card(pressed.response).text
    assert "Question 1" in card(first.response).text
