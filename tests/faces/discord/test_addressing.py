"""Helpers send an answer to somebody: below their message, or with /ask for:@member."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("unhurried")

QUESTION = "what is 0xC004F211"


async def test_a_helper_replies_to_somebodys_message(
    env: Any, channel: Any, ann: Any, hal: Any, card: Any
) -> None:
    message = await ann.send(channel, QUESTION)
    shown = await hal.context_menu(channel, "Answer this", message)
    labels = card(shown.response).labels
    await hal.click(shown.response, label="Reply to them")
    after = card(shown.response).labels

    sent = channel.last_message
    request = next(one for one in reversed(env.http_requests) if one.path.endswith("/messages"))
    assert "Reply to them" in labels
    assert "Show to everyone" not in labels
    assert "Reply to them" not in after
    assert sent.reference.message_id == message.id
    assert f"<@{ann.id}>, this may help you (<@{hal.id}> sends it):" in card(sent).text
    assert "0xC004F211" in card(sent).text
    assert request.json["allowed_mentions"] == {"parse": [], "users": [ann.id]}
    assert all(f":{ann.id}:" in id for id in card(sent).ids)


async def test_the_person_goes_on_with_the_buttons_of_the_reply(
    channel: Any, ann: Any, hal: Any, card: Any
) -> None:
    message = await ann.send(channel, QUESTION)
    shown = await hal.context_menu(channel, "Answer this", message)
    await hal.click(shown.response, label="Reply to them")
    pressed = await card.press(ann, channel.last_message, "That fixed it")

    assert pressed.response.id == channel.last_message.id


async def test_members_show_an_answer_to_everyone_but_send_it_to_nobody(
    channel: Any, ann: Any, ben: Any, helpers: Any, card: Any
) -> None:
    message = await ann.send(channel, QUESTION)
    shown = await ben.context_menu(channel, "Answer this", message)

    assert "Show to everyone" in card(shown.response).labels
    assert "Reply to them" not in card(shown.response).labels


async def test_a_helper_who_is_none_any_more_sends_nothing(
    env: Any, channel: Any, ann: Any, hal: Any, card: Any
) -> None:
    message = await ann.send(channel, QUESTION)
    shown = await hal.context_menu(channel, "Answer this", message)
    env.backend.get_guild(env.guild.id).members[hal.id].role_ids.clear()
    pressed = await hal.click(shown.response, label="Reply to them")

    assert "Only helpers can do that" in card(pressed.response).text
    assert channel.last_message.id == message.id


async def test_where_we_may_not_write_the_reply_goes_out_as_an_answer_to_the_helper(
    env: Any, channel: Any, ann: Any, hal: Any, card: Any
) -> None:
    message = await ann.send(channel, QUESTION)
    shown = await hal.context_menu(channel, "Answer this", message)
    env.inject_error("POST", f"/channels/{channel.id}/messages", status=403)
    pressed = await hal.click(shown.response, label="Reply to them")

    (followup,) = pressed.followups
    assert f"<@{ann.id}>, this may help you" in card(followup).text


async def test_a_helper_asks_for_somebody(env: Any, channel: Any, ann: Any, hal: Any, card: Any) -> None:
    result = await hal.slash(channel, "ask", question=QUESTION, **{"for": ann})

    assert not result.ephemeral
    assert f"<@{ann.id}>, this may help you (<@{hal.id}> sends it):" in card(result.response).text
    assert all(f":{ann.id}:" in id for id in card(result.response).ids)
    assert env.http_requests[-1].json["data"]["allowed_mentions"] == {"parse": [], "users": [ann.id]}


async def test_members_ask_for_themselves_alone(
    channel: Any, ann: Any, ben: Any, helpers: Any, card: Any
) -> None:
    for_ben = await ann.slash(channel, "ask", question=QUESTION, **{"for": ben})
    for_ann = await ann.slash(channel, "ask", question=QUESTION, **{"for": ann})

    assert "Only helpers can do that" in card(for_ben.response).text
    assert for_ben.ephemeral
    assert "0xC004F211" in card(for_ann.response).text
