"""The commands and message menus, as people use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Reply, Turn
from keyguide.errors import StoreError
from keyguide.faces.discord.client import Keyguide

GUILD, DM, PRIVATE = 0, 1, 2
SERVER, PERSON = 0, 1
REPORT = """Name: Windows(R), Professional edition
Description: Windows(R) Operating System, RETAIL channel
License Status: Notification
Notification Reason: 0xC004F034"""


async def test_a_question_is_answered_to_the_asker_alone(channel: Any, ann: Any, card: Any) -> None:
    result = await ann.slash(channel, "ask", question="how do i link my windows key to my account")

    assert result.ephemeral
    assert "Link your licence" in card(result.response).text
    assert "That fixed it" in card(result.response).labels


async def test_an_answer_names_its_sources_and_when_it_was_verified(
    channel: Any, ann: Any, card: Any
) -> None:
    result = await ann.slash(channel, "ask", question="go/link-how")

    (small,) = [line for line in card(result.response).text.splitlines() if line.startswith("-# ")]
    assert "](https://" in small
    assert "Checked:" in small


async def test_typing_a_question_offers_titles_and_common_questions(channel: Any, ann: Any) -> None:
    titles = await ann.autocomplete(channel, "ask", "question", "")
    choices = await ann.autocomplete(channel, "ask", "question", "motherboard")

    assert len(titles) == 25
    assert all("motherboard" in choice["name"].lower() for choice in choices)
    assert len({choice["value"] for choice in choices}) == len(choices) > 1


async def test_a_suggestion_that_was_picked_opens_its_answer(channel: Any, ann: Any, card: Any) -> None:
    (choice, *_) = await ann.autocomplete(channel, "ask", "question", "link your licence")
    result = await ann.slash(channel, "ask", question=choice["value"])

    assert choice["name"] in card(result.response).text


async def test_nothing_is_offered_for_words_that_no_answer_holds(channel: Any, ann: Any) -> None:
    assert await ann.autocomplete(channel, "ask", "question", "zebra crossing") == []


async def test_a_diagnosis_begins_with_its_first_question(channel: Any, ann: Any, card: Any) -> None:
    result = await ann.slash(channel, "diagnose", trouble="is-it-linked")

    assert "Question 1 of at most" in card(result.response).text


async def test_diagnose_without_a_choice_shows_all_of_them(channel: Any, ann: Any, card: Any) -> None:
    result = await ann.slash(channel, "diagnose")

    assert "Why is Windows not activated?" in card(result.response).choices


async def test_every_flow_is_a_choice_of_diagnose(assistant: Assistant, env: Any, channel: Any) -> None:
    command = env.backend.find_command("diagnose", None, type=1)
    option, _ = command["options"]

    assert {choice["value"] for choice in option["choices"]} == set(assistant.knowledge.flows)


async def test_a_code_is_explained(channel: Any, ann: Any, card: Any) -> None:
    (choice, *_) = await ann.autocomplete(channel, "error", "code", "c004f211")
    result = await ann.slash(channel, "error", code=choice["value"])

    assert choice["value"] == "0xC004F211"
    assert "0xC004F211" in card(result.response).text


async def test_a_code_is_explained_in_the_middle_of_a_diagnosis(channel: Any, ann: Any, card: Any) -> None:
    await ann.slash(channel, "diagnose", trouble="not-activated")
    result = await ann.slash(channel, "error", code="0xC004F211")

    assert "0xC004F211" in card(result.response).text
    assert "Continue where you were" in card(result.response).labels


async def test_a_code_with_a_slip_is_asked_about(channel: Any, ann: Any, card: Any) -> None:
    result = await ann.slash(channel, "error", code="0xC004F21F")

    assert "Did you mean" in card(result.response).text


async def test_topics_are_browsed_by_group(channel: Any, ann: Any, card: Any) -> None:
    groups = await ann.slash(channel, "topics")
    group = await card.press(ann, groups.response, "Product keys and licences")
    shelf = card(group.response)
    answer = await ann.select(group.response, [next(iter(shelf.choices.values()))])

    assert "Product keys and licences" in shelf.text
    assert next(iter(shelf.choices)) in card(answer.response).text


async def test_human_shows_the_official_ways(channel: Any, ann: Any, card: Any) -> None:
    result = await ann.slash(channel, "human")

    assert "these people can see your licence" in card(result.response).text
    assert "pass on" not in card(result.response).text


async def test_help_says_what_can_be_done(channel: Any, ann: Any, card: Any) -> None:
    result = await ann.slash(channel, "help")

    assert "/diagnose" in card(result.response).text
    assert {"Menu", "Browse all topics", "Ask a human"} <= set(card(result.response).labels)


async def test_anybodys_message_can_be_answered(channel: Any, ann: Any, ben: Any, card: Any) -> None:
    message = await ben.send(channel, f"guys what is this\n{REPORT}")
    result = await ann.context_menu(channel, "Answer this", message)

    assert result.ephemeral
    assert "You pasted: " in card(result.response).text


async def test_anybodys_message_can_be_diagnosed(channel: Any, ann: Any, ben: Any, card: Any) -> None:
    message = await ben.send(channel, "my windows says it is not activated since the new motherboard")
    result = await ann.context_menu(channel, "Diagnose this", message)

    assert "Question 1 of at most" in card(result.response).text


async def test_a_message_with_nothing_to_diagnose_gets_an_honest_answer(
    channel: Any, ann: Any, ben: Any, card: Any
) -> None:
    message = await ben.send(channel, "lovely weather in rome today")
    result = await ann.context_menu(channel, "Diagnose this", message)

    assert "Question" not in card(result.response).text
    assert "Menu" in card(result.response).labels


async def test_a_message_without_words_is_told_so(channel: Any, ann: Any, ben: Any, card: Any) -> None:
    message = await ben.send(channel, attachments=[("notes.bin", b"bin")])
    result = await ann.context_menu(channel, "Answer this", message)

    assert "I didn't get any text" in card(result.response).text


@pytest.mark.parametrize("command", ["Answer this", "Diagnose this"])
async def test_a_picture_alone_is_told_to_be_unread(
    channel: Any, ann: Any, ben: Any, card: Any, command: str
) -> None:
    message = await ben.send(channel, attachments=[("screen.png", b"png")])
    result = await ann.context_menu(channel, command, message)

    assert card(result.response).text.startswith("> I cannot read pictures.")
    assert "I got no words" not in card(result.response).text


async def test_everything_works_in_a_persons_own_conversation_with_us(env: Any, card: Any) -> None:
    ann = env.create_user("ann")
    result = await ann.slash("ask", question="0xC004F211")

    assert not result.ephemeral
    assert "Show to everyone" not in card(result.response).labels


@pytest.mark.parametrize(
    "name", ["ask", "diagnose", "error", "topics", "human", "help", "Answer this", "Diagnose this"]
)
def test_commands_are_there_for_servers_people_and_every_place(
    make_bot: Callable[[], Keyguide], name: str
) -> None:
    tree = make_bot().tree
    (told,) = (command.to_dict(tree) for command in tree.get_commands() if command.name == name)

    assert told["contexts"] == [GUILD, DM, PRIVATE]
    assert told["integration_types"] == [SERVER, PERSON]


async def test_a_user_installed_app_answers_in_a_server_that_we_are_not_in(
    arriving: Any, channel: Any, ann: Any, card: Any
) -> None:
    elsewhere = str(10**17)
    arriving(
        guild_id=elsewhere,
        guild={"id": elsewhere, "locale": "de", "features": []},
        authorizing_integration_owners={"1": str(ann.id)},
    )
    result = await ann.slash(channel, "diagnose", trouble="not-activated")
    asked = card(result.response).text
    onward = await card.press(ann, result.response, "It is my own PC")

    assert result.ephemeral
    assert "Question 1" in asked
    assert "Question 2" in card(onward.response).text


async def test_a_user_installed_app_answers_privately_in_a_group(arriving: Any, env: Any, card: Any) -> None:
    ann = env.create_user("ann")
    arriving(context=PRIVATE, authorizing_integration_owners={"1": str(ann.id)})
    result = await ann.slash("ask", question="0xC004F211")

    assert result.ephemeral
    assert "Show to everyone" in card(result.response).labels


async def test_a_private_answer_speaks_the_language_of_the_person(
    arriving: Any, channel: Any, ann: Any, card: Any
) -> None:
    arriving(locale="de")
    result = await ann.slash(channel, "topics")

    assert "Alles, was ich beantworten kann" in card(result.response).text


async def test_a_person_who_is_too_fast_is_asked_to_wait(channel: Any, ann: Any, ben: Any, card: Any) -> None:
    results = [await ann.slash(channel, "topics") for _ in range(6)]
    other = await ben.slash(channel, "topics")

    assert "Please wait a few seconds" in card(results[5].response).text
    assert results[5].ephemeral
    assert [("Please wait" in card(result.response).text) for result in (*results[:5], other)] == [False] * 6


async def test_after_a_pause_a_person_is_answered_again(
    channel: Any, ann: Any, card: Any, clock: Any
) -> None:
    for _ in range(6):
        await ann.slash(channel, "topics")
    clock.now += 11
    result = await ann.slash(channel, "topics")

    assert "Please wait" not in card(result.response).text


async def test_a_memory_that_fails_is_told_to_the_person_and_logged(
    env: Any, ann: Any, card: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    channel = env.guild.create_text_channel("other")

    async def fails(self: Assistant, turn: Turn) -> Reply:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Assistant, "reply", fails)
    result = await ann.slash(channel, "ask", question="my secret words")

    assert result.ephemeral
    assert "Something went wrong on my side" in card(result.response).text
    assert "the disk is full" in caplog.text
    assert "my secret words" not in caplog.text
    assert [record.levelname for record in caplog.records] == ["ERROR"]
