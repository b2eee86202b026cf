"""Pictures of answers on Discord: shown with their words, and gone with their answer."""

from __future__ import annotations

from typing import Any

import discord

GALLERY = 12


def galleries(shown: Any) -> list[dict[str, Any]]:
    return [item for part in shown.parts if part["type"] == GALLERY for item in part["items"]]


async def test_an_answer_shows_its_picture_with_the_words_for_it(
    channel: Any, ann: Any, card: Any, assistant: Any
) -> None:
    answer = await ann.slash(channel, "ask", question="go/link-how")

    (item,) = galleries(card(answer.response))
    (file,) = answer.response.attachments
    picture = assistant.knowledge.pictures["link-11"]
    assert item["description"] == picture.alt
    assert (file.filename, file.size) == ("link-11.png", len(picture.file.content))


async def test_a_mention_is_answered_with_the_picture(env: Any, channel: Any, ann: Any, card: Any) -> None:
    await ann.send(channel, f"<@{env.bot.user.id}> how do i link my licence")

    assert len(galleries(card(channel.last_message))) == 1


async def test_a_press_takes_the_picture_away_with_its_answer(channel: Any, ann: Any, card: Any) -> None:
    answer = await ann.slash(channel, "ask", question="go/link-how")

    pressed = await card.press(ann, answer.response, "If it does not work")

    assert galleries(card(pressed.response)) == []
    assert pressed.response.attachments == []


async def test_an_answer_that_is_shown_to_everyone_keeps_its_picture(
    channel: Any, ann: Any, card: Any
) -> None:
    answer = await ann.slash(channel, "ask", question="go/link-how")

    shown = await card.press(ann, answer.response, "Show to everyone")

    for message in (shown.followups[0], answer.response):
        assert len(galleries(card(message))) == 1
        assert [file.filename for file in message.attachments] == ["link-11.png"]


async def test_an_answer_that_a_helper_asks_for_somebody_keeps_its_picture(
    channel: Any, ann: Any, hal: Any, card: Any
) -> None:
    answer = await hal.slash(channel, "ask", question="go/link-how", **{"for": ann})

    assert len(galleries(card(answer.response))) == 1
    assert [file.filename for file in answer.response.attachments] == ["link-11.png"]


async def test_an_answer_that_a_helper_sends_below_a_message_keeps_its_picture(
    channel: Any, ann: Any, hal: Any, card: Any
) -> None:
    message = await ann.send(channel, "how do i link my licence")
    shown = await hal.context_menu(channel, "Answer this", message)
    await hal.click(shown.response, label="Reply to them")

    assert len(galleries(card(channel.last_message))) == 1
    assert [file.filename for file in channel.last_message.attachments] == ["link-11.png"]


async def test_how_to_find_out_shows_where_to_look(channel: Any, ann: Any, card: Any) -> None:
    step = await ann.slash(channel, "diagnose", trouble="is-it-linked")
    before = galleries(card(step.response))

    explained = await card.press(ann, step.response, "Not sure: how do I find out?")

    assert before == []
    assert len(galleries(card(explained.response))) == 1


async def test_where_the_bot_may_not_attach_files_the_answer_comes_without_its_picture(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    rules = discord.PermissionOverwrite(attach_files=False)
    quiet = env.guild.create_text_channel("quiet", overwrites={env.guild.default_role: rules})
    await ann.send(quiet, f"<@{env.bot.user.id}> how do i link my licence")

    answer = card(quiet.last_message)
    assert "Link your licence" in answer.text
    assert galleries(answer) == []
