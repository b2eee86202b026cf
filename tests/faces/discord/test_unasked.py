"""Answers of our own accord: where an admin named the channel, when we are sure, and never between people."""

from __future__ import annotations

from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.faces.discord.connection.bot import DiscordOptions
from keyguide.faces.discord.servers.server_settings import save_server_settings

SURE = "what does 0xC004F211 mean"


@pytest.fixture
def ways() -> DiscordOptions:
    return DiscordOptions(message_content=True)


@pytest.fixture
async def helpers(env: Any, channel: Any, assistant: Assistant) -> Any:
    role = env.guild.create_role("helpers")
    await save_server_settings(
        assistant,
        env.guild.id,
        answering=str(channel.id),
        helper_channel=str(channel.id),
        helper_role=str(role.id),
    )
    return role


def answers(env: Any, channel: Any) -> int:
    return sum(message.author.id == env.bot.user.id for message in channel.history())


async def test_a_sure_answer_is_given_unasked(
    env: Any, channel: Any, ann: Any, helpers: Any, card: Any
) -> None:
    await ann.send(channel, SURE)

    assert "0xC004F211" in card(channel.last_message).text
    assert channel.last_message.author.id == env.bot.user.id


@pytest.mark.parametrize(
    "text",
    ["hello everybody", "my wifi keeps dropping", "i want to talk to a human", "yes", "thanks!"],
)
async def test_we_are_silent_where_we_are_not_sure(
    env: Any, channel: Any, ann: Any, helpers: Any, text: str
) -> None:
    await ann.send(channel, text)

    assert answers(env, channel) == 0


async def test_elsewhere_we_are_silent(env: Any, channel: Any, ann: Any, helpers: Any) -> None:
    other = env.guild.create_text_channel("other")
    await ann.send(other, SURE)

    assert answers(env, other) == 0


async def test_words_that_answer_a_private_diagnosis_are_not_taken_for_a_question(
    env: Any, channel: Any, ann: Any, helpers: Any
) -> None:
    await ann.slash(channel, "diagnose", trouble="not-activated")
    await ann.send(channel, "it is my own pc")

    assert answers(env, channel) == 0


async def test_we_are_silent_while_a_helper_is_talking_with_that_person(
    env: Any, channel: Any, ann: Any, ben: Any, hal: Any
) -> None:
    question = await ann.send(channel, "hello everybody")
    await hal.send(channel, "what does it say?", reply_to=question)
    await ann.send(channel, SURE)
    between = answers(env, channel)
    await ben.send(channel, SURE)

    assert between == 0
    assert answers(env, channel) == 1


async def test_we_are_silent_to_those_who_spoke_before_a_helper_joined_in(
    env: Any, channel: Any, ann: Any, hal: Any
) -> None:
    await ann.send(channel, "hello everybody")
    await hal.send(channel, "what does it say?")
    await ann.send(channel, SURE)

    assert answers(env, channel) == 0


async def test_we_are_silent_while_somebody_else_is_replying(
    env: Any, channel: Any, ann: Any, ben: Any, helpers: Any
) -> None:
    await ben.send(channel, f"<@{ann.id}> what is your code?")
    await ann.send(channel, SURE)

    assert answers(env, channel) == 0


async def test_after_a_while_we_help_again(env: Any, channel: Any, ann: Any, hal: Any, clock: Any) -> None:
    await hal.send(channel, f"<@{ann.id}> all well?")
    clock.now += 601
    await ann.send(channel, SURE)

    assert answers(env, channel) == 1


async def test_what_people_say_to_each_other_and_what_helpers_say_is_not_for_us(
    env: Any, channel: Any, ann: Any, ben: Any, hal: Any
) -> None:
    await hal.send(channel, SURE)
    await ann.send(channel, f"<@{ben.id}> {SURE}?")

    assert answers(env, channel) == 0


async def test_who_mentions_us_is_answered_also_beside_a_helper(
    env: Any, channel: Any, ann: Any, hal: Any
) -> None:
    await hal.send(channel, f"<@{ann.id}> ask the bot")
    await ann.send(channel, f"<@{env.bot.user.id}> {SURE}")

    assert answers(env, channel) == 1
