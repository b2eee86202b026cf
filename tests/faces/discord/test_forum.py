"""Posts of forums: answered by their title, and tagged when they are solved."""

from __future__ import annotations

from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.faces.discord.connection.bot import DiscordOptions
from keyguide.faces.discord.servers.server_settings import (
    ChannelSettings,
    load_server_settings,
    save_channel_settings,
    save_server_settings,
)

TITLE = "Error 0xC004F211 after I swapped the board"
TAG = 1456074443980899999

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture
async def forum(env: Any, channel: Any, assistant: Assistant) -> Any:
    """A forum whose new posts are answered by title, and that has a tag for solved ones."""
    made = env.guild.create_forum_channel("support")
    stored = env.backend.get_channel(made.id)
    stored.available_tags = [
        {"id": str(TAG), "name": "solved", "moderated": False, "emoji_id": None, "emoji_name": None}
    ]
    env.backend.emit("CHANNEL_UPDATE", _payload(env, stored))
    await env.settle()
    await save_channel_settings(
        assistant, env.guild.id, made.id, ChannelSettings(posts="title", solved_tag=TAG)
    )
    return made


def _payload(env: Any, channel: Any) -> Any:
    from simcord.backend import serializers  # noqa: PLC0415 -- only for what SimCord has no way to do

    return serializers.channel_payload(env.backend, channel)


async def post(env: Any, forum: Any, person: Any, title: str, text: str = "please help") -> Any:
    """Let somebody post in a forum, whose first message has the id of the post."""
    thread = env.backend.create_thread(forum.id, title, person.id, broadcast=False)
    message = env.backend.create_message(thread.id, person.id, text, broadcast=False)
    message.id = thread.id
    env.backend.messages[thread.id] = {thread.id: message}
    env.backend.announce_thread_create(thread)
    await env.settle()
    return next(one for one in forum.threads if one.id == thread.id)


async def test_a_new_post_is_answered_by_its_title(env: Any, forum: Any, ann: Any, card: Any) -> None:
    thread = await post(env, forum, ann, TITLE)

    answer = thread.last_message
    assert answer.author.id == env.bot.user.id
    assert "0xC004F211" in card(answer).text
    assert all(f":{ann.id}:" in id for id in card(answer).ids)


async def test_a_post_is_answered_with_the_picture(env: Any, forum: Any, ann: Any) -> None:
    thread = await post(env, forum, ann, "how do i link my licence")

    assert [file.filename for file in thread.last_message.attachments] == ["link-11.png"]


@pytest.mark.parametrize(
    "title", ["please help", "my wifi keeps dropping", "i want to talk to a human"], ids=str
)
async def test_where_the_answer_is_not_sure_the_post_is_left_to_people(
    env: Any, forum: Any, ann: Any, title: str
) -> None:
    thread = await post(env, forum, ann, title)

    assert len(thread.history()) == 1


async def test_without_the_option_posts_are_left_alone(
    env: Any, forum: Any, ann: Any, assistant: Assistant
) -> None:
    await save_channel_settings(assistant, env.guild.id, forum.id, ChannelSettings())
    first = await post(env, forum, ann, TITLE)
    await save_channel_settings(
        assistant, env.guild.id, forum.id, ChannelSettings(mode="ignored", posts="title")
    )
    second = await post(env, forum, ann, TITLE)

    assert (len(first.history()), len(second.history())) == (1, 1)


async def test_without_message_content_the_first_message_is_not_read(
    env: Any, forum: Any, ann: Any, assistant: Assistant
) -> None:
    await save_channel_settings(assistant, env.guild.id, forum.id, ChannelSettings(posts="text"))
    thread = await post(env, forum, ann, "need help", "my pc says 0xC004F211")

    assert len(thread.history()) == 1


async def test_a_post_that_mentions_us_is_answered_once(env: Any, forum: Any, ann: Any) -> None:
    thread = await post(env, forum, ann, TITLE, f"<@{env.bot.user.id}> what now?")

    assert len(thread.history()) == 1  # its message arrives as an event of its own


async def test_a_post_that_cannot_be_answered_is_logged(
    env: Any, forum: Any, ann: Any, caplog: pytest.LogCaptureFixture
) -> None:
    env.inject_error("POST", "/channels/*/messages", status=403)
    await post(env, forum, ann, TITLE)

    assert "a new post could not be answered" in caplog.text


async def test_that_fixed_it_gives_the_post_its_tag(
    env: Any, forum: Any, ann: Any, ben: Any, card: Any
) -> None:
    thread = await post(env, forum, ann, TITLE)
    await card.press(ben, thread.last_message, "That fixed it")
    bens = [one for one in env.http_requests if one.json and "applied_tags" in one.json]
    await card.press(ann, thread.last_message, "That fixed it")

    assert bens == []
    assert env.http_requests[-2].json["applied_tags"] == [str(TAG)]


async def test_a_tag_that_may_not_be_given_stops_nothing(env: Any, forum: Any, ann: Any, card: Any) -> None:
    thread = await post(env, forum, ann, TITLE)
    env.inject_error("PATCH", f"/channels/{thread.id}", status=403)
    result = await card.press(ann, thread.last_message, "That fixed it")

    assert "Something went wrong" not in card(result.response).text


class TestWithContent:
    """Where the bot reads all messages."""

    @pytest.fixture
    def ways(self) -> DiscordOptions:
        return DiscordOptions(message_content=True)

    async def test_title_and_text_are_read_where_the_forum_says_so(
        self, env: Any, forum: Any, ann: Any, card: Any, assistant: Assistant
    ) -> None:
        await save_channel_settings(assistant, env.guild.id, forum.id, ChannelSettings(posts="text"))
        thread = await post(env, forum, ann, "need help", "my pc says 0xC004F211")

        assert "0xC004F211" in card(thread.last_message).text


async def test_channels_are_set_up_one_by_one(
    env: Any, channel: Any, forum: Any, kim: Any, card: Any, assistant: Assistant
) -> None:
    first = await kim.slash(channel, "setup")
    page = (await kim.click(first.response, label="Channels …")).response
    await kim.select(page, [forum], custom_id="w:chan:choose")
    offered = card(page).choices
    await kim.select(page, ["ignored"], custom_id=f"w:chan:mode/{forum.id}")
    await kim.select(page, ["30"], custom_id=f"w:chan:cooldown/{forum.id}")
    await kim.select(page, ["-"], custom_id=f"w:chan:tag/{forum.id}")
    shown = card(page).text

    server = await load_server_settings(assistant, env.guild.id)
    assert server.channels == {forum.id: ChannelSettings("ignored", 30, "title", 0)}
    assert "Solved posts get the tag solved" in offered
    assert "New posts are answered by title and text" not in offered  # the bot may not read them
    assert f"<#{forum.id}>: Ignored, One public answer in 30 seconds" in shown


async def test_whoever_may_no_longer_manage_the_server_changes_no_channel(
    env: Any, channel: Any, kim: Any, card: Any, assistant: Assistant
) -> None:
    first = await kim.slash(channel, "setup")
    page = (await kim.click(first.response, label="Channels …")).response
    await kim.select(page, [channel], custom_id="w:chan:choose")
    env.backend.get_guild(env.guild.id).members[kim.id].role_ids.clear()
    pressed = await kim.select(page, ["public"], custom_id=f"w:chan:mode/{channel.id}")

    assert "You need the permission **Manage Server**" in card(pressed.response).text
    assert (await load_server_settings(assistant, env.guild.id)).channels == {}


async def test_a_channel_decides_for_itself_who_sees_answers(
    env: Any, channel: Any, ann: Any, assistant: Assistant
) -> None:
    bots = env.guild.create_text_channel("bots")
    await save_channel_settings(assistant, env.guild.id, bots.id, ChannelSettings(mode="public"))
    there = [(await ann.slash(place, "topics")).ephemeral for place in (bots, channel)]
    await save_server_settings(assistant, env.guild.id, public=True)
    await save_channel_settings(assistant, env.guild.id, channel.id, ChannelSettings(mode="private"))
    then = [(await ann.slash(place, "topics")).ephemeral for place in (bots, channel)]

    assert (there, then) == ([False, True], [False, True])


async def test_an_ignored_channel_gets_no_answer_to_a_mention_but_is_still_guarded(
    env: Any, channel: Any, ann: Any, assistant: Assistant
) -> None:
    await save_channel_settings(assistant, env.guild.id, channel.id, ChannelSettings(mode="ignored"))
    await ann.send(channel, f"<@{env.bot.user.id}> what is 0xC004F211")
    before = len(channel.history())
    await ann.send(channel, f"<@{env.bot.user.id}> BCDFG-HJKMP-QRTVW-XY234-6789B")

    assert before == 1
    assert len(channel.history()) == 1


async def test_in_a_private_channel_a_mention_is_answered_in_a_direct_message(
    env: Any, channel: Any, ann: Any, card: Any, assistant: Assistant
) -> None:
    await save_channel_settings(assistant, env.guild.id, channel.id, ChannelSettings(mode="private"))
    await ann.send(channel, f"<@{env.bot.user.id}> what is 0xC004F211")

    assert len(channel.history()) == 1
    assert "0xC004F211" in card(ann.user.dm_channel.last_message).text


async def test_during_a_cooldown_only_the_asker_sees_the_answer(
    env: Any, channel: Any, ann: Any, ben: Any, assistant: Assistant, clock: Any
) -> None:
    clock.step = 0.0
    await save_channel_settings(
        assistant, env.guild.id, channel.id, ChannelSettings(mode="public", cooldown=30)
    )
    first = await ann.slash(channel, "topics")
    second = await ben.slash(channel, "topics")
    clock.now += 31
    third = await ben.slash(channel, "topics")

    assert [one.ephemeral for one in (first, second, third)] == [False, True, False]
