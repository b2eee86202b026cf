"""/setup, as somebody uses it who runs a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import discord
import pytest

from keyguide.assistant import Assistant
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.servers.server_settings import ServerSettings, load_server_settings

MANAGE = discord.Permissions(manage_guild=True).value

pytestmark = pytest.mark.usefixtures("unhurried")


async def test_setup_shows_what_is_set(channel: Any, kim: Any, card: Any) -> None:
    result = await kim.slash(channel, "setup")

    assert result.ephemeral
    assert "Setup of this server" in card(result.response).text
    assert {"Answers: for the asker alone", "Key guard: on"} <= set(card(result.response).labels)


async def test_helpers_are_chosen_and_shown_again(
    env: Any, channel: Any, kim: Any, card: Any, assistant: Assistant
) -> None:
    role = env.guild.create_role("helpers")
    first = await kim.slash(channel, "setup")
    await kim.select(first.response, [channel], custom_id="w:set:helper_channel")
    await kim.select(first.response, [role], custom_id="w:set:helper_role")
    again = await kim.slash(channel, "setup")

    server = await load_server_settings(assistant, env.guild.id)
    assert (server.helper_channel, server.helper_role, server.has_helpers) == (channel.id, role.id, True)
    selects = {part["custom_id"]: part for part in card(again.response).parts if "custom_id" in part}
    assert selects["w:set:helper_channel"]["default_values"] == [{"id": channel.id, "type": "channel"}]
    assert selects["w:set:helper_role"]["default_values"] == [{"id": role.id, "type": "role"}]


async def test_what_was_chosen_can_be_taken_back(
    env: Any, channel: Any, kim: Any, assistant: Assistant
) -> None:
    first = await kim.slash(channel, "setup")
    await kim.select(first.response, [channel], custom_id="w:set:answering")
    chosen = await load_server_settings(assistant, env.guild.id)
    await kim.select(first.response, [], custom_id="w:set:answering")

    assert chosen.answering == {channel.id}
    assert await load_server_settings(assistant, env.guild.id) == ServerSettings()


async def test_answers_are_shown_to_everyone_where_the_server_chose_so(
    channel: Any, kim: Any, ann: Any, card: Any
) -> None:
    before = await ann.slash(channel, "topics")
    first = await kim.slash(channel, "setup")
    changed = await kim.click(first.response, label="Answers: for the asker alone")
    after = await ann.slash(channel, "topics")

    assert (before.ephemeral, after.ephemeral) == (True, False)
    assert "Answers: for everyone" in card(changed.response).labels
    assert changed.response.id == first.response.id


async def test_public_answers_speak_the_language_that_was_chosen(
    channel: Any, kim: Any, ann: Any, card: Any
) -> None:
    first = await kim.slash(channel, "setup")
    await kim.click(first.response, label="Answers: for the asker alone")
    await kim.select(first.response, ["de"], custom_id="w:set:language")
    german = await ann.slash(channel, "topics")
    await kim.select(first.response, ["any"], custom_id="w:set:language")
    english = await ann.slash(channel, "topics")

    assert "Alles, was ich beantworten kann" in card(german.response).text
    assert "Everything I can answer" in card(english.response).text


async def test_the_guard_is_switched_off_and_on(
    env: Any, channel: Any, kim: Any, assistant: Assistant
) -> None:
    first = await kim.slash(channel, "setup")
    off = await kim.click(first.response, label="Key guard: on")
    server = await load_server_settings(assistant, env.guild.id)
    await kim.click(off.response, label="Key guard: off")

    assert not server.guard
    assert (await load_server_settings(assistant, env.guild.id)).guard


async def test_settings_hold_after_a_restart(
    env: Any, channel: Any, kim: Any, ann: Any, make_bot: Callable[[], Keyguide]
) -> None:
    first = await kim.slash(channel, "setup")
    await env.restart_bot(make_bot())
    await kim.click(first.response, label="Answers: for the asker alone")
    await env.restart_bot(make_bot())

    assert not (await ann.slash(channel, "topics")).ephemeral


def make_operator(env: Any, person: Any) -> None:
    env.bot.discord_options = replace(env.bot.discord_options, operators=frozenset({person.id}))


async def test_only_an_operator_may_reload_the_knowledge(env: Any, channel: Any, kim: Any, card: Any) -> None:
    first = await kim.slash(channel, "setup")
    before = card(first.response).labels
    make_operator(env, kim)
    second = await kim.slash(channel, "setup")
    make_operator(env, env.guild)
    late = await kim.click(second.response, label="Reload the knowledge")

    assert "Reload the knowledge" not in before
    assert "cannot be reloaded from here" in card(late.response).text


async def test_the_knowledge_is_reloaded_and_the_outcome_told(
    env: Any, channel: Any, kim: Any, card: Any
) -> None:
    make_operator(env, kim)

    async def reload() -> str:
        return "the old knowledge stays, because the new has mistakes:\n/home/op/knowledge/a.yaml: bad"

    env.bot.reload = reload
    first = await kim.slash(channel, "setup")
    told = await kim.click(first.response, label="Reload the knowledge")

    assert "> Reloading: the old knowledge stays" in card(told.response).text
    assert "/home/op" not in card(told.response).text  # a manager is not the operator


async def test_where_the_knowledge_cannot_be_reloaded_it_says_so(
    env: Any, channel: Any, kim: Any, card: Any
) -> None:
    make_operator(env, kim)
    first = await kim.slash(channel, "setup")
    told = await kim.click(first.response, label="Reload the knowledge")

    assert "cannot be reloaded from here" in card(told.response).text


@pytest.mark.parametrize(
    "label",
    [
        "Answers: for the asker alone",
        "Key guard: on",
        "Block product keys with AutoMod",
        "Reload the knowledge",
    ],
)
async def test_whoever_may_no_longer_manage_the_server_changes_nothing(
    env: Any, channel: Any, kim: Any, card: Any, label: str
) -> None:
    reloads = []
    make_operator(env, kim)
    env.bot.reload = lambda: reloads.append("reloaded")
    first = await kim.slash(channel, "setup")
    env.backend.get_guild(env.guild.id).members[kim.id].role_ids.clear()
    pressed = await kim.click(first.response, label=label)

    assert "You need the permission **Manage Server**" in card(pressed.response).text
    assert await load_server_settings(env.bot.assistant, env.guild.id) == ServerSettings()
    assert env.backend.get_guild(env.guild.id).auto_mod_rules == {}
    assert reloads == []


async def test_setup_is_not_there_for_those_who_do_not_manage(env: Any, channel: Any, ann: Any) -> None:
    told = {name: env.backend.find_command(name, None, type=1) for name in ("setup", "doctor", "insights")}

    assert {one["default_member_permissions"] for one in told.values()} == {MANAGE}
    assert all(one["contexts"] == [0] for one in told.values())


async def test_where_we_are_not_in_the_server_there_is_nothing_to_set(
    arriving: Any, channel: Any, kim: Any, card: Any
) -> None:
    elsewhere = str(10**17)
    arriving(guild_id=elsewhere, guild={"id": elsewhere, "locale": "en-US", "features": []})
    result = await kim.slash(channel, "setup")

    assert "I am not in this server myself" in card(result.response).text


async def test_a_rule_is_made_once_and_then_brought_up_to_date(
    env: Any, channel: Any, kim: Any, card: Any
) -> None:
    first = await kim.slash(channel, "setup")
    told = await kim.click(first.response, label="Block product keys with AutoMod")
    await kim.click(first.response, label="Block product keys with AutoMod")

    (rule,) = env.backend.get_guild(env.guild.id).auto_mod_rules.values()
    assert "AutoMod now blocks" in card(told.response).text
    assert rule.enabled
    assert len(rule.trigger_metadata["regex_patterns"]) <= 10
    assert rule.actions[0]["metadata"]["custom_message"].startswith("This looks like a product key")


async def test_a_rule_that_may_not_be_made_is_told(channel: Any, kim: Any, card: Any, env: Any) -> None:
    first = await kim.slash(channel, "setup")
    env.inject_error("GET", "/guilds/*/auto-moderation/rules", status=403)
    told = await kim.click(first.response, label="Block product keys with AutoMod")

    assert "I may not make AutoMod rules here" in card(told.response).text


async def test_a_rule_that_discord_does_not_take_is_told(channel: Any, kim: Any, card: Any, env: Any) -> None:
    first = await kim.slash(channel, "setup")
    env.inject_error("POST", "/guilds/*/auto-moderation/rules", status=400)
    told = await kim.click(first.response, label="Block product keys with AutoMod")

    assert "Discord did not take the rule" in card(told.response).text
