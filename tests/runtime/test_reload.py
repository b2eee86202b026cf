"""New knowledge while the program runs: checked first, and the old kept where it is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Kind, Turn
from keyguide.load.knowledge import open_knowledge
from keyguide.runtime import reload
from keyguide.runtime.reload import Reloader
from keyguide.store.memory import MemoryStore

TITLE = "title: "


@pytest.fixture
def assistant(folder: Any) -> Assistant:
    return Assistant(open_knowledge(folder.path), MemoryStore())


@pytest.fixture
def one(folder: Any, assistant: Assistant) -> Reloader:
    async def read() -> Knowledge:
        return open_knowledge(folder.path)

    return Reloader(folder.path, read, assistant)


def some_file(folder: Any) -> Path:
    return next(iter(sorted((folder.path / "flows").glob("*.yaml"))))


def rewrite(folder: Any, change: Callable[[str], str]) -> None:
    path = some_file(folder)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


async def test_what_changed_is_taken_up(folder: Any, one: Reloader, assistant: Assistant) -> None:
    before = assistant.knowledge
    rewrite(folder, lambda text: text + "# changed\n")
    said = await one.reload()

    assert assistant.knowledge is not before
    assert said == f"new knowledge: {assistant.knowledge.version}"


async def test_whoever_must_know_is_told(folder: Any, one: Reloader) -> None:
    told: list[str] = []

    async def learnt() -> None:
        told.append("learnt")

    one.listeners.append(learnt)
    await one.reload()
    rewrite(folder, lambda text: text + "# changed\n")
    await one.reload()

    assert told == ["learnt"]


async def test_what_is_wrong_is_told_and_the_old_stays(
    folder: Any, one: Reloader, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    before = assistant.knowledge
    rewrite(folder, lambda text: text.replace(TITLE, "titel: ", 1))
    said = await one.reload()

    assert assistant.knowledge is before
    assert "unknown key `titel`" in said
    assert "unknown key `titel`" in caplog.text


async def test_nothing_new_changes_nothing(one: Reloader, assistant: Assistant) -> None:
    before = assistant.knowledge
    said = await one.reload()

    assert assistant.knowledge is before
    assert said.startswith("nothing has changed")


async def test_two_at_once_take_turns(assistant: Assistant, folder: Any) -> None:
    inside: list[int] = []

    async def read() -> Knowledge:
        inside.append(1)
        await asyncio.sleep(0)
        assert len(inside) == 1
        inside.pop()
        return assistant.knowledge

    one = Reloader(folder.path, read, assistant)

    assert len(await asyncio.gather(one.reload(), one.reload())) == 2


async def test_a_folder_that_is_watched_is_taken_up_once_it_is_quiet(
    folder: Any, one: Reloader, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reload, "_POLL_SECONDS", 0.01)
    learnt = asyncio.Event()

    async def told() -> None:
        learnt.set()

    one.listeners.append(told)
    before = assistant.knowledge
    watching = asyncio.create_task(one.watch())
    await asyncio.sleep(0.05)
    rewrite(folder, lambda text: text + "# changed\n")
    await asyncio.wait_for(learnt.wait(), 30)
    watching.cancel()

    assert assistant.knowledge is not before


def test_a_file_that_an_editor_just_took_away_is_no_trouble(folder: Any) -> None:
    (folder.path / "flows" / "gone.yaml").symlink_to(folder.path / "nowhere.yaml")

    assert len(list(reload._list_file_states(folder.path))) > 3  # noqa: SLF001 -- the smallest part, held alone


async def test_other_processes_with_the_same_store_follow(
    folder: Any, assistant: Assistant, one: Reloader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reload, "_FOLLOW_SECONDS", 0.01)
    other = Assistant(assistant.knowledge, assistant.notes)  # type: ignore[arg-type]  # the same store
    read = one._read  # noqa: SLF001 -- the same folder
    following = asyncio.create_task(Reloader(folder.path, read, other).follow_others())
    await asyncio.sleep(0.05)
    before = other.knowledge
    rewrite(folder, lambda text: text + "# changed\n")
    await one.reload()
    async with asyncio.timeout(10):
        while other.knowledge is before:  # noqa: ASYNC110 -- it has no event
            await asyncio.sleep(0.01)
    following.cancel()

    assert other.knowledge.version == assistant.knowledge.version


async def test_mistakes_in_new_knowledge_disturb_nobody_who_talks(
    folder: Any, one: Reloader, assistant: Assistant
) -> None:
    rewrite(folder, lambda text: text.replace(TITLE, "titel: ", 1))
    results = await asyncio.gather(
        *(assistant.reply(Turn(f"p{number}", "menu")) for number in range(50)),
        one.reload(),
        *(assistant.reply(Turn(f"q{number}", "menu")) for number in range(50)),
    )

    assert "the new has mistakes" in results.pop(50)
    assert {reply.kind for reply in results} == {Kind.MENU}
