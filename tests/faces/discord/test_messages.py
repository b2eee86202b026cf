"""Messages: direct ones, mentions, replies, text commands, and channels where we help unasked."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from keyguide.faces.discord.chat import messages
from keyguide.faces.discord.connection.bot import DiscordOptions
from keyguide.faces.discord.servers.server_settings import ServerSettings

REPORT = "Description: Windows(R) Operating System, RETAIL channel\nLicense Status: Notification"


def mention(env: Any) -> str:
    return f"<@{env.bot.user.id}>"


def find_own_role(env: Any) -> int:
    """Find the role that came with us, and tell so as Discord does; SimCord does not."""
    roles = env.bot.get_guild(env.guild.id).roles
    own = next(role for role in roles if role.name == "TestBot")
    own.tags = discord.RoleTags({"bot_id": str(env.bot.user.id)})
    return int(own.id)


def picture(env: Any, person: Any) -> Any:
    """A picture to send in somebody's direct messages."""
    return env.backend.store_attachments(person.dm_channel.id, [("screen.png", b"png")])


async def test_a_direct_message_is_answered_with_no_name_in_it(env: Any, card: Any) -> None:
    ann = env.create_user("ann")
    await ann.send_dm("0xC004F211")
    message = ann.dm_channel.last_message

    assert "0xC004F211" in card(message).text
    assert all(id.split(":")[1] == "" for id in card(message).ids)


async def test_a_direct_conversation_goes_on_after_a_restart(env: Any, card: Any, make_bot: Any) -> None:
    ann = env.create_user("ann")
    await ann.send_dm("diagnose my activation problem please")
    await env.restart_bot(make_bot())
    await ann.send_dm("it is my own pc")

    assert "Question 2" in card(ann.dm_channel.last_message).text


async def test_a_mention_is_answered_below_it_and_pings_nobody(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    message = await ann.send(channel, f"{mention(env)} what is 0xC004F211")
    answer = channel.last_message

    assert "0xC004F211" in card(answer).text
    assert answer.reference.message_id == message.id
    assert env.http_requests[-1].json["allowed_mentions"] == {"parse": []}
    assert all(id.split(":")[1] == str(ann.id) for id in card(answer).ids)


async def test_a_mention_in_a_thread_is_answered_there(env: Any, channel: Any, ann: Any, card: Any) -> None:
    begun = await ann.send(channel, "a thread")
    thread = await env.bot.get_channel(channel.id).create_thread(name="help", message=begun)
    await env.settle()
    (handle,) = channel.threads
    await ann.send(handle, f"{mention(env)} what is 0xC004F211")

    assert thread.id == handle.id
    assert "0xC004F211" in card(handle.last_message).text


async def test_a_bare_mention_is_greeted_with_the_menu(env: Any, channel: Any, ann: Any, card: Any) -> None:
    await ann.send(channel, mention(env))

    assert "How can I help" in card(channel.last_message).text


async def test_a_reply_to_us_is_answered(env: Any, channel: Any, ann: Any, card: Any) -> None:
    await ann.send(channel, f"{mention(env)} walk me through checking if its linked")
    await ann.send(channel, f"{mention(env)} what is 0xC004F211", reply_to=channel.last_message)

    assert "0xC004F211" in card(channel.last_message).text


async def test_what_is_not_for_us_is_left_alone(env: Any, channel: Any, ann: Any, ben: Any) -> None:
    await ann.send(channel, "what is 0xC004F211")
    await ann.send(channel, f"{ben.mention} what is 0xC004F211")
    await ann.send(channel, "!ask what is 0xC004F211")

    assert len(channel.history()) == 3


async def test_other_bots_are_left_alone(env: Any, channel: Any) -> None:
    robot = env.guild.add_member(env.create_user("robot", bot=True))
    hook = env.guild.create_webhook(channel)
    await robot.send(channel, f"{mention(env)} what is 0xC004F211")
    await hook.send(f"{mention(env)} what is 0xC004F211")

    assert len(channel.history()) == 2


async def test_a_person_can_press_what_they_were_answered_in_public(
    env: Any, channel: Any, ann: Any, ben: Any, card: Any
) -> None:
    await ann.send(channel, f"{mention(env)} diagnose my activation problem please")
    question = channel.last_message
    other = await card.press(ben, question, "From work or school")
    onward = await card.press(ann, question, "It is my own PC")

    assert other.ephemeral
    assert "Question 2" in card(onward.response).text
    assert onward.response.id == question.id


async def test_a_server_that_speaks_german_is_answered_in_german(env: Any, card: Any) -> None:
    channel = env.create_guild(preferred_locale="de").create_text_channel("hilfe")
    ann = env.guild.add_member(env.create_user("ann"))
    await ann.send(channel, mention(env))

    assert "Wie kann ich bei der Windows-Aktivierung helfen?" in card(channel.last_message).text


async def test_a_person_who_pressed_in_german_is_answered_in_german_when_they_write(
    env: Any, arriving: Any, card: Any
) -> None:
    ann = env.create_user("ann")
    arriving(locale="de")
    await ann.slash("topics")
    await ann.send_dm("menu")

    assert "Wie kann ich" in card(ann.dm_channel.last_message).text


async def test_somebody_who_writes_too_fast_is_told_so_directly(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    for _ in range(6):
        await ann.send(channel, mention(env))

    assert len(channel.history()) == 11
    assert "Please wait a few seconds" in card(ann.user.dm_channel.last_message).text


async def test_somebody_is_asked_once_per_flood_to_write_more_slowly(
    env: Any, channel: Any, ann: Any, clock: Any
) -> None:
    for _ in range(15):
        await ann.send(channel, mention(env))
    first = len(ann.user.dm_channel.history())
    clock.now += 120
    for _ in range(15):
        await ann.send(channel, mention(env))

    assert (first, len(ann.user.dm_channel.history())) == (1, 2)


async def test_our_own_role_is_taken_for_us(env: Any, channel: Any, ann: Any, card: Any) -> None:
    await ann.send(channel, f"<@&{find_own_role(env)}> what is 0xC004F211")

    # Without Message Content, Discord gives the text only where the bot itself is mentioned.
    assert "How can I help" in card(channel.last_message).text


async def test_another_role_is_not_taken_for_us(env: Any, channel: Any, ann: Any) -> None:
    role = env.guild.create_role("friends", mentionable=True)
    await ann.send(channel, f"<@&{role.id}> what is 0xC004F211")

    assert len(channel.history()) == 1


@pytest.mark.parametrize("text", ["", "zorg blurb flix"], ids=["alone", "with a vague text"])
async def test_a_picture_is_honestly_not_read(env: Any, channel: Any, ann: Any, card: Any, text: str) -> None:
    await ann.send(channel, f"{mention(env)} {text}", attachments=[("screen.png", b"png")])
    await ann.send_dm(text, attachments=picture(env, ann.user))

    for message in (channel.last_message, ann.user.dm_channel.last_message):
        assert card(message).text.startswith("> I cannot read pictures.")


async def test_a_picture_beside_a_question_that_is_answered_is_not_mentioned(env: Any, card: Any) -> None:
    ann = env.create_user("ann")
    await ann.send_dm("what is 0xC004F211", attachments=picture(env, ann))

    assert "pictures" not in card(ann.dm_channel.last_message).text


async def test_what_was_told_in_private_never_colours_an_answer_in_a_server(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    await ann.send_dm("diagnose my activation problem please")
    await ann.send(channel, f"{mention(env)} it is my own pc")
    public = card(channel.last_message).text
    await ann.slash(channel, "diagnose", trouble="is-it-linked")
    await ann.send_dm("it is my own pc")

    assert "Question" not in public
    assert "Question 2" in card(ann.user.dm_channel.last_message).text


async def test_a_failure_is_told_where_the_person_wrote(
    env: Any, card: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ann = env.create_user("ann")

    async def fails(*_: Any) -> None:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(messages.answer, "answer_message", fails)
    await ann.send_dm("my secret words")

    assert "Something went wrong on my side" in card(ann.dm_channel.last_message).text
    assert "no such luck" in caplog.text
    assert "my secret words" not in caplog.text


class TestWhereWeMayRead:
    """With Message Content switched on."""

    @pytest.fixture
    def ways(self) -> DiscordOptions:
        return DiscordOptions(message_content=True, prefix="!")

    @pytest.fixture
    def asked_in(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        """Let us help unasked in these channels."""

        def choose(*channels: Any) -> None:
            async def server(*_: Any) -> ServerSettings:
                return ServerSettings(answering=frozenset(channel.id for channel in channels))

            monkeypatch.setattr(messages, "load_server_settings", server)

        return choose

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            pytest.param("!ask what is 0xC004F211", "0xC004F211", id="ask"),
            pytest.param("!ASK  what is 0xC004F211", "0xC004F211", id="capitals"),
            pytest.param("!ask", "How can I help", id="ask nothing"),
            pytest.param("!error 0xC004F211", "0xC004F211", id="error"),
            pytest.param("!diagnose", "How can I help", id="diagnose"),
            pytest.param(
                "!diagnose new motherboard, not activated any more", "Question 1", id="diagnose words"
            ),
            pytest.param("!topics", "Everything I can answer", id="topics"),
            pytest.param("!human", "these people can see your licence", id="human"),
            pytest.param("!help", "What I can do here", id="help"),
            pytest.param("!fehler 0xC004F211", "0xC004F211", id="German"),
        ],
    )
    async def test_text_commands_are_taken(
        self, channel: Any, ann: Any, card: Any, text: str, shown: str
    ) -> None:
        await ann.send(channel, text)

        assert shown in card(channel.last_message).text

    @pytest.mark.parametrize("text", ["!", "!asking", "! ask", "!!!", "ask what is 0xC004F211"])
    async def test_what_only_looks_like_a_command_is_left_alone(
        self, channel: Any, ann: Any, text: str
    ) -> None:
        await ann.send(channel, text)

        assert len(channel.history()) == 1

    async def test_what_is_said_to_our_own_role_is_read_without_it(
        self, env: Any, channel: Any, ann: Any, card: Any
    ) -> None:
        await ann.send(channel, f"<@&{find_own_role(env)}> what is 0xC004F211")

        assert "0xC004F211" in card(channel.last_message).text

    async def test_a_reply_without_a_ping_is_answered(
        self, env: Any, channel: Any, ann: Any, card: Any
    ) -> None:
        await ann.send(channel, mention(env))
        await ann.send(channel, "what is 0xC004F211", reply_to=channel.last_message)

        assert "0xC004F211" in card(channel.last_message).text

    async def test_a_bare_mention_below_a_message_means_that_message(
        self, env: Any, channel: Any, ann: Any, ben: Any, card: Any
    ) -> None:
        question = await ben.send(channel, "what is 0xC004F211")
        await ann.send(channel, mention(env), reply_to=question)

        assert "0xC004F211" in card(channel.last_message).text

    async def test_in_a_chosen_channel_we_answer_what_we_are_sure_of(
        self, channel: Any, ann: Any, card: Any, asked_in: Any
    ) -> None:
        asked_in(channel)
        await ann.send(channel, "what does 0xC004F211 mean?")

        assert "0xC004F211" in card(channel.last_message).text

    @pytest.mark.parametrize(
        "text", ["thanks everybody", "lovely weather in rome today", "hi", "gimme a kmspico crack", ""]
    )
    async def test_in_a_chosen_channel_we_are_silent_otherwise(
        self, channel: Any, ann: Any, asked_in: Any, text: str
    ) -> None:
        asked_in(channel)
        await ann.send(channel, text, attachments=[] if text else [("screen.png", b"png")])

        assert len(channel.history()) == 1

    async def test_in_any_other_channel_we_are_silent(
        self, env: Any, channel: Any, ann: Any, asked_in: Any
    ) -> None:
        asked_in(env.guild.create_text_channel("other"))
        await ann.send(channel, "what does 0xC004F211 mean?")

        assert len(channel.history()) == 1

    async def test_while_a_human_is_helping_we_are_silent(
        self, env: Any, channel: Any, ann: Any, asked_in: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked_in(channel)
        monkeypatch.setattr(messages, "is_help_thread", lambda _bot, _message: True)
        await ann.send(channel, f"{mention(env)} what does 0xC004F211 mean?")

        assert len(channel.history()) == 1

    async def test_looking_whether_we_are_sure_leaves_no_trace(
        self, channel: Any, ann: Any, asked_in: Any, assistant: Any
    ) -> None:
        asked_in(channel)
        await ann.send(channel, "lovely weather in rome today")

        assert await assistant.forget(f"discord:{ann.id}") == 0
