"""The texts of the last minutes: kept for a moment, in this process alone, and never stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keyguide import recent_texts, reply_cache
from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Kind, Reply, Turn
from keyguide.recent_texts import RecentTexts
from keyguide.store.memory import MemoryStore
from keyguide.store.sqlite.store import open_sqlite

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
KEY = "AB1CD-2EF3G-H4JK5-L6MN7-P8QR9"


@pytest.fixture
def texts() -> RecentTexts:
    return RecentTexts()


class MovedClock:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Listening:
    """A stand-in for the engine that keeps every turn that it gets."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def __call__(self, _knowledge: object, talk: Conversation, turn: Turn) -> tuple[Conversation, Reply]:
        self.turns.append(turn)
        return talk, Reply(Kind.MENU, "Menu", masked_text=turn.text.replace(KEY, "***"))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Listening:
    listening = Listening()
    monkeypatch.setattr(reply_cache, "respond", listening)
    return listening


@pytest.fixture
def moment() -> MovedClock:
    return MovedClock()


@pytest.fixture
def assistant(engine: Listening, moment: MovedClock) -> Assistant:
    return Assistant(None, MemoryStore(clock=moment), clock=moment)  # type: ignore[arg-type]


def test_nobody_has_said_anything_yet(texts: RecentTexts) -> None:
    assert texts.recall("ann", NOON) == ()


def test_texts_come_back_oldest_first(texts: RecentTexts) -> None:
    texts.add("ann", "one", NOON)
    texts.add("ann", "two", NOON + MINUTE)

    assert texts.recall("ann", NOON + MINUTE) == ("one", "two")


def test_only_the_last_three_texts_are_kept(texts: RecentTexts) -> None:
    for text in ("one", "two", "three", "four"):
        texts.add("ann", text, NOON)

    assert texts.recall("ann", NOON) == ("two", "three", "four")


def test_a_text_is_kept_for_ten_minutes(texts: RecentTexts) -> None:
    texts.add("ann", "one", NOON)
    texts.add("ann", "two", NOON + 5 * MINUTE)

    assert texts.recall("ann", NOON + 10 * MINUTE) == ("one", "two")
    assert texts.recall("ann", NOON + 10 * MINUTE + SECOND) == ("two",)
    assert texts.recall("ann", NOON + 15 * MINUTE + SECOND) == ()


def test_everybody_has_texts_of_their_own(texts: RecentTexts) -> None:
    texts.add("ann", "hers", NOON)
    texts.add("bob", "his", NOON)

    assert texts.recall("ann", NOON) == ("hers",)
    assert texts.recall("bob", NOON) == ("his",)


def test_forgetting_somebody_leaves_everybody_else(texts: RecentTexts) -> None:
    texts.add("ann", "hers", NOON)
    texts.add("bob", "his", NOON)
    texts.forget("ann")
    texts.forget("nobody")

    assert texts.recall("ann", NOON) == ()
    assert texts.recall("bob", NOON) == ("his",)


def test_who_wrote_longest_ago_is_dropped_when_there_are_too_many_people(
    texts: RecentTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_texts, "MAX_PEOPLE", 2)
    texts.add("ann", "one", NOON)
    texts.add("bob", "two", NOON)
    texts.add("ann", "three", NOON)
    texts.add("cat", "four", NOON)

    assert texts.recall("bob", NOON) == ()
    assert texts.recall("ann", NOON) == ("one", "three")
    assert texts.recall("cat", NOON) == ("four",)


def test_no_more_people_than_the_limit_are_remembered(texts: RecentTexts) -> None:
    for number in range(recent_texts.MAX_PEOPLE + 5):
        texts.add(str(number), "hello", NOON)

    remembered = [n for n in range(recent_texts.MAX_PEOPLE + 5) if texts.recall(str(n), NOON)]
    assert remembered == list(range(5, recent_texts.MAX_PEOPLE + 5))


def test_old_texts_are_dropped_and_newer_ones_stay(texts: RecentTexts) -> None:
    texts.add("ann", "hers", NOON)
    texts.add("bob", "his", NOON + 11 * MINUTE)
    texts.drop_old(NOON + 11 * MINUTE)

    assert texts.recall("ann", NOON) == ()  # even at the moment when it was new


async def test_the_texts_before_reach_the_engine(assistant: Assistant, engine: Listening) -> None:
    for text in ("one", "two", "three", "four", "five"):
        await assistant.reply(Turn("ann", text))

    assert [turn.earlier for turn in engine.turns] == [
        (),
        ("one",),
        ("one", "two"),
        ("one", "two", "three"),
        ("two", "three", "four"),
    ]


async def test_what_a_face_claims_was_said_before_is_ignored(assistant: Assistant, engine: Listening) -> None:
    await assistant.reply(Turn("ann", "one", earlier=("made up",)))

    assert engine.turns[0].earlier == ()


async def test_texts_of_other_people_do_not_reach_the_engine(assistant: Assistant, engine: Listening) -> None:
    await assistant.reply(Turn("ann", "hers"))
    await assistant.reply(Turn("bob", "his"))

    assert engine.turns[1].earlier == ()


async def test_texts_reach_the_engine_masked(assistant: Assistant, engine: Listening) -> None:
    await assistant.reply(Turn("ann", f"my key is {KEY}"))
    await assistant.reply(Turn("ann", "what now"))

    assert engine.turns[1].earlier == ("my key is ***",)


async def test_a_press_is_no_text(assistant: Assistant, engine: Listening) -> None:
    await assistant.reply(Turn("ann", pick="menu"))
    await assistant.reply(Turn("ann", "what now"))

    assert engine.turns[1].earlier == ()


async def test_texts_do_not_reach_the_engine_after_ten_minutes(
    assistant: Assistant, engine: Listening, moment: MovedClock
) -> None:
    await assistant.reply(Turn("ann", "one"))
    moment.now += 11 * MINUTE
    await assistant.reply(Turn("ann", "two"))

    assert engine.turns[1].earlier == ()


async def test_a_preview_sees_the_texts_before_and_is_not_one(
    assistant: Assistant, engine: Listening
) -> None:
    await assistant.reply(Turn("ann", "one"))
    await assistant.preview(Turn("ann", "two"))
    await assistant.reply(Turn("ann", "three"))

    assert [turn.earlier for turn in engine.turns] == [(), ("one",), ("one",)]


async def test_whoever_is_forgotten_has_said_nothing(assistant: Assistant, engine: Listening) -> None:
    await assistant.reply(Turn("ann", "one"))
    await assistant.forget("ann")
    await assistant.reply(Turn("ann", "two"))

    assert engine.turns[1].earlier == ()


async def test_texts_are_never_stored(tmp_path: Path, knowledge: Knowledge) -> None:
    store = await open_sqlite(tmp_path / "keyguide.db")
    assistant = Assistant(knowledge, store)
    await assistant.reply(Turn("ann", "purple elephants"))
    await assistant.reply(Turn("ann", "green giraffes"))
    kept = repr(await assistant.export("ann"))
    await store.close()

    assert "elephants" not in kept
    stored = read_all(tmp_path)
    assert b"ann" in stored
    assert b"elephants" not in stored
    assert b"giraffes" not in stored


def read_all(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())
