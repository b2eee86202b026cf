"""What the tests of the Discord face share: a bot on the real knowledge, in a simulated Discord."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import AsyncIterable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import discord
import jsonschema_rs
import pytest
import simcord
from simcord.components import walk_components

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.screenshot import Screen
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.connection.bot import DiscordOptions
from keyguide.faces.discord.servers.server_settings import save_server_settings
from keyguide.faces.discord.servers.shared_state import BotMemory
from keyguide.store.memory import MemoryStore
from keyguide.vision.unread_picture import UnreadablePictureError

TEXT, BUTTON, SELECT = 10, 2, 3


def _load_sockets() -> None:
    """Load the small Discord beside this file, which is not in a package, for all tests that use it."""
    spec = spec_from_file_location("discord_sockets", Path(__file__).with_name("sockets.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)


_load_sockets()


MANAGER = discord.Permissions(
    manage_guild=True, view_channel=True, send_messages=True, use_application_commands=True
)


class Today:
    """A day and time that change only when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def today() -> Today:
    return Today()


@pytest.fixture
def unhurried(clock: Any) -> None:
    """Let a minute go by whenever somebody looks at the clock, so that nobody is ever too fast."""
    clock.step = 60.0


@pytest.fixture
def assistant(real: Knowledge, today: Today) -> Assistant:
    return Assistant(real, MemoryStore(), today)


@pytest.fixture
def ways() -> DiscordOptions:
    return DiscordOptions()


@pytest.fixture
def make_bot(
    assistant: Assistant, ways: DiscordOptions, clock: Callable[[], float]
) -> Callable[[], Keyguide]:
    """Make a bot that remembers what the bots before it remembered, as after a restart."""
    return lambda: Keyguide(assistant, ways, BotMemory(clock))


@dataclass(slots=True)
class Eyes:
    """A stand-in that reads in every picture what a test says; without that, pictures cannot be read."""

    screens: tuple[Screen, ...] = ()
    problem: str = ""
    seen: list[bytes | None] = field(default_factory=list)

    @property
    def is_installed(self) -> bool:
        return bool(self.screens or self.problem)

    async def read_all(self, contents: AsyncIterable[bytes | None]) -> tuple[tuple[Screen, ...], str]:
        if not self.is_installed:
            return (), "not_installed"
        try:
            self.seen += [content async for content in contents]
        except UnreadablePictureError as error:
            return (), error.problem.value
        return self.screens, self.problem


@pytest.fixture
def eyes() -> Eyes:
    return Eyes()


@pytest.fixture
async def simcord_bot(make_bot: Callable[[], Keyguide], eyes: Eyes) -> Keyguide:
    bot = make_bot()
    bot.picture_reader = eyes  # type: ignore[assignment]  # a stand-in

    async def fetch(url: str, _limit: int) -> bytes:
        return url.encode()

    bot.download = fetch
    return bot


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

    @classmethod
    async def press(cls, person: Any, message: Any, label: str) -> Any:
        """Let somebody press the button with a label, or choose the entry of the select with it."""
        choices = cls(message).choices
        if label in choices:
            return await person.select(message, [choices[label]])
        return await person.click(message, label=label)

    @property
    def ways(self) -> set[str]:
        """The labels of all buttons and entries."""
        return {*self.labels, *self.choices}

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


@pytest.fixture
def kim(env: simcord.Env, channel: Any) -> Any:
    """Somebody who runs that server."""
    role = env.guild.create_role("managers", permissions=MANAGER)
    return env.guild.add_member(env.create_user("kim"), roles=[role])


@pytest.fixture
def hal(env: simcord.Env, channel: Any, helpers: Any) -> Any:
    """A helper, where a test says who the helpers are."""
    return env.guild.add_member(env.create_user("hal"), roles=[helpers])


@pytest.fixture
async def helpers(env: simcord.Env, channel: Any, assistant: Assistant) -> Any:
    """A role that is called in that channel."""
    role = env.guild.create_role("helpers", mentionable=True)
    await save_server_settings(
        assistant, env.guild.id, helper_channel=str(channel.id), helper_role=str(role.id)
    )
    return role


@pytest.fixture
def call_human() -> Callable[..., Any]:
    """Let somebody ask for a human with /human, and send the form."""

    async def call(person: Any, channel: Any, **values: str) -> Any:
        shown = await person.slash(channel, "human")
        return await person.submit_modal(shown, values)

    return call


class Description:
    """Discord's own description of its API, as far as requests go."""

    def __init__(self, path: Path) -> None:
        told = json.loads(path.read_text(encoding="utf-8"))
        self._components = told["components"]
        self._paths = [
            (re.compile(re.sub(r"\\?\{[^}]+\\?\}", "[^/]+", re.escape(at))), operations)
            for at, operations in sorted(told["paths"].items(), key=lambda item: item[0].count("{"))
        ]
        self._validators: dict[str, Any] = {}

    def wrongs(self, method: str, path: str, body: Any) -> list[str]:
        """Tell what is wrong with a request."""
        at = path.partition("?")[0]
        found = next(
            (told for pattern, told in self._paths if pattern.fullmatch(at) and method.lower() in told), None
        )
        if found is None:
            return [f"{method} {path}: there is no such request"]
        request = found[method.lower()].get("requestBody")
        if request is None or body is None:
            return []
        schema = request["content"]["application/json"]["schema"]
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            whole = {**schema, "components": self._components}
            self._validators[key] = jsonschema_rs.validator_for(whole)
        return [
            f"{method} {path}: {error.message[:300]}"
            for error in self._validators[key].iter_errors(_wired(body))
        ]


def _wired(part: Any) -> Any:
    """Return a body with its ids as text; discord.py sends numbers there, which Discord takes as well."""
    if isinstance(part, dict):
        ids = {
            key: str(value) for key, value in part.items() if key.endswith("_id") and isinstance(value, int)
        }
        ids |= {key: [str(one) for one in part[key]] for key in ("roles", "users") if part.get(key)}
        if part.get("filename"):
            ids["id"] = str(part["id"])
        if part.get("type") in {"channel", "role", "user"}:  # what a select shows as chosen
            ids["id"] = str(part["id"])
        return {key: _wired(value) for key, value in part.items()} | ids
    return [_wired(one) for one in part] if isinstance(part, list) else part


@pytest.fixture(scope="session")
def description() -> Description | None:
    path = Path(
        os.environ.get("DISCORD_OPENAPI") or Path(__file__).parents[4] / "shared/discord/openapi.json"
    )
    return Description(path) if path.is_file() else None


@pytest.fixture(autouse=True)
def every_request_is_one_that_discord_takes(
    request: pytest.FixtureRequest, description: Description | None
) -> Iterator[None]:
    """Hold every request of every test against Discord's description, where there is one."""
    env = request.getfixturevalue("simcord_env") if "simcord_env" in request.fixturenames else None
    yield
    if env is not None and description is not None:
        asked = [(one.method, one.path, one.json) for one in env.http_requests]
        assert [wrong for one in asked for wrong in description.wrongs(*one)] == []


@pytest.fixture
async def staff(env: Any, channel: Any, helpers: Any, assistant: Assistant) -> Any:
    """A channel for the helpers that members do not see, as most servers have one."""
    hidden = env.guild.create_text_channel(
        "staff",
        overwrites={
            env.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            helpers: discord.PermissionOverwrite(view_channel=True),
        },
    )
    await save_server_settings(assistant, env.guild.id, helper_channel=str(hidden.id))
    return hidden
