"""What becomes of a server's settings and records after we were removed from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.faces.discord.admin.erase_data import compare_servers, erase_old_servers
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.servers.server_settings import save_server_settings
from keyguide.store.protocols import LedgerEntry


@pytest.fixture
async def place(env: Any, channel: Any, assistant: Assistant) -> str:
    """The place of a server with settings, helpers, somebody in a thread with them, and records."""
    await save_server_settings(assistant, env.guild.id, helper_channel="1", helper_role="2", language="de")
    await assistant.notes.set_note(f"pleas:{env.guild.id}", "discord:1", "3")
    place = f"guild:{env.guild.id}"
    await assistant.ledger.record(LedgerEntry(assistant.read_clock(), "discord:1", place, "article"))
    return place


def remove(env: Any) -> None:
    env.backend.emit("GUILD_DELETE", {"id": str(env.guild.id)})


async def kept(assistant: Assistant, place: str) -> tuple[int, int, int]:
    """How many settings, records and threads are kept."""
    pleas = await assistant.notes.list_notes(f"pleas:{place.removeprefix('guild:')}")
    lines = await assistant.ledger.list_entries(datetime(2020, 1, 1, tzinfo=UTC), place)
    return len(await assistant.notes.list_notes(place)), len(lines), len(pleas)


async def test_a_week_after_removal_everything_of_the_server_is_erased(
    env: Any, place: str, assistant: Assistant, today: Any, make_bot: Callable[[], Keyguide]
) -> None:
    remove(env)
    await env.settle()
    offered = await assistant.notes.list_notes("helpers")
    today.now += timedelta(days=6, hours=23)
    await erase_old_servers(env.bot)
    before = await kept(assistant, place)
    today.now += timedelta(days=1)
    await env.create_user("ann").slash("topics")
    await env.settle()

    assert offered == {}
    assert before == (3, 1, 1)
    assert await kept(assistant, place) == (0, 0, 0)


async def test_who_comes_back_within_the_week_finds_everything_as_it_was(
    env: Any, place: str, assistant: Assistant, today: Any
) -> None:
    remove(env)
    await env.settle()
    env.bot.dispatch("guild_join", SimpleNamespace(id=env.guild.id))
    await env.settle()
    today.now += timedelta(days=30)
    await erase_old_servers(env.bot)

    assert await kept(assistant, place) == (3, 1, 1)


async def test_a_removal_while_we_were_away_is_noticed(
    env: Any, place: str, assistant: Assistant, today: Any
) -> None:
    name = f"servers:{env.bot.application_id}"
    await assistant.notes.set_note(name, "77", "here")
    await compare_servers(env.bot)
    today.now += timedelta(days=8)
    await erase_old_servers(env.bot)

    assert await assistant.notes.list_notes(name) == {str(env.guild.id): "here"}


async def test_what_another_shard_is_told_of_is_not_gone(env: Any, place: str, assistant: Assistant) -> None:
    name = f"servers:{env.bot.application_id}"
    await assistant.notes.set_note(name, str(1 << 22), "here")
    sharded = SimpleNamespace(
        application_id=env.bot.application_id, assistant=assistant, guilds=[], shard_count=2, shard_id=0
    )
    await compare_servers(sharded)  # type: ignore[arg-type]  # a stand-in

    assert (await assistant.notes.list_notes(name))[str(1 << 22)] == "here"


async def test_who_returns_is_offered_helpers_again(env: Any, place: str, assistant: Assistant) -> None:
    remove(env)
    await env.settle()
    env.bot.dispatch("guild_join", SimpleNamespace(id=env.guild.id))
    await env.settle()

    assert list(await assistant.notes.list_notes("helpers")) == [str(env.guild.id)]
