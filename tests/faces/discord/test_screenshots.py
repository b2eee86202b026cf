"""Screenshots that people send on Discord: where they are read, and what happens to a key in one."""

from __future__ import annotations

from typing import Any

import pytest

from keyguide.core.model.screenshot import Screen, ScreenLine

KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"
PNG = [("screen.png", b"png")]


def make_screen(text: str) -> Screen:
    return (ScreenLine(text, 0, 0, 300, 20, text),)


@pytest.fixture
def code_in_sight(eyes: Any) -> None:
    eyes.screens = (make_screen("Error code: 0xC004F211"),)


@pytest.mark.usefixtures("code_in_sight")
async def test_a_screenshot_in_a_mention_is_answered(env: Any, channel: Any, ann: Any, card: Any) -> None:
    await ann.send(channel, f"<@{env.bot.user.id}>", attachments=PNG)

    answer = card(channel.last_message)
    assert answer.text.startswith("> I read: 0xC004F211. Is that right?")
    assert {"Yes, that is right", "No, I type it", "That is another PC"} <= answer.ways


@pytest.mark.usefixtures("code_in_sight")
async def test_a_screenshot_in_a_direct_message_is_answered(env: Any, card: Any) -> None:
    ann = env.create_user("ann")
    await ann.send_dm(attachments=env.backend.store_attachments(ann.dm_channel.id, PNG))

    assert "I read: 0xC004F211" in card(ann.dm_channel.last_message).text


@pytest.mark.usefixtures("code_in_sight")
@pytest.mark.parametrize("command", ["Answer this", "Diagnose this"])
async def test_a_message_with_a_screenshot_is_answered_from_its_menu(
    channel: Any, ann: Any, ben: Any, card: Any, command: str
) -> None:
    message = await ben.send(channel, attachments=PNG)

    result = await ann.context_menu(channel, command, message)

    assert "I read: 0xC004F211" in card(result.response).text


@pytest.mark.usefixtures("code_in_sight")
@pytest.mark.parametrize("command", ["ask", "diagnose"])
async def test_a_screenshot_in_a_command_is_answered(
    channel: Any, ann: Any, card: Any, eyes: Any, command: str
) -> None:
    result = await ann.slash(channel, command, picture=PNG[0])

    answer = card(result.response)
    assert "I read: 0xC004F211. Is that right?" in answer.text
    assert {"Yes, that is right", "No, I type it", "That is another PC"} <= answer.ways
    assert len(eyes.seen) == 1


async def test_a_screenshot_of_use_for_nothing_leads_to_the_diagnosis_that_was_chosen(
    channel: Any, ann: Any, ben: Any, card: Any, eyes: Any
) -> None:
    eyes.screens = (make_screen("a cat"),)
    chosen = await ann.slash(channel, "diagnose", trouble="not-activated", picture=PNG[0])
    alone = await ben.slash(channel, "diagnose", picture=PNG[0])

    for result in (chosen, alone):
        assert "I know no message and no code in it" in card(result.response).text
    assert "Whose PC is it?" in card(chosen.response).text
    assert "How can I help" in card(alone.response).text


async def test_the_form_of_the_panel_takes_pictures_beside_words(
    channel: Any, ann: Any, kim: Any, card: Any, eyes: Any
) -> None:
    eyes.screens = (make_screen("Error code: 0xC004F211"),)
    first = await kim.slash(channel, "setup")
    await kim.select(first.response, [channel], custom_id="w:set:panel")
    form = await ann.click(channel.last_message, label="I have a code")
    result = await ann.submit_modal(form, {"pictures": [("a.png", b"png"), ("b.png", b"png")]})
    again = await ann.click(channel.last_message, label="I have a code")
    nothing = await ann.submit_modal(again, {})

    assert result.ephemeral
    assert "I read: 0xC004F211. Is that right?" in card(result.response).text
    assert len(eyes.seen) == 2
    assert "I didn't get any text" in card(nothing.response).text


async def test_without_the_extra_the_form_of_the_panel_asks_for_words_alone(
    channel: Any, ann: Any, kim: Any
) -> None:
    first = await kim.slash(channel, "setup")
    await kim.select(first.response, [channel], custom_id="w:set:panel")
    form = await ann.click(channel.last_message, label="I have a code")

    (field,) = form.modal["components"]
    assert field["component"]["custom_id"] == "code"


async def test_a_reading_that_is_wrong_can_be_taken_back(
    channel: Any, ann: Any, ben: Any, card: Any, eyes: Any
) -> None:
    eyes.screens = (make_screen("Error code: 0xC004F211"),)
    message = await ben.send(channel, attachments=PNG)
    result = await ann.context_menu(channel, "Answer this", message)

    typed = await card.press(ann, result.response, "No, I type it")

    assert "Please type it" in card(typed.response).text


async def test_a_screenshot_in_a_talk_between_others_is_not_even_fetched(
    channel: Any, ann: Any, eyes: Any
) -> None:
    eyes.screens = (make_screen("0xC004F211"),)
    await ann.send(channel, "look", attachments=PNG)

    assert eyes.seen == []


async def test_a_key_in_a_screenshot_is_deleted_and_warned_about(
    env: Any, channel: Any, ann: Any, card: Any, eyes: Any
) -> None:
    eyes.screens = (make_screen(KEY),)
    sent = await ann.send(channel, f"<@{env.bot.user.id}>", attachments=PNG)

    assert sent.id not in [message.id for message in channel.history()]
    answer = card(channel.last_message).text
    assert ann.mention in answer
    assert "4WQ2M" not in answer


async def test_a_picture_that_is_announced_as_too_large_is_not_fetched(
    env: Any, channel: Any, ann: Any, card: Any, eyes: Any
) -> None:
    eyes.problem = "never asked"
    await ann.send(channel, f"<@{env.bot.user.id}>", attachments=[("screen.png", bytes(8_000_001))])

    assert eyes.seen == []
    assert "The picture is too large" in card(channel.last_message).text
