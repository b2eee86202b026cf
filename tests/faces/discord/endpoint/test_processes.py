"""Several real web processes behind one address answer as one, and share what they remember."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from nacl.signing import SigningKey

from keyguide.faces.discord.endpoint.face import INTERACTIONS

sockets: Any = sys.modules["discord_sockets"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM"),
]

PATIENCE = 60.0  # seconds that a program on a busy machine may take to start


class WebProcess:
    """A `keyguide web` that runs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""

    async def opened(self) -> str:
        """Wait until it is open, and return its address."""
        assert self.process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while "\nweb: " not in f"\n{self.said}":
                line = await self.process.stderr.readline()
                assert line, f"it ended with {self.said!r}"
                self.said += line.decode()
        return self.said.rpartition("web: ")[2].partition(" ")[0].strip().rstrip("/")

    async def ends(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fake() -> AsyncIterator[Any]:
    served = sockets.Discord()
    await served.open()
    yield served
    await served.close()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where both processes remember."""
    if request.param == "sqlite":
        return str(tmp_path_factory.mktemp("database") / "keyguide.db")
    address: str = request.getfixturevalue("postgres_database")
    return address


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def processes(
    fake: Any,
    database: str,
    copy_small_knowledge: Callable[[Path], Path],
    cache: Path,
    tmp_path_factory: pytest.TempPathFactory,
    make_poster: Any,
) -> AsyncIterator[list[Any]]:
    """Two web processes with one database, each with the Discord that posts to it."""
    folder = tmp_path_factory.mktemp("processes")
    copy_small_knowledge(folder / "knowledge")
    key = SigningKey.generate()
    settings = os.environ | fake.settings | {
        "KEYGUIDE_KNOWLEDGE": str(folder / "knowledge"), "KEYGUIDE_CACHE": str(cache),
        "KEYGUIDE_DATABASE": database, "KEYGUIDE_PORT": "0",
        "KEYGUIDE_DISCORD_PUBLIC_KEY": bytes(key.verify_key).hex(),
    }  # fmt: skip
    command = sys.executable, "-m", "keyguide", "web"
    running = [
        WebProcess(
            await asyncio.create_subprocess_exec(*command, env=settings, stderr=asyncio.subprocess.PIPE)
        )
        for _ in range(2)
    ]
    async with aiohttp.ClientSession() as session:
        addresses = [await one.opened() for one in running]
        yield [make_poster(address, session, key) for address in addresses]
    assert [await one.ends() for one in running] == [0, 0]
    assert all(f"interactions: keyguide, at {INTERACTIONS}" in one.said for one in running)


def slash(fake: Any, name: str, **options: str) -> Any:
    told = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
    data = {"id": "1200000000000000400", "name": name, "type": 1, "options": told}
    return sockets.interaction(2, data, fake.person)


async def test_a_diagnosis_goes_on_in_another_process(fake: Any, processes: list[Any]) -> None:
    first, second = processes
    fake.somebody_else()
    _, begun, _ = await first.interact(slash(fake, "diagnose", trouble="changed-parts"))
    shown = json.loads(begun)["data"]
    (id,) = {one["custom_id"] for one in sockets.buttons(shown) if one["label"] == "The mainboard"}
    pressed = sockets.interaction(
        3, {"custom_id": id, "component_type": 2}, fake.person, message=sockets.message(shown, flags=1 << 15)
    )
    status, body, _ = await second.interact(pressed)

    assert status == 200
    assert "Who changed it?" in sockets.text(json.loads(body)["data"])


async def test_what_one_process_has_answered_is_a_replay_for_the_other(
    fake: Any, processes: list[Any]
) -> None:
    fake.somebody_else()
    payload = slash(fake, "topics")
    statuses = [(await one.interact(payload))[0] for one in (*processes, *processes)]

    assert statuses == [200, 409, 409, 409]


async def test_what_two_processes_get_at_the_same_moment_is_answered_once(
    fake: Any, processes: list[Any]
) -> None:
    fake.somebody_else()
    payloads = [slash(fake, "ask", question="what is 0xC004F211") for _ in range(4)]
    answers = [await asyncio.gather(*(one.interact(payload) for one in processes)) for payload in payloads]

    assert [sorted(status for status, _, _ in twice) for twice in answers] == [[200, 409]] * 4


async def test_no_process_opens_a_gateway(fake: Any, processes: list[Any]) -> None:
    assert fake.identified == []
