"""/own-answer: what only a server itself can answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.faces.discord.admin.erase_data import forget_server

pytestmark = pytest.mark.usefixtures("unhurried")

RULES = {"title": "Our rules", "asks": "what are the rules here\nserver rules", "text": "Be **kind**."}


@pytest.fixture
async def page(channel: Any, kim: Any) -> Any:
    """The list, with one answer in it."""
    shown = await kim.slash(channel, "own-answer")
    form = await kim.click(shown.response, label="Write one")
    return (await kim.submit_modal(form, RULES)).response


async def test_a_managers_answer_is_shown_as_the_servers(
    env: Any, channel: Any, page: Any, ann: Any, card: Any
) -> None:
    asked = await ann.slash(channel, "ask", question="what are the server rules")
    await ann.send(channel, f"<@{env.bot.user.id}> server rules?")

    assert "Saved: **Our rules**" in card(page).text
    for message in (asked.response, channel.last_message):
        assert "Be **kind**." in card(message).text
        assert "This is the answer of this server itself" in card(message).text


async def test_it_is_shown_in_no_other_server_and_in_no_direct_message(
    env: Any, page: Any, ann: Any, card: Any
) -> None:
    other = env.create_guild("Elsewhere").create_text_channel("help")
    bob = other.guild.add_member(env.create_user("bob"))
    elsewhere = await bob.slash(other, "ask", question="server rules")
    await ann.send_dm("server rules")

    assert "Be **kind**." not in card(elsewhere.response).text
    assert "Be **kind**." not in card(ann.user.dm_channel.last_message).text


async def test_it_is_counted_like_the_others_as_the_servers(
    channel: Any, page: Any, ann: Any, ben: Any, kim: Any, card: Any
) -> None:
    for person, verdict in ((ann, "That fixed it"), (ben, "Still stuck")):
        asked = await person.slash(channel, "ask", question="server rules")
        await person.click(asked.response, label=verdict)
    told = card((await kim.slash(channel, "insights")).response).text

    assert "Our rules (this server's own): shown 2×, helped 1×, did not help 1×" in told


async def test_what_is_deleted_is_named_no_more(
    channel: Any, page: Any, ann: Any, kim: Any, card: Any
) -> None:
    await ann.slash(channel, "ask", question="server rules")
    (name,) = card(page).choices.values()
    await kim.select(page, [name], custom_id="w:own:show")
    await kim.click(page, label="Delete")
    told = card((await kim.slash(channel, "insights")).response).text

    assert "1 conversations" in told
    assert "own" not in told.partition("Asked most")[2]


async def test_an_answer_is_changed_exported_and_deleted(
    env: Any, channel: Any, page: Any, kim: Any, ann: Any, card: Any
) -> None:
    (name,) = card(page).choices.values()
    one = await kim.select(page, [name], custom_id="w:own:show")
    form = await kim.click(one.response, label="Change")
    before = [label["component"]["value"] for label in form.modal["components"]]
    await kim.submit_modal(form, {**RULES, "text": "Be nice."})
    changed = card((await ann.slash(channel, "ask", question="server rules")).response).text
    exported = await kim.click(page, label="Export all")
    (file,) = exported.response.attachments
    content = json.loads(env.backend.cdn.get(file.url))
    await kim.select(page, [name], custom_id="w:own:show")
    await kim.click(page, label="Delete")
    gone = card((await ann.slash(channel, "ask", question="server rules")).response).text

    assert before == list(RULES.values())
    assert "Be nice." in changed
    assert [one["text"] for one in content] == ["Be nice."]
    assert "Be nice." not in gone


async def test_what_is_wrong_is_told_and_nothing_is_saved(
    env: Any, channel: Any, kim: Any, card: Any, assistant: Assistant
) -> None:
    shown = await kim.slash(channel, "own-answer")
    form = await kim.click(shown.response, label="Write one")
    told = await kim.submit_modal(
        form, {"title": "Keys", "asks": "where can i download a kms activator", "text": "# Here"}
    )

    assert "**Not saved, because:**" in card(told.response).text
    assert "something that I refuse" in card(told.response).text
    assert "no headings" in card(told.response).text
    assert await assistant.notes.list_notes(f"own:{env.guild.id}") == {}


async def test_the_command_is_there_for_managers_alone(env: Any) -> None:
    told = env.backend.find_command("own-answer", None, type=1)

    assert told["default_member_permissions"] == 1 << 5
    assert told["contexts"] == [0]


@pytest.mark.parametrize("label", ["Write one", "Export all"])
async def test_whoever_may_no_longer_manage_the_server_does_nothing(
    env: Any, page: Any, kim: Any, card: Any, label: str
) -> None:
    env.backend.get_guild(env.guild.id).members[kim.id].role_ids.clear()
    pressed = await kim.click(page, label=label)

    assert "You need the permission **Manage Server**" in card(pressed.response).text


async def test_the_answers_go_with_the_server(env: Any, page: Any, assistant: Assistant) -> None:
    kept = await assistant.notes.list_notes(f"own:{env.guild.id}")
    await forget_server(assistant, env.guild.id)

    assert len(kept) == 1
    assert await assistant.notes.list_notes(f"own:{env.guild.id}") == {}
