"""Whoever adds the bot to a server is told what to do next."""

from __future__ import annotations

from typing import Any

import pytest


def dms(env: Any, person: Any) -> list[Any]:
    return person.dm_channel.history() if person.dm_channel else []


async def test_the_owner_is_greeted_once(env: Any, card: Any) -> None:
    owner = env.create_user("olga")
    guild = env.create_guild("My *Server*", owner=owner)
    await env.settle()
    for _ in range(2):
        env.bot.dispatch("guild_join", env.bot.get_guild(guild.id))
        await env.settle()

    (message,) = dms(env, owner)
    assert "Thank you for adding me to **My \\*Server\\***" in card(message).text
    assert "**/setup**" in card(message).text


async def test_a_server_that_adds_us_again_soon_is_not_greeted_again(env: Any) -> None:
    owner = env.create_user("olga")
    guild = env.create_guild("Again", owner=owner)
    await env.settle()
    joined = env.bot.get_guild(guild.id)
    for event in ("guild_join", "guild_remove", "guild_join"):
        env.bot.dispatch(event, joined)
        await env.settle()

    assert len(dms(env, owner)) == 1


async def test_who_takes_no_direct_message_is_not_pestered(
    env: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    env.inject_error("POST", "/users/@me/channels", status=403, code=50007)
    guild = env.create_guild("Closed")
    await env.settle()
    env.bot.dispatch("guild_join", env.bot.get_guild(guild.id))
    await env.settle()

    assert "takes no direct message" in caplog.text
