"""/privacy: what is kept about a person, to see, to have and to erase."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.faces.discord.client import Keyguide

pytestmark = pytest.mark.usefixtures("unhurried")

NOTHING: dict[str, object] = {"conversation": [], "ledger": [], "missed": [], "note": [], "session": []}


async def test_every_column_that_is_kept_is_told_with_its_reason(
    channel: Any, ann: Any, card: Any, assistant: Assistant
) -> None:
    shown = await ann.slash(channel, "privacy")
    result = await ann.click(shown.response, label="Every field")
    told = "\n".join(card(message).text for message in (result.response, *result.followups))

    assert result.ephemeral
    assert len(card(shown.response).text) < 400
    for columns in assistant.describe().values():
        assert all(f"- `{name}`: {reason}" in told for name, reason in columns)


async def test_everything_is_handed_out_as_a_file(channel: Any, ann: Any, card: Any) -> None:
    await ann.slash(channel, "ask", question="0xC004F211")
    shown = await ann.slash(channel, "privacy")
    last = [shown.response, *shown.followups][-1]
    result = await ann.click(last, label="Give me my data")

    (file,) = result.response.attachments
    assert result.ephemeral
    assert file.filename == "keyguide.json"
    assert file.size > 100


async def test_everything_is_deleted_after_a_second_press(
    env: Any, channel: Any, ann: Any, card: Any, assistant: Assistant
) -> None:
    await ann.slash(channel, "ask", question="0xC004F211")
    shown = await ann.slash(channel, "privacy")
    last = [shown.response, *shown.followups][-1]
    asked = await ann.click(last, label="Delete everything about me")
    before = await assistant.export(f"discord:{ann.id}:server")
    assert ann.id in env.bot.memory.languages
    done = await ann.click(asked.response, label="Yes, delete it")

    assert before["conversation"]
    assert "Records about you that were erased: 2" in card(done.response).text
    assert await assistant.export(f"discord:{ann.id}:server") == NOTHING
    assert ann.id not in env.bot.memory.languages


async def test_what_was_told_in_private_and_in_a_server_is_handed_out_and_deleted_together(
    channel: Any, ann: Any, card: Any, assistant: Assistant
) -> None:
    await ann.slash(channel, "ask", question="0xC004F211")
    await ann.send_dm("0xC004F034")
    shown = await ann.slash(channel, "privacy")
    last = [shown.response, *shown.followups][-1]
    export = await ann.click(last, label="Give me my data")
    asked = await ann.click(last, label="Delete everything about me")
    await ann.click(asked.response, label="Yes, delete it")

    (file,) = export.response.attachments
    records = json.loads(await file.read())
    assert {row["who"] for row in records["conversation"]} == {
        f"discord:{ann.id}",
        f"discord:{ann.id}:server",
    }
    assert len(records["ledger"]) == 2
    assert await assistant.export(f"discord:{ann.id}") == NOTHING
    assert await assistant.export(f"discord:{ann.id}:server") == NOTHING


async def test_who_changes_their_mind_keeps_everything(
    channel: Any, ann: Any, card: Any, assistant: Assistant
) -> None:
    await ann.slash(channel, "ask", question="0xC004F211")
    shown = await ann.slash(channel, "privacy")
    asked = await ann.click([shown.response, *shown.followups][-1], label="Delete everything about me")
    kept = await ann.click(asked.response, label="No, keep it")

    assert "Nothing was deleted" in card(kept.response).text
    assert (await assistant.export(f"discord:{ann.id}:server"))["conversation"]


async def test_it_works_in_a_direct_message_and_after_a_restart(
    env: Any, card: Any, make_bot: Callable[[], Keyguide]
) -> None:
    ann = env.create_user("ann")
    shown = await ann.slash("privacy")
    await env.restart_bot(make_bot())
    asked = await ann.click([shown.response, *shown.followups][-1], label="Delete everything about me")

    assert "Really delete" in card(asked.response).text


async def test_somebody_who_presses_too_fast_is_asked_to_wait(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    env.bot.memory.rate_limit.take = lambda _person: 1.0
    result = await ann.slash(channel, "privacy")

    assert "Please wait a few seconds" in card(result.response).text
