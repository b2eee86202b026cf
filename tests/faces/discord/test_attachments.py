"""Text files that people attach, such as the message.txt that Discord makes of a long paste."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from keyguide.faces.discord.chat.attachments import MAX_FILE_SIZE
from keyguide.faces.discord.connection import download
from keyguide.faces.discord.connection.bot import DiscordOptions

KEY = "BCDFG-HJKMP-QRTVW-XY234-6789B"
PASTE = "Windows says this since yesterday:\n" + "blah blah\n" * 300 + "error 0xC004F211\n"


@pytest.fixture(autouse=True)
def files(env: Any) -> list[str]:
    """Let the bot download what SimCord keeps, and remember what it asked for."""
    asked: list[str] = []

    async def fetch(url: str, limit: int) -> bytes | None:
        asked.append(url)
        content: bytes | None = env.backend.cdn.get(url)
        return content if content is not None and len(content) <= limit else None

    env.bot.download = fetch
    return asked


@pytest.mark.parametrize("name", ["message.txt", "SETUP.LOG"])
async def test_a_long_paste_that_became_a_file_is_answered(
    channel: Any, ann: Any, ben: Any, card: Any, name: str
) -> None:
    message = await ben.send(channel, attachments=[(name, PASTE.encode())])
    result = await ann.context_menu(channel, "Answer this", message)

    assert "0xC004F211" in card(result.response).text
    assert "Did you mean" not in card(result.response).text


async def test_a_file_that_windows_wrote_is_read_too(channel: Any, ann: Any, ben: Any, card: Any) -> None:
    message = await ben.send(channel, attachments=[("message.txt", "0xC004F211".encode("utf-16"))])
    result = await ann.context_menu(channel, "Answer this", message)

    assert "0xC004F211" in card(result.response).text


async def test_a_file_in_a_direct_message_or_beside_a_mention_is_read(
    env: Any, channel: Any, ann: Any, card: Any
) -> None:
    await ann.send(channel, f"<@{env.bot.user.id}>", attachments=[("message.txt", PASTE.encode())])
    await ann.send_dm("hello")
    payload = env.backend.store_attachments(ann.user.dm_channel.id, [("message.txt", PASTE.encode())])
    await ann.send_dm(attachments=payload)

    for message in (channel.last_message, ann.user.dm_channel.last_message):
        assert "0xC004F211" in card(message).text


@pytest.mark.parametrize(
    "file",
    [("photo.exe", PASTE.encode()), ("message.txt", PASTE.encode() + b"x" * MAX_FILE_SIZE)],
    ids=["not a text", "too large"],
)
async def test_other_files_and_large_ones_are_not_even_asked_for(
    channel: Any, ann: Any, card: Any, files: list[str], file: tuple[str, bytes]
) -> None:
    message = await ann.send(channel, attachments=[file])
    result = await ann.context_menu(channel, "Answer this", message)

    assert files == []
    assert "I didn't get any text" in card(result.response).text


async def test_a_file_that_cannot_be_read_leaves_the_words(
    env: Any, channel: Any, ann: Any, ben: Any, card: Any
) -> None:
    async def fail(_url: str, _limit: int) -> bytes | None:
        return None

    env.bot.download = fail
    message = await ben.send(channel, "what is 0xC004F211", attachments=[("message.txt", b"gone")])
    result = await ann.context_menu(channel, "Answer this", message)

    assert "0xC004F211" in card(result.response).text


class TestWithContent:
    """Where the bot reads all messages."""

    @pytest.fixture
    def ways(self) -> DiscordOptions:
        return DiscordOptions(message_content=True)

    async def test_a_key_deep_in_a_file_is_deleted_like_any_other(
        self, channel: Any, ann: Any, card: Any
    ) -> None:
        content = ("nothing to see\n" * 2_000 + KEY).encode()
        await ann.send(channel, "my log", attachments=[("setup.log", content)])

        assert channel.history() == []
        assert "so I deleted it" in card(ann.user.dm_channel.last_message).text


@pytest.mark.parametrize(
    ("url", "is_theirs"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/message.txt?ex=1", True),
        ("https://media.discordapp.net/attachments/1/2/message.txt", True),
        ("http://cdn.discordapp.com/attachments/1/2/message.txt", False),
        ("https://cdn.discordapp.com.evil.example/message.txt", False),
        ("https://cdn.discordapp.com@evil.example/message.txt", False),
        ("https://cdn.discordapp.com:8443/message.txt", False),
        ("https://169.254.169.254/latest", False),
        ("https://[::1/", False),
    ],
)
def test_only_discords_own_hosts_are_asked(url: str, is_theirs: bool) -> None:  # noqa: FBT001
    assert download.is_from_discord(url) is is_theirs


async def test_what_is_elsewhere_is_not_downloaded() -> None:
    assert await download.download("https://evil.example/message.txt", 10) is None


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    """A server that sends more than it says, and one that sends people elsewhere."""

    async def send(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(int(request.query["chunks"])):
            await response.write(b"x" * 1_000)
        return response

    async def redirect(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/file?chunks=1"})

    app = web.Application()
    app.add_routes([web.get("/file", send), web.get("/elsewhere", redirect)])
    async with TestServer(app) as started:
        yield started


async def test_reading_ends_when_a_file_is_larger_than_it_may_be(server: TestServer) -> None:
    small = await download.read_limited(str(server.make_url("/file?chunks=3")), 3_000)
    large = await download.read_limited(str(server.make_url("/file?chunks=100")), 3_000)

    assert (small, large) == (b"x" * 3_000, None)


async def test_a_redirection_is_not_followed(server: TestServer) -> None:
    assert await download.read_limited(str(server.make_url("/elsewhere")), 3_000) is None
