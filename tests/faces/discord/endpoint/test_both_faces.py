"""The gateway and the endpoint answer the same interactions with the same bytes."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.faces.discord.connection import sending

pytestmark = pytest.mark.asyncio(loop_scope="module")

sockets: Any = sys.modules["discord_sockets"]
MANAGER, HELPER_ROLE = str(1 << 5), sockets.HELPERS


@pytest.fixture(autouse=True)
def somebody(both: Any) -> None:
    """Everybody is somebody else, so that nobody is too fast."""
    both.fake.somebody_else()
    both.person = both.fake.person


async def test_commands_with_every_kind_of_answer(both: Any) -> None:
    await both.slash("ask", question="how do i link my windows licence to my microsoft account")
    await both.slash("ask", question="what is the weather in Rome")
    await both.slash("error", code="0xC004F211")
    await both.slash("topics")
    await both.slash("help")
    assert both.compared >= 5


async def test_somebody_who_is_too_fast_is_asked_to_wait(both: Any) -> None:
    answers = [await both.slash("topics") for _ in range(7)]

    assert "Please wait a few seconds" in sockets.text(answers[-1]["data"])


async def test_a_diagnosis_by_buttons_and_selects(both: Any) -> None:
    first = await both.slash("diagnose", trouble="not-activated")
    second = await both.press(first, "It is my own PC")
    third = await both.press(second, "Start over") if "Start over" in str(second) else second

    assert "Question 2" in sockets.text(second["data"])
    assert third


async def test_german_private_messages_and_public_answers(both: Any) -> None:
    dm = {"guild_id": None, "guild": None, "member": None, "user": both.person, "context": 1,
          "channel": {"id": "1200000000000000999", "type": 1, "recipients": [both.person]}}  # fmt: skip
    gone = {name: value for name, value in dm.items() if value is not None}
    german = await both.slash("ask", question="what is 0xC004F211", more={"locale": "de"})
    private = await both.ask(
        2, {"id": "1200000000000000400", "name": "topics", "type": 1, "options": []},
        without=("guild_id", "guild", "member", "guild_locale"), **gone,
    )  # fmt: skip

    assert german["type"] == private["type"] == 4


async def test_the_menus_of_a_message(both: Any) -> None:
    asked = sockets.message({}, content="my pc says 0xC004F211 and i cannot activate windows")
    for name in ("Answer this", "Diagnose this"):
        data = {"id": "1200000000000000401", "name": name, "type": 3, "target_id": asked["id"],
                "resolved": {"messages": {asked["id"]: asked}}}  # fmt: skip
        answer = await both.ask(2, data)

        assert answer["type"] == 4


@pytest.mark.parametrize(("command", "option"), [("ask", "question"), ("error", "code")])
async def test_suggestions_while_typing(both: Any, command: str, option: str) -> None:
    told = [{"name": option, "type": 3, "value": "0x" if command == "error" else "link", "focused": True}]
    data = {"id": "1200000000000000400", "name": command, "type": 1, "options": told}
    answer = await both.ask(4, data)

    assert answer["type"] == 8
    assert len(answer["data"]["choices"]) > 3


async def test_privacy_with_its_file_and_its_question(both: Any) -> None:
    shown = await both.slash("privacy")
    exported = await both.press(shown, "Give me my data")
    question = await both.press(shown, "Delete everything about me")

    assert exported["data"]["attachments"][0]["filename"] == "keyguide.json"
    assert question["type"] == 4


async def test_a_private_card_is_shown_to_everyone(both: Any) -> None:
    shown = await both.slash("ask", question="how do i link my windows licence to my microsoft account")
    updated = await both.press(shown, "Show to everyone")

    assert updated["type"] == 7


async def test_a_button_of_another_version_leads_on(both: Any) -> None:
    shown = sockets.message({}, flags=1 << 15)
    answer = await both.ask(3, {"custom_id": "old:thing", "component_type": 2}, message=shown)

    assert answer["type"] == 4


async def test_a_manager_sets_it_up_and_a_member_calls_the_helpers(both: Any) -> None:
    manager = {"permissions": MANAGER}
    card = await both.slash("setup", more=manager)
    card = await both.choose(card, "w:set:helper_channel", 8, sockets.CHANNEL, **manager)
    await both.choose(card, "w:set:helper_role", 6, HELPER_ROLE, **manager)
    doctor = await both.slash("doctor", more=manager)
    both.fake.somebody_else()
    both.person = both.fake.person
    form = await both.slash("human")
    sentence = {"type": 4, "custom_id": "sentence", "value": "it is urgent"}
    opened = await both.ask(
        5,
        {"custom_id": form["data"]["custom_id"], "components": [{"type": 18, "component": sentence}]},
    )

    assert "Manage Messages" in sockets.text(doctor["data"])
    assert form["type"] == 9
    assert sockets.THREAD in sockets.text(opened["data"])


async def test_a_helper_claims_and_resolves(both: Any) -> None:
    asker = both.person["id"]
    both.fake.somebody_else()
    both.person = both.fake.person
    buttons = [
        {"type": 2, "style": 1, "label": label, "custom_id": f"w:{action}:{asker}"}
        for label, action in (("I help", "claim"), ("Resolved", "resolve"))
    ]
    shown = {"data": {"components": [{"type": 1, "components": buttons}]}}
    stranger = await both.press(shown, "I help")
    claimed = await both.press(shown, "I help", roles=[HELPER_ROLE])
    form = await both.press(shown, "Resolved", roles=[HELPER_ROLE])
    field = {"type": 4, "custom_id": "fix", "value": "another key"}
    resolved = await both.ask(
        5,
        {"custom_id": form["data"]["custom_id"], "components": [{"type": 18, "component": field}]},
        message=sockets.message(shown["data"], flags=1 << 15),
        roles=[HELPER_ROLE],
    )

    assert stranger["type"] == 4
    assert (claimed["type"], form["type"], resolved["type"]) == (7, 9, 7)


async def test_the_figures_of_a_server(both: Any) -> None:
    await both.slash("topics")
    figures = await both.slash("insights", more={"permissions": MANAGER})

    assert "30 days" in sockets.text(figures["data"])


async def test_what_takes_long_is_announced_and_follows(both: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = Assistant.reply

    async def slowly(self: Assistant, turn: Any) -> Any:
        await asyncio.sleep(0.3)
        return await reply(self, turn)

    monkeypatch.setattr(Assistant, "reply", slowly)
    monkeypatch.setattr(sending, "DEFER_AFTER", 0.05)
    announced = await both.slash("topics")

    assert announced["type"] == 5
