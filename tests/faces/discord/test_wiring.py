"""Buttons that are not picks of the engine, and the modals: also those of another version."""

from __future__ import annotations

from typing import Any

from keyguide.faces.discord.cards.notice_cards import build_button, build_panel, build_row


async def test_a_button_of_another_version_leads_to_where_the_person_stands(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    await env.bot.get_channel(channel.id).send(view=build_panel([build_row(build_button("Old", "gone"))]))
    await ann.slash(channel, "diagnose", trouble="not-activated")
    result = await ann.click(channel.history()[0], label="Old")

    assert result.ephemeral
    assert "Question 1 of at most" in card(result.response).text


async def test_a_setting_of_another_version_shows_the_settings_as_they_are(
    env: Any, channel: Any, card: Any
) -> None:
    owner = env.guild.add_member(env.create_user("kim"))
    env.backend.get_guild(env.guild.id).owner_id = owner.id
    await env.bot.get_channel(channel.id).send(
        view=build_panel([build_row(build_button("Old", "set", "gone"))])
    )
    result = await owner.click(channel.last_message, label="Old")

    assert "Setup of this server" in card(result.response).text


async def test_who_presses_too_fast_is_asked_to_wait(env: Any, channel: Any, ann: Any, card: Any) -> None:
    await env.bot.get_channel(channel.id).send(
        view=build_panel([build_row(build_button("Give", "privacy", "export"))])
    )
    results = [await ann.click(channel.last_message, label="Give") for _ in range(6)]

    assert "Please wait a few seconds" in card(results[-1].response).text
