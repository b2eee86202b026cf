"""Calling a human, as people meet it: from the first press to "Did that fix it?"."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import discord
import pytest

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Turn
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.help_requests.open_requests import claim_request, list_requests
from keyguide.faces.discord.help_requests.threads.open_thread import HelpTicket, open_help_thread
from keyguide.faces.discord.servers.bot_permissions import NEEDED
from keyguide.faces.discord.servers.server_settings import (
    list_helping_servers,
    load_server_settings,
    save_server_settings,
)
from keyguide.store.protocols import LedgerEntry

KEY = "BCDFG-HJKMP-QRTVW-XY234-6789B"

pytestmark = pytest.mark.usefixtures("unhurried")


async def calls(person: Any, channel: Any, **values: str) -> Any:
    """Ask for a human with /human, and send the modal."""
    shown = await person.slash(channel, "human")
    return await person.submit_modal(shown, values)


def sent(env: Any, method: str, ending: str) -> list[Any]:
    return [one for one in env.http_requests if one.method == method and one.path.endswith(ending)]


@pytest.mark.usefixtures("helpers")
async def test_asking_for_a_human_asks_for_one_sentence_that_may_be_left_out(channel: Any, ann: Any) -> None:
    shown = await ann.slash(channel, "human")

    (label,) = shown.modal["components"]
    assert shown.modal["title"] == "Ask a human"
    assert label["component"]["required"] is False


@pytest.mark.usefixtures("helpers")
async def test_40060_the_form_for_a_human_is_left_to_the_process_that_opened_it(
    env: Any, channel: Any, ann: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    env.inject_error("POST", "/interactions/*/*/callback", status=400, code=40060)
    await ann.slash(channel, "human")

    assert "another process has answered" in caplog.text
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_private_thread_opens_with_the_person_and_all_that_is_known(
    channel: Any, ann: Any, card: Any, helpers: Any
) -> None:
    first = await ann.slash(channel, "diagnose", trouble="not-activated")
    await card.press(ann, first.response, "It is my own PC")
    await ann.slash(channel, "error", code="0xC004F211")
    result = await calls(ann, channel, sentence="it worked *yesterday*")

    (thread,) = channel.threads
    said = card(thread.history()[-1]).text
    assert result.ephemeral
    assert f"<#{thread.id}>" in card(result.response).text
    assert thread.name == "Help for ann"
    assert f"<@&{helpers.id}> <@{ann.id}> asks for a human." in said
    assert "> it worked \\*yesterday\\*" in said
    assert "**It is my own PC**" in said
    assert "Error code: **0xC004F211**" in said


async def test_helpers_read_what_windows_shows_and_no_inner_id(
    channel: Any, ann: Any, card: Any, helpers: Any
) -> None:
    question = "Windows reported that the hardware of your device has changed"
    await ann.slash(channel, "ask", question=question)
    await calls(ann, channel)

    (thread,) = channel.threads
    said = card(thread.history()[-1]).text
    assert f"Activation page: **{question}" in said
    assert "**Read last**\n- " in said


async def test_the_helpers_are_called_once_and_nobody_else(
    env: Any, channel: Any, ann: Any, helpers: Any
) -> None:
    await calls(ann, channel, sentence="@everyone help")

    mentions = [one.json.get("allowed_mentions") for one in sent(env, "POST", "/messages")]
    assert [one for one in mentions if one != {"parse": []}] == [{"parse": [], "roles": [helpers.id]}]
    assert str(ann.id) in sent(env, "PUT", f"/thread-members/{ann.id}")[0].path


@pytest.mark.usefixtures("helpers")
async def test_the_sentence_passes_on_no_key(channel: Any, ann: Any, card: Any) -> None:
    await calls(ann, channel, sentence=f"my key {KEY} fails")

    (thread,) = channel.threads
    assert "6789B fails" in card(thread.last_message).text
    assert KEY not in card(thread.last_message).text


@pytest.mark.usefixtures("helpers")
async def test_the_button_asks_for_a_human_too(channel: Any, ann: Any) -> None:
    menu = await ann.slash(channel, "help")
    shown = await ann.click(menu.response, label="Ask a human")
    await ann.submit_modal(shown, {})

    assert len(channel.threads) == 1


@pytest.mark.usefixtures("helpers")
async def test_a_second_plea_leads_to_the_thread_that_is_open(channel: Any, ann: Any, card: Any) -> None:
    await calls(ann, channel)
    again = await calls(ann, channel)

    (thread,) = channel.threads
    assert "You already have a thread" in card(again.response).text
    assert f"<#{thread.id}>" in card(again.response).text


@pytest.mark.usefixtures("helpers")
async def test_two_presses_at_once_open_one_thread(
    env: Any, channel: Any, ann: Any, assistant: Assistant
) -> None:
    guild = env.bot.get_guild(channel.guild.id)
    server = await load_server_settings(assistant, channel.guild.id)
    wish = HelpTicket(guild, server, await guild.fetch_member(ann.id), "", "en")
    reply = await assistant.preview(Turn(wish.who, pick="human"))
    words = env.bot.get_phrases("en").server.plea
    lines = await asyncio.gather(*(open_help_thread(env.bot, wish, reply, words) for _ in range(5)))
    await env.settle()

    (thread,) = channel.threads
    there = f"<#{thread.id}>"
    assert lines.count(words.opened.format(thread=there)) == 1
    assert set(lines) <= {text.format(thread=there) for text in (words.opened, words.already, words.opening)}


@pytest.mark.usefixtures("helpers")
async def test_a_plea_is_not_lost_with_a_program_that_died_over_it(
    channel: Any, ann: Any, card: Any, assistant: Assistant, today: Any
) -> None:
    mark = f"opening {today.now.isoformat()}"
    await assistant.notes.claim_note(f"pleas:{channel.guild.id}", f"discord:{ann.id}", mark)
    now = await calls(ann, channel)
    today.now += timedelta(minutes=2)
    later = await calls(ann, channel)

    assert "being opened at this moment" in card(now.response).text
    assert "The helpers were called" in card(later.response).text
    assert len(channel.threads) == 1


@pytest.mark.usefixtures("helpers")
async def test_a_thread_that_was_left_over_by_a_program_that_died_is_taken_up(
    channel: Any, ann: Any, ben: Any, assistant: Assistant, card: Any
) -> None:
    await calls(ben, channel)
    await calls(ann, channel)
    before = [thread.id for thread in channel.threads]
    place, who = f"pleas:{channel.guild.id}", f"discord:{ann.id}"
    died = discord.utils.snowflake_time(before[-1]) - timedelta(seconds=5)
    await assistant.notes.set_note(place, who, f"opening {died.isoformat()}")
    again = await calls(ann, channel)

    assert f"<#{before[-1]}>" in card(again.response).text
    assert [thread.id for thread in channel.threads] == before
    assert await assistant.notes.get_note(place, who) == str(before[-1])


@pytest.mark.usefixtures("helpers")
async def test_a_thread_that_is_gone_makes_room_for_a_new_one(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    await calls(ann, channel)
    (thread,) = channel.threads
    env.backend.delete_channel(thread.id)
    again = await calls(ann, channel)

    assert "The helpers were called" in card(again.response).text


@pytest.mark.usefixtures("helpers")
async def test_everybody_has_a_thread_of_their_own(channel: Any, ann: Any, ben: Any) -> None:
    await calls(ann, channel)
    await calls(ben, channel)

    assert sorted(thread.name for thread in channel.threads) == ["Help for ann", "Help for ben"]


async def test_where_no_helpers_are_set_up_it_says_so_with_the_official_ways(
    channel: Any, ann: Any, card: Any
) -> None:
    result = await ann.slash(channel, "human")

    assert "No helpers can be called from here" in card(result.response).text
    assert "Microsoft" in card(result.response).text


@pytest.mark.parametrize(
    "refused",
    [
        ("POST", "/channels/*/threads"),
        ("PUT", "/channels/*/thread-members/*"),
        ("POST", "/channels/*/messages"),
    ],
    ids=["no thread", "not added", "no message"],
)
@pytest.mark.usefixtures("helpers")
async def test_a_thread_that_cannot_be_opened_is_told_with_the_official_ways(
    env: Any, channel: Any, ann: Any, card: Any, refused: tuple[str, str]
) -> None:
    env.inject_error(*refused, status=403)
    result = await calls(ann, channel)
    again = await calls(ann, channel)

    assert "I could not open a thread there" in card(result.response).text
    assert "Microsoft" in card(result.response).text
    assert "The helpers were called" in card(again.response).text
    assert len(channel.threads) == 1


@pytest.mark.usefixtures("helpers")
async def test_a_channel_that_is_gone_is_told_where_there_is_no_other(
    env: Any, channel: Any, ann: Any, card: Any, assistant: Assistant
) -> None:
    await save_server_settings(assistant, env.guild.id, helper_channel="1")
    await ann.slash(channel, "topics")  # whoever asked there lately can call its helpers from elsewhere
    picked = await ann.user.slash("human")
    shown = await ann.user.select(picked.response, [str(env.guild.id)])
    result = await ann.user.submit_modal(shown, {})

    assert "I could not open a thread there" in card(result.response).text


async def test_nobody_is_sent_to_a_channel_that_they_do_not_see(
    channel: Any, ann: Any, staff: Any, card: Any, helpers: Any
) -> None:
    result = await calls(ann, channel)

    (thread,) = channel.threads
    assert staff.threads == []
    assert f"<#{thread.id}>" in card(result.response).text
    assert f"<@&{helpers.id}> <@{ann.id}> asks for a human." in card(thread.last_message).text


async def test_who_asks_in_a_thread_gets_theirs_beside_it(
    env: Any, channel: Any, ann: Any, staff: Any, card: Any
) -> None:
    asked = env.backend.create_thread(channel.id, "my question", ann.id)
    await env.settle()
    here = next(thread for thread in channel.threads if thread.id == asked.id)
    result = await calls(ann, here)

    (opened,) = (thread for thread in channel.threads if thread.id != here.id)
    assert f"<#{opened.id}>" in card(result.response).text


async def test_who_sees_no_channel_for_a_thread_is_told_and_shown_the_official_ways(
    env: Any, channel: Any, ann: Any, staff: Any, card: Any
) -> None:
    await ann.slash(channel, "topics")
    picked = await ann.user.slash("human")
    shown = await ann.user.select(picked.response, [str(env.guild.id)])
    result = await ann.user.submit_modal(shown, {})

    assert "I could not open a thread there, so nobody was called" in card(result.response).text
    assert (staff.threads, channel.threads) == ([], [])


async def test_who_may_not_write_in_threads_there_is_not_sent_there(
    env: Any, channel: Any, ann: Any, card: Any, helpers: Any
) -> None:
    silent = discord.Permissions(view_channel=True, use_application_commands=True)
    env.backend.edit_role(env.guild.id, env.guild.id, {"permissions": silent.value})
    result = await calls(ann, channel)

    assert "nobody was called" in card(result.response).text
    assert channel.threads == []


@pytest.fixture
async def unringable(env: Any, channel: Any, assistant: Assistant, request: Any) -> Any:
    """Helpers whose role is gone, or may not be mentioned by us."""
    guild = env.backend.get_guild(env.guild.id)
    ours = next(role for role in guild.roles.values() if role.name == "TestBot")
    env.backend.edit_role(guild.id, ours.id, {"permissions": NEEDED.value})
    role = env.guild.create_role("helpers", mentionable=False)
    await save_server_settings(
        assistant, env.guild.id, helper_channel=str(channel.id), helper_role=str(role.id)
    )
    if request.param == "gone":
        env.backend.delete_role(env.guild.id, role.id)
    return role


@pytest.mark.parametrize("unringable", ["gone", "not mentionable"], indirect=True)
@pytest.mark.usefixtures("unringable")
async def test_helpers_who_cannot_be_rung_find_a_note_and_the_person_is_told_so(
    channel: Any, ann: Any, kim: Any, card: Any
) -> None:
    result = await calls(ann, channel)
    (thread,) = channel.threads
    note = channel.last_message
    taken = await kim.click(note, label="I help")

    assert "I could not ring the helpers, so I left them a note" in card(result.response).text
    assert "The helpers were called" not in card(result.response).text
    assert f"<@{ann.id}> waits for a helper in <#{thread.id}>" in card(note).text
    assert "<@&" not in card(thread.history()[-1]).text
    assert f"You are helping now: <#{thread.id}>" in card(taken.response).text
    assert any(f"<@{kim.id}> is helping." in card(message).text for message in thread.history())


@pytest.mark.parametrize("unringable", ["gone"], indirect=True)
async def test_only_helpers_take_what_a_note_tells_of(
    channel: Any, ann: Any, ben: Any, card: Any, unringable: Any
) -> None:
    await calls(ann, channel)
    pressed = await ben.click(channel.last_message, label="I help")

    assert "Only helpers can do that" in card(pressed.response).text


@pytest.mark.parametrize("unringable", ["gone"], indirect=True)
async def test_where_not_even_a_note_can_be_left_the_person_is_told(
    env: Any, channel: Any, ann: Any, card: Any, unringable: Any
) -> None:
    env.inject_error("POST", f"/channels/{channel.id}/messages", status=403)
    result = await calls(ann, channel)

    assert "If nobody comes, please tell a moderator" in card(result.response).text


@pytest.mark.usefixtures("helpers")
async def test_an_unforeseen_failure_is_told_and_leaves_the_way_free(
    channel: Any, ann: Any, card: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as broken:
        broken.setattr(discord.TextChannel, "create_thread", breaks)
        result = await calls(ann, channel)
    again = await calls(ann, channel)

    assert "Something went wrong on my side" in card(result.response).text
    assert "The helpers were called" in card(again.response).text


@pytest.mark.usefixtures("helpers")
async def test_a_modal_that_was_open_over_a_restart_still_calls(
    env: Any, channel: Any, ann: Any, make_bot: Callable[[], Keyguide]
) -> None:
    shown = await ann.slash(channel, "human")
    await env.restart_bot(make_bot())
    await ann.submit_modal(shown, {"sentence": "hello"})

    assert len(channel.threads) == 1


@pytest.mark.usefixtures("helpers")
async def test_we_keep_quiet_in_the_thread(
    env: Any, channel: Any, ann: Any, make_bot: Callable[[], Keyguide]
) -> None:
    await calls(ann, channel)
    (thread,) = channel.threads
    before = len(thread.history())
    await ann.send(thread, f"<@{env.bot.user.id}> what does 0xC004F211 mean?")
    await env.restart_bot(make_bot())
    await ann.send(thread, f"<@{env.bot.user.id}> and now?")

    assert len(thread.history()) == before + 2


@pytest.fixture
async def thread(env: Any, channel: Any, ann: Any, hal: Any) -> Any:
    """The thread of somebody who asked for a human, with a helper in it."""
    await calls(ann, channel)
    (opened,) = channel.threads
    env.backend.add_thread_member(opened.id, hal.id)
    return opened


async def test_one_helper_claims_also_after_a_restart(
    env: Any, thread: Any, hal: Any, card: Any, make_bot: Callable[[], Keyguide]
) -> None:
    first = thread.last_message
    await env.restart_bot(make_bot())
    await hal.click(first, label="I help")
    claimed = card(thread.last_message)

    assert f"<@{hal.id}> is helping." in claimed.text
    assert claimed.labels == ["Resolved", "Release", "Hand over"]


async def test_two_helpers_at_once_are_one(thread: Any, hal: Any, card: Any, assistant: Assistant) -> None:
    (request,) = await list_requests(assistant, thread.guild.id)
    claims = await asyncio.gather(*(claim_request(assistant, request, number) for number in range(1, 6)))
    late = await hal.click(thread.last_message, label="I help")

    assert claims.count(True) == 1

    assert "Somebody was faster" in card(late.response).text
    assert late.ephemeral


async def test_only_helpers_claim(channel: Any, ann: Any, helpers: Any, card: Any) -> None:
    await calls(ann, channel)
    (thread,) = channel.threads
    pressed = await ann.click(thread.last_message, label="I help")

    assert "Only helpers can do that" in card(pressed.response).text


@pytest.fixture
async def asked(thread: Any, hal: Any) -> Any:
    """That thread, when the helper says that it is resolved."""
    shown = await hal.click(thread.last_message, label="Resolved")
    await hal.submit_modal(shown, {})
    return thread


async def test_the_person_is_asked_whether_it_is_fixed(asked: Any, ann: Any, hal: Any, card: Any) -> None:
    opening, question = asked.history()

    assert f"<@{hal.id}> says that this is resolved." in card(opening).text
    assert card(opening).labels == []
    assert f"<@{ann.id}>, did that fix it?" in card(question).text


async def test_a_thread_that_we_lost_sight_of_is_still_the_one(
    env: Any, channel: Any, thread: Any, ann: Any, card: Any
) -> None:
    guild = env.bot.get_guild(channel.guild.id)
    guild._remove_thread(guild.get_thread(thread.id))  # noqa: SLF001 -- as after a missed event
    again = await calls(ann, channel)

    assert f"<#{thread.id}>" in card(again.response).text
    assert len(channel.threads) == 1


async def test_what_is_fixed_is_closed_and_counted(
    env: Any, asked: Any, ann: Any, card: Any, assistant: Assistant
) -> None:
    await ann.click(asked.last_message, label="Yes, it is fixed")

    (*_, last) = await assistant.ledger.list_entries(assistant.read_clock(), f"guild:{env.guild.id}")
    assert last.verdict == "good"
    assert "Good to hear" in card(asked.last_message).text
    assert sent(env, "PATCH", f"/channels/{asked.id}")[-1].json["archived"] is True
    assert await assistant.notes.list_notes(f"pleas:{env.guild.id}") == {}


async def test_what_is_not_fixed_goes_on_in_the_same_thread(
    channel: Any, asked: Any, ann: Any, card: Any
) -> None:
    await ann.click(asked.last_message, label="No, not yet")
    again = await calls(ann, channel)

    assert "is not fixed yet" in card(asked.last_message).text
    assert card(asked.last_message).labels == ["I help", "Resolved"]
    assert f"<#{asked.id}>" in card(again.response).text
    assert len(channel.threads) == 1


async def test_only_the_person_says_whether_it_is_fixed(asked: Any, hal: Any, card: Any) -> None:
    for label in ("Yes, it is fixed", "No, not yet"):
        pressed = await hal.click(asked.last_message, label=label)

        assert "somebody else" in card(pressed.response).text


async def test_the_person_may_resolve_and_nobody_else_who_is_no_helper(
    env: Any, thread: Any, ann: Any, ben: Any, card: Any
) -> None:
    env.backend.add_thread_member(thread.id, ben.id)
    bens = await ben.click(thread.last_message, label="Resolved")
    await ann.click(thread.last_message, label="Resolved")

    assert "Only helpers" in card(bens.response).text
    assert "did that fix it" in card(thread.last_message).text


@pytest.mark.usefixtures("helpers")
async def test_what_was_answered_in_a_direct_message_is_passed_on_when_it_calls_the_helpers(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    await ann.slash(channel, "topics")
    await ann.send_dm("diagnose my activation problem please")
    await card.press(ann.user, ann.user.dm_channel.last_message, "It is my own PC")
    picked = await ann.user.slash("human")
    shown = await ann.user.select(picked.response, [str(env.guild.id)])
    await ann.user.submit_modal(shown, {"sentence": "please"})

    (thread,) = channel.threads
    assert "**It is my own PC**" in card(thread.history()[-1]).text


@pytest.mark.usefixtures("helpers")
async def test_a_direct_message_lets_the_person_pick_the_server(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    other = env.create_guild("Elsewhere")
    other.create_text_channel("help")
    await ann.slash(channel, "topics")
    await ann.send_dm("i want to talk to a human")
    said = ann.user.dm_channel.last_message
    picked = await card.press(ann.user, said, "Call a helper")
    shown = await ann.user.select(picked.response, [str(env.guild.id)])
    result = await ann.user.submit_modal(shown, {"sentence": "please"})

    (thread,) = channel.threads
    assert list(card(picked.response).choices) == ["Test Guild"]
    assert f"<#{thread.id}>" in card(result.response).text


@pytest.mark.usefixtures("helpers")
async def test_a_direct_message_of_somebody_without_such_a_server_gets_the_official_ways(
    env: Any, channel: Any, card: Any
) -> None:
    stranger = env.create_user("stranger")
    result = await stranger.slash("human")

    assert "Microsoft" in card(result.response).text
    assert channel.threads == []


@pytest.mark.usefixtures("helpers")
async def test_a_server_that_does_not_answer_in_time_is_left_out(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    await ann.slash(channel, "topics")
    env.inject_error("GET", "/guilds/*/members/*", status=403)
    result = await ann.user.slash("human")

    assert "Microsoft" in card(result.response).text


async def test_only_servers_where_the_person_asked_lately_are_looked_at(assistant: Assistant) -> None:
    for server in range(1, 1001):
        await assistant.notes.set_note("helpers", str(server), "7")
    now = assistant.read_clock()
    for hours, server in enumerate(range(900, 1030)):
        when = now + timedelta(hours=hours)
        await assistant.ledger.record(LedgerEntry(when, "discord:5:server", f"guild:{server}", "menu"))

    assert await list_helping_servers(assistant, 5) == []  # the last 25 have no helpers, and no more are read
    assert await list_helping_servers(assistant, 6) == []
    await assistant.ledger.record(LedgerEntry(now, "discord:6:server", "guild:1000", "menu"))
    await assistant.ledger.record(LedgerEntry(now, "discord:6", "dm", "menu"))
    assert await list_helping_servers(assistant, 6) == [1000]
