"""What the bot remembers by itself: settings for when the store fails, and which events came before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.errors import StoreError
from keyguide.faces.discord.servers.server_settings import DEFAULTS, save_server_settings
from keyguide.faces.discord.servers.shared_state import BotMemory
from keyguide.store.memory import MemoryStore

ListNotes = Callable[..., Awaitable[dict[str, dict[str, str]]]]


async def hang(*_: object) -> dict[str, dict[str, str]]:
    await asyncio.Event().wait()
    return {}


async def fail(*_: object) -> dict[str, dict[str, str]]:
    raise StoreError("the server is away")


@pytest.mark.parametrize("list_notes", [hang, fail], ids=["frozen", "away"])
async def test_a_server_keeps_its_settings_while_the_store_is_away_or_frozen(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, list_notes: ListNotes
) -> None:
    assistant, memory = Assistant(knowledge, MemoryStore()), BotMemory()
    await save_server_settings(assistant, 1, language="de", public=True)
    before = await memory.read_settings(assistant, 1, 60.0)
    monkeypatch.setattr(assistant.notes, "list_notes_of", list_notes)
    during = await memory.read_settings(assistant, 1, 0.01)
    unknown = await memory.read_settings(assistant, 2, 0.01)

    assert before.language == "de"
    assert during == before
    assert unknown == DEFAULTS


async def test_settings_that_were_changed_hold_at_once(knowledge: Knowledge) -> None:
    assistant, memory = Assistant(knowledge, MemoryStore()), BotMemory()
    await memory.read_settings(assistant, 1, 60.0)
    await save_server_settings(assistant, 1, language="de")

    assert (await memory.read_settings(assistant, 1, 60.0)).language == "de"
    assert await memory.read_settings(assistant, None, 60.0) == DEFAULTS


def test_an_event_is_new_only_once_but_another_kind_with_its_id_is_another_event() -> None:
    memory = BotMemory()

    assert memory.note_event("message", 1)
    assert not memory.note_event("message", 1)
    assert memory.note_event("post", 1)


def test_events_are_not_remembered_for_ever() -> None:
    memory = BotMemory()
    for id in range(10_001):
        memory.note_event("message", id)

    assert not memory.note_event("message", 1)
    assert memory.note_event("message", 0)
