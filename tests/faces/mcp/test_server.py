"""The contract of the Model Context Protocol, held by the client of its own SDK."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("sdk")]
TOOLS = ["ask", "read_answer", "read_evidence", "walk_diagnosis"]
COMMAND = [sys.executable, "-m", "keyguide", "mcp"]


@pytest.fixture(scope="module")
def variables(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Name the small knowledge; a database that cannot be opened shows that none is."""
    return os.environ | {
        "KEYGUIDE_KNOWLEDGE": str(small_folder),
        "KEYGUIDE_CACHE": str(tmp_path_factory.mktemp("cache")),
        "KEYGUIDE_DATABASE": "postgresql://nobody@127.0.0.1:9/none",
        "KEYGUIDE_PORT": "0",
    }


@pytest.fixture(scope="module")
def address(variables: dict[str, str]) -> Iterator[str]:
    """Start the server over HTTP and return its address; afterwards it must end in order."""
    process = subprocess.Popen([*COMMAND, "--http"], env=variables, stderr=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stderr is not None
            yield process.stderr.readline().removeprefix("mcp: ").strip()
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()


def connect(way: str, sdk: ModuleType, request: pytest.FixtureRequest) -> Any:
    if way == "http":
        return sdk.Client(request.getfixturevalue("address"))
    start = sdk.StdioServerParameters(
        command=COMMAND[0], args=COMMAND[1:], env=request.getfixturevalue("variables")
    )
    return sdk.Client(sdk.stdio_client(start))


@pytest.fixture
def inside(sdk: ModuleType, real: Any) -> Any:
    """A client in this process, of a server with the real knowledge."""
    return sdk.Client(import_module("keyguide.faces.mcp.server").build_server(real))


@pytest.mark.parametrize("way", ["stdio", "http"])
async def test_the_client_of_the_sdk_finds_the_tools_and_walks(
    way: str, sdk: ModuleType, request: pytest.FixtureRequest
) -> None:
    async with asyncio.timeout(60), connect(way, sdk, request) as client:
        tools = (await client.list_tools()).tools
        asked = await client.call_tool("ask", {"question": "what is 0xC004F211?"})
        read = await client.call_tool("read_answer", {"id": "link-how", "windows": "11"})
        shown = await client.call_tool("read_evidence", {"text": "0xC004F034"})
        walk = await client.call_tool("walk_diagnosis", {"diagnosis": "is-it-linked"})
        wrong = await client.call_tool("read_answer", {"id": "zzz"})

        assert client.server_info is not None
        assert client.server_info.name == "keyguide"
        assert "is-it-linked (Is my licence linked?)" in (client.instructions or "")
    assert [tool.name for tool in tools] == TOOLS
    assert all(tool.output_schema and tool.annotations.read_only_hint for tool in tools)
    for result in (asked, read, walk):
        assert result.structured_content["sources"]
        assert result.structured_content["verified"]
    assert shown.structured_content["findings"][0]["verified"] == "2026-11-20"
    assert wrong.is_error
    assert wrong.content[0].text.startswith("Error executing tool read_answer: there is no answer 'zzz'")


async def test_a_client_of_the_former_protocol_is_served_too(address: str, sdk: ModuleType) -> None:
    async with asyncio.timeout(60), sdk.Client(address, mode="legacy") as client:
        tools = await client.list_tools()

    assert [tool.name for tool in tools.tools] == TOOLS


async def test_a_text_that_is_too_long_is_refused_in_words(address: str, sdk: ModuleType) -> None:
    async with asyncio.timeout(60), sdk.Client(address) as client:
        refused = await client.call_tool("ask", {"question": "x" * 20_001})

    assert refused.is_error
    assert "at most 20000 characters" in refused.content[0].text


def test_a_page_of_another_site_may_not_call_it(address: str) -> None:
    """A browser sends the Origin of the page; a site must not reach what listens on this machine alone."""
    headers = {"Content-Type": "application/json", "Origin": "https://evil.example"}
    request = Request(address, b"{}", headers)  # noqa: S310 -- our own server

    with pytest.raises(HTTPError) as refused, urlopen(request):  # noqa: S310 -- our own server
        pass

    refused.value.close()
    assert refused.value.code == 403


def test_a_port_that_is_taken_is_one_line(variables: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [*COMMAND, "--http", "--port", port], env=variables, capture_output=True, text=True, check=False
        )

    assert ended.returncode == 1
    assert ended.stderr == (
        f"keyguide: 127.0.0.1:{port} is taken by another program; end that one, or use --port\n"
    )


def test_without_the_extra_the_command_says_how_to_get_it(variables: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "mcp").mkdir()
    (tmp_path / "mcp" / "__init__.py").write_text("raise ModuleNotFoundError('no', name='mcp')")
    path = os.pathsep.join((str(tmp_path), variables.get("PYTHONPATH", "")))

    ended = subprocess.run(
        COMMAND, env=variables | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr == 'keyguide: MCP needs one more package: run pip install ".[mcp]" in a checkout\n'


async def test_every_diagnosis_of_the_real_knowledge_can_be_walked_by_first_choices(
    real: Any, inside: Any
) -> None:
    async with inside as client:
        for flow in real.flows:
            answers: dict[str, str] = {}
            for _ in range(12):
                result = await client.call_tool("walk_diagnosis", {"diagnosis": flow, "answers": answers})
                assert not result.is_error
                reply = result.structured_content
                if reply["question"] is None:
                    break
                answers = {**reply["answers"], reply["question"]["id"]: reply["question"]["choices"][0]["id"]}
            assert reply["question"] is None, f"{flow} does not end"
            assert reply["verified"]


async def test_the_documentation_shows_what_its_program_prints(inside: Any) -> None:
    page = (Path(__file__).parents[3] / "docs" / "mcp.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text\n(.*?)\n…\n(.*?)\n```", page, re.DOTALL)

    async with inside as client:
        answer = (
            await client.call_tool("ask", {"question": "what does 0xC004F211 mean?"})
        ).structured_content

    assert f"{answer['title']}\n\n{answer['text']}".startswith(shown[0])
    assert [f"{source['url']} verified {answer['verified']}" for source in answer["sources"]] == [shown[1]]


def test_the_program_in_the_documentation_prints_an_answer_with_source_and_date(
    variables: dict[str, str], tmp_path: Path
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "mcp.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    named = f"command={sys.executable!r}, args=['-m', 'keyguide', 'mcp'], env={variables!r}"
    (tmp_path / "program.py").write_text(program.replace('command="keyguide", args=["mcp"]', named))

    ran = subprocess.run(
        [sys.executable, tmp_path / "program.py"], capture_output=True, text=True, check=True
    )

    assert "0xC004F211: The hardware has changed" in ran.stdout
    assert "https://example.com/errors verified 2026-11-20" in ran.stdout
