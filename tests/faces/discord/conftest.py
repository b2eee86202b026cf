"""What the tests of the Discord face share: a bot on the real knowledge, in a simulated Discord."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import simcord
from simcord.components import walk_components

from bot.assistant import Assistant
from bot.core.knowledge import Knowledge
from bot.faces.discord.base import Ways
from bot.faces.discord.client import Latchkey
from bot.store.memory import MemoryStore

TEXT, BUTTON, SELECT = 10, 2, 3


class Clock:
    """A clock that goes on only when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def assistant(real: Knowledge) -> Assistant:
    return Assistant(real, MemoryStore())


@pytest.fixture
def ways() -> Ways:
    return Ways()


@pytest.fixture
def make_bot(assistant: Assistant, ways: Ways, clock: Clock) -> Callable[[], Latchkey]:
    """Make a bot that remembers what the bots before it remembered, as after a restart."""
    return lambda: Latchkey(assistant, ways, clock)


@pytest.fixture
async def simcord_bot(make_bot: Callable[[], Latchkey]) -> Latchkey:
    return make_bot()


@pytest.fixture
def env(simcord_env: simcord.Env) -> simcord.Env:
    return simcord_env


class Card:
    """A message as a person sees it."""

    def __init__(self, message: Any) -> None:
        self.message = message
        raw = message.components
        rows = raw if raw and isinstance(raw[0], dict) else [part.to_dict() for part in raw]
        self.parts: list[dict[str, Any]] = list(walk_components(rows))

    @property
    def text(self) -> str:
        return "\n".join(part["content"] for part in self.parts if part["type"] == TEXT)

    @property
    def labels(self) -> list[str]:
        return [part["label"] for part in self.parts if part["type"] == BUTTON]

    @property
    def choices(self) -> dict[str, str]:
        """What the selects offer, and what choosing it sends."""
        selects = (part for part in self.parts if part["type"] == SELECT)
        return {option["label"]: option["value"] for part in selects for option in part["options"]}

    @property
    def ids(self) -> list[str]:
        return [part["custom_id"] for part in self.parts if "custom_id" in part]


@pytest.fixture
def card() -> Callable[[Any], Card]:
    """Read a message as a person sees it."""
    return Card


@pytest.fixture
def arriving(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let what people do from now on arrive as from another place or in another language."""
    made = simcord.interactions.base_payload

    def change(**news: Any) -> None:
        def payload(*args: Any, **kwargs: Any) -> Any:
            record, told = made(*args, **kwargs)
            return record, told | news

        monkeypatch.setattr(simcord.interactions, "base_payload", payload)

    return change


@pytest.fixture
def channel(env: simcord.Env) -> Any:
    """A channel of a server with us in it."""
    return env.create_guild().create_text_channel("help")


@pytest.fixture
def ann(env: simcord.Env, channel: Any) -> Any:
    """Somebody in that server."""
    return env.guild.add_member(env.create_user("ann"))


@pytest.fixture
def ben(env: simcord.Env, channel: Any) -> Any:
    """Somebody else there."""
    return env.guild.add_member(env.create_user("ben"))
