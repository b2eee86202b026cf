"""Who may use which command: members, helpers, managers, and strangers in a direct message."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from keyguide.faces.discord.client import Keyguide

pytestmark = pytest.mark.usefixtures("unhurried")

MANAGE = str(1 << 5)
FOR_EVERYBODY = {
    "ask",
    "diagnose",
    "error",
    "topics",
    "human",
    "help",
    "privacy",
    "Answer this",
    "Diagnose this",
}
FOR_MANAGERS = {"setup", "doctor", "insights", "own-answer"}
FOR_HELPERS = {"queue"}
REFUSALS = ("You need the permission **Manage Server**", "Only helpers can do that")


def test_every_command_is_for_somebody(simcord_bot: Keyguide) -> None:
    kinds = discord.AppCommandType.chat_input, discord.AppCommandType.message
    names = {command.name for kind in kinds for command in simcord_bot.tree.get_commands(type=kind)}

    assert names == FOR_EVERYBODY | FOR_MANAGERS | FOR_HELPERS


@pytest.mark.parametrize("name", sorted(FOR_MANAGERS | FOR_HELPERS))
async def test_the_commands_of_a_server_are_not_offered_elsewhere(env: Any, name: str) -> None:
    told = env.backend.find_command(name, None, type=1)

    assert (told["contexts"], told["integration_types"]) == ([0], [0])
    assert (told["default_member_permissions"] == int(MANAGE)) is (name in FOR_MANAGERS)


@pytest.mark.parametrize("who", ["ann", "hal", "kim"])
@pytest.mark.parametrize("name", sorted(FOR_MANAGERS | FOR_HELPERS))
async def test_only_those_whom_a_command_is_for_see_more_than_a_refusal(
    request: pytest.FixtureRequest, env: Any, channel: Any, helpers: Any, card: Any, name: str, who: str
) -> None:
    person = request.getfixturevalue(who)
    command = env.backend.find_command(name, None)
    env.guild.set_command_permissions(int(command["id"]), {person.user: True})  # a server may allow anybody
    result = await person.slash(channel, name)

    may = who == "kim" or (who == "hal" and name in FOR_HELPERS)
    text = card(result.response).text
    assert result.ephemeral
    assert any(refusal in text for refusal in REFUSALS) is not may
    assert bool(card(result.response).ids) is (may and name not in {"doctor", "insights", "queue"})


@pytest.mark.parametrize(
    ("name", "options"), [("topics", {}), ("help", {}), ("privacy", {}), ("error", {"code": "0xC004F211"})]
)
async def test_a_stranger_is_answered_in_a_direct_message(
    env: Any, card: Any, name: str, options: dict[str, str]
) -> None:
    result = await env.create_user("stranger").slash(name, **options)

    assert not any(refusal in card(result.response).text for refusal in REFUSALS)
