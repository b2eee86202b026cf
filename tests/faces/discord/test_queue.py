"""The helpers' work: who waits, who helps, handing on, and what fixed it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.discord.admin.erase_data import forget_server
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.help_requests.open_requests import (
    claim_request,
    list_requests,
    list_servers_with_requests,
    release_request,
)
from keyguide.faces.discord.servers.server_settings import save_server_settings
from keyguide.insight.helper_solutions import MAX_KEPT, SOLUTIONS, Solution, list_outdated, parse_solutions
from keyguide.store.memory import MemoryStore

KEY = "BCDFG-HJKMP-QRTVW-XY234-6789B"

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture
async def thread(env: Any, channel: Any, ann: Any, hal: Any, call_human: Any) -> Any:
    """The thread of somebody who asked for a human, with a helper in it."""
    await call_human(ann, channel, sentence="it says 0xC004F211 at me")
    (opened,) = channel.threads
    env.backend.add_thread_member(opened.id, hal.id)
    return opened


async def test_helpers_see_who_waits_and_who_helps(
    channel: Any, ann: Any, ben: Any, hal: Any, call_human: Any, card: Any
) -> None:
    await call_human(ann, channel)
    await call_human(ben, channel)
    first, _ = channel.threads
    queue = await hal.slash(channel, "queue")
    before = card(queue.response)
    taken = await hal.select(queue.response, [str(first.id)])

    after = card(taken.response)
    assert queue.ephemeral
    assert "**2** waiting · **0** being helped" in before.text
    assert f"<#{first.id}> · <@{ann.id}> · asked <t:" in before.text
    assert list(before.choices) == ["1. Help for ann", "2. Help for ben"]
    assert "**1** waiting · **1** being helped" in after.text
    assert f"<#{first.id}> · <@{ann.id}> · <@{hal.id}> is helping, since <t:" in after.text
    assert f"You are helping now: <#{first.id}>" in after.text
    assert list(after.choices) == ["1. Help for ben"]
    assert card(first.history()[-1]).labels == ["Resolved", "Release", "Hand over"]


async def test_an_empty_queue_says_so(channel: Any, hal: Any, card: Any) -> None:
    queue = await hal.slash(channel, "queue")

    assert "**0** waiting · **0** being helped" in card(queue.response).text
    assert card(queue.response).ids == []


@pytest.mark.parametrize(("who", "may"), [("ann", False), ("hal", True), ("kim", True)])
async def test_the_queue_is_for_helpers_and_managers(
    request: pytest.FixtureRequest, channel: Any, hal: Any, card: Any, who: str, *, may: bool
) -> None:
    queue = await request.getfixturevalue(who).slash(channel, "queue")

    assert ("Who waits for a helper" in card(queue.response).text) is may
    assert ("Only helpers can do that" in card(queue.response).text) is not may
    assert queue.ephemeral


async def test_a_stranger_finds_no_queue_in_direct_messages(env: Any) -> None:
    told = env.backend.find_command("queue", None, type=1)

    assert (told["contexts"], told["integration_types"]) == ([0], [0])


async def test_of_two_helpers_who_see_the_same_queue_one_takes_a_request(
    channel: Any, thread: Any, hal: Any, kim: Any, card: Any
) -> None:
    queues = [await person.slash(channel, "queue") for person in (hal, kim)]
    first = await hal.select(queues[0].response, [str(thread.id)])
    second = await kim.select(queues[1].response, [str(thread.id)])

    assert "You are helping now" in card(first.response).text
    assert "Somebody was faster" in card(second.response).text


async def test_of_many_helpers_who_press_at_once_exactly_one_helps(
    env: Any, thread: Any, assistant: Assistant
) -> None:
    (request,) = await list_requests(assistant, env.guild.id)
    claims = await asyncio.gather(*(claim_request(assistant, request, number) for number in range(1, 9)))

    (claimed,) = await list_requests(assistant, env.guild.id)
    assert claims.count(True) == 1
    assert claimed.helper == claims.index(True) + 1


async def test_a_request_that_is_closed_cannot_be_taken(
    channel: Any, thread: Any, ann: Any, hal: Any, card: Any
) -> None:
    queue = await hal.slash(channel, "queue")
    await ann.click(thread.last_message, label="Resolved")
    taken = await hal.select(queue.response, [str(thread.id)])

    assert "This request is closed already" in card(taken.response).text


async def test_a_helper_releases_a_request_and_another_takes_it(
    env: Any, thread: Any, hal: Any, kim: Any, card: Any, make_bot: Callable[[], Keyguide]
) -> None:
    env.backend.add_thread_member(thread.id, kim.id)
    await hal.click(thread.last_message, label="I help")
    await env.restart_bot(make_bot())
    await hal.click(thread.last_message, label="Release")
    released = card(thread.last_message)
    await kim.click(thread.last_message, label="I help")

    assert f"<@{hal.id}> cannot go on. Who helps?" in released.text
    assert "is helping" not in released.text
    assert released.labels == ["I help", "Resolved"]
    assert f"<@{kim.id}> is helping." in card(thread.last_message).text
    assert "cannot go on" not in card(thread.last_message).text


async def test_a_helper_hands_a_request_over_to_another_and_only_to_one(
    env: Any, thread: Any, ann: Any, hal: Any, helpers: Any, card: Any, assistant: Assistant
) -> None:
    ida = env.guild.add_member(env.create_user("ida"), roles=[helpers])
    await hal.click(thread.last_message, label="I help")
    refused = await hal.submit_modal(
        await hal.click(thread.last_message, label="Hand over"), {"helper": [ann]}
    )
    await hal.submit_modal(await hal.click(thread.last_message, label="Hand over"), {"helper": [ida]})

    (request,) = await list_requests(assistant, env.guild.id)
    assert "That person is no helper here" in card(refused.response).text
    assert request.helper == ida.id
    assert f"<@{hal.id}> hands over to <@{ida.id}>, who is helping now." in card(thread.last_message).text
    assert any(f"/thread-members/{ida.id}" in one.path for one in env.http_requests)


@pytest.mark.parametrize("label", ["Release", "Hand over", "Resolved"])
async def test_only_helpers_release_hand_over_and_resolve(
    env: Any, thread: Any, hal: Any, ben: Any, card: Any, label: str
) -> None:
    env.backend.add_thread_member(thread.id, ben.id)
    await hal.click(thread.last_message, label="I help")
    pressed = await ben.click(thread.last_message, label=label)

    assert "Only helpers can do that" in card(pressed.response).text


async def test_a_button_of_a_request_that_was_changed_meanwhile_says_so(
    env: Any, thread: Any, hal: Any, card: Any, assistant: Assistant
) -> None:
    await hal.click(thread.last_message, label="I help")
    (request,) = await list_requests(assistant, env.guild.id)
    await release_request(assistant, request)
    pressed = await hal.click(thread.last_message, label="Release")

    assert "Somebody else has just changed this" in card(pressed.response).text


async def test_a_helper_who_is_erased_leaves_the_request_to_others(
    env: Any, thread: Any, hal: Any, assistant: Assistant
) -> None:
    await hal.click(thread.last_message, label="I help")
    kept = await assistant.export(f"discord:{hal.id}")
    await assistant.forget(f"discord:{hal.id}")

    (request,) = await list_requests(assistant, env.guild.id)
    assert str(thread.id) in str(kept)
    assert request.helper == 0
    assert await claim_request(assistant, request, 7)


async def test_what_fixed_it_becomes_a_masked_draft_beside_what_was_asked(
    env: Any, channel: Any, thread: Any, ann: Any, hal: Any, card: Any, assistant: Assistant
) -> None:
    await ann.slash(channel, "error", code="0xC004F211")
    opening = thread.last_message
    shown = await hal.click(opening, label="Resolved")
    text = f"<@{ann.id}> had to enter {KEY} again, mail me at hal@example.org"
    await hal.submit_modal(shown, {"fix": text})

    (solution,) = parse_solutions(await assistant.notes.list_notes(SOLUTIONS))
    assert shown.modal["title"] == "What fixed it?"
    assert "0xC004F211" in solution.asked
    assert "at me" not in solution.asked
    assert solution.place == f"guild:{env.guild.id}"
    assert "had to enter" in solution.fix
    assert not any(secret in solution.value for secret in (KEY[:20], str(ann.id), "hal@example.org"))
    assert "did that fix it?" in card(thread.last_message).text


async def test_an_empty_form_resolves_and_keeps_nothing(
    thread: Any, hal: Any, card: Any, assistant: Assistant
) -> None:
    await hal.submit_modal(await hal.click(thread.last_message, label="Resolved"), {})

    assert await assistant.notes.list_notes(SOLUTIONS) == {}
    assert f"<@{hal.id}> says that this is resolved." in card(thread.history()[0]).text


class TestWhereQuestionsAreKept:
    """Where the operator keeps questions, the sentence of the person stands beside what fixed it."""

    @pytest.fixture
    def assistant(self, real: Knowledge, today: Any) -> Assistant:
        return Assistant(real, MemoryStore(), today, keep_misses=True)

    async def test_the_sentence_is_kept_too(self, thread: Any, hal: Any, assistant: Assistant) -> None:
        await hal.submit_modal(await hal.click(thread.last_message, label="Resolved"), {"fix": "a reboot"})

        (solution,) = parse_solutions(await assistant.notes.list_notes(SOLUTIONS))
        assert solution.asked.startswith("it says 0xC004F211 at me")


def test_solutions_that_are_old_or_too_many_are_erased(today: Any) -> None:
    moments = [today.now - timedelta(minutes=number) for number in range(MAX_KEPT + 2)]
    old = today.now - timedelta(days=181)
    solutions = [Solution(moment, "guild:1", "asked", "fix") for moment in (*moments, old)]
    notes = {solution.name: solution.value for solution in solutions} | {"damaged": "{"}

    expected = {moments[-1].isoformat(), moments[-2].isoformat(), old.isoformat(), "damaged"}
    assert {name.partition(" ")[0] for name in list_outdated(notes, today.now)} == expected


async def test_a_person_calls_only_as_often_in_a_day_as_the_server_allows(
    env: Any,
    channel: Any,
    ann: Any,
    helpers: Any,
    call_human: Any,
    card: Any,
    assistant: Assistant,
    today: Any,
) -> None:
    await save_server_settings(assistant, env.guild.id, daily_limit="1")
    await call_human(ann, channel)
    await ann.click(channel.threads[0].last_message, label="Resolved")
    refused = await call_human(ann, channel)
    today.now += timedelta(days=1)
    tomorrow = await call_human(ann, channel)

    assert "as often as this server allows in a day (1)" in card(refused.response).text
    assert "Microsoft" in card(refused.response).text
    assert "The helpers were called" in card(tomorrow.response).text


async def test_a_server_that_is_forgotten_leaves_nothing(
    env: Any, channel: Any, thread: Any, hal: Any, assistant: Assistant
) -> None:
    await hal.click(thread.last_message, label="I help")
    await hal.submit_modal(await hal.click(thread.last_message, label="Resolved"), {"fix": "a reboot"})
    await forget_server(assistant, env.guild.id)

    assert await list_requests(assistant, env.guild.id) == []
    assert await list_servers_with_requests(assistant) == []
    for place in (SOLUTIONS, f"called:{env.guild.id}", f"helping:{env.guild.id}:{thread.id}"):
        assert await assistant.notes.list_notes(place) == {}
