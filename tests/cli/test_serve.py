"""`keyguide run` and `keyguide invite`, as an operator uses them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from keyguide.__main__ import main

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GhXyZ.abc"  # noqa: S105 -- nobody's
ALONE = {
    "KEYGUIDE_PORT": "0",
    "KEYGUIDE_DATABASE": ":memory:",
    "KEYGUIDE_LOG": "warning",
    "KEYGUIDE_VECTORS": "off",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("KEYGUIDE_", "DISCORD_TOKEN")):
            monkeypatch.delenv(name)


def test_invite_prints_both_links(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invite", "42"]) == 0
    told = capsys.readouterr().out

    assert told.count("https://discord.com/oauth2/authorize?client_id=42") == 2
    assert "scope=bot+applications.commands&permissions=" in told
    assert "integration_type=1" in told


def test_invite_reads_the_id_from_the_token(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)

    assert main(["invite"]) == 0
    assert "client_id=123456789012345678" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["invite"], "invite needs the application id"), (["invite", "me"], "'me' is not an application id")],
    ids=["nothing to go by", "no number"],
)
def test_invite_says_what_it_needs(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert main(arguments) == 2
    assert says in capsys.readouterr().err


@dataclass
class Running:
    """A program that was started, and what it said."""

    process: asyncio.subprocess.Process

    async def line(self) -> str:
        assert self.process.stderr is not None
        async with asyncio.timeout(60):
            return (await self.process.stderr.readline()).decode()

    async def ended(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        async with asyncio.timeout(10):
            return await self.process.wait()


@pytest.fixture
async def started(folder: object, tmp_path: Path) -> AsyncIterator[Running]:
    """Start `keyguide run` on the small knowledge, without a token."""
    variables = {**os.environ, **ALONE, "KEYGUIDE_KNOWLEDGE": str(folder.path)}  # type: ignore[attr-defined]
    variables["KEYGUIDE_CACHE"] = str(tmp_path / "cache")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "keyguide", "run", env=variables, stderr=asyncio.subprocess.PIPE
    )
    yield Running(process)
    if process.returncode is None:
        process.kill()
        await process.wait()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
async def test_run_says_what_is_open_takes_up_knowledge_and_ends_when_told(
    started: Running, folder: object
) -> None:
    lines = [await started.line(), await started.line()]
    flow = next(iter(sorted((folder.path / "flows").glob("*.yaml"))))  # type: ignore[attr-defined]
    flow.write_text(flow.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    started.process.send_signal(signal.SIGHUP)
    learnt = await started.line()
    status = await started.ended(signal.SIGTERM)

    assert lines[0] == "discord is not open: set DISCORD_TOKEN, or DISCORD_TOKEN_FILE, to the bot's token\n"
    assert lines[1].startswith("web: http://127.0.0.1:")
    assert "new knowledge:" in learnt
    assert status == 0
