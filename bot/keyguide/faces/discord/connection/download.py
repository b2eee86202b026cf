"""Download small files that people attached, from Discord's own hosts and from nowhere else."""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp

_log = logging.getLogger(__name__)
_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_TIMEOUT = aiohttp.ClientTimeout(total=8)
_CHUNK = 8_192


def is_from_discord(url: str) -> bool:
    """Check whether an address leads to a file on one of Discord's hosts."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.hostname in _HOSTS and parts.port in {None, 443}
    except ValueError:
        return False


async def download(url: str, limit: int) -> bytes | None:
    """Download a file from Discord; return None if it is elsewhere, cannot be read or is too large."""
    if not is_from_discord(url):
        return None
    try:
        return await read_limited(url, limit)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        _log.info("an attachment could not be read (%s)", type(error).__name__)
        return None


async def read_limited(url: str, limit: int) -> bytes | None:
    """Read a file, and stop as soon as it is larger than it may be, whatever size was announced."""
    content = bytearray()
    async with (
        aiohttp.ClientSession(timeout=_TIMEOUT) as session,
        session.get(url, allow_redirects=False) as response,
    ):
        if response.status != HTTPStatus.OK:
            return None
        async for chunk in response.content.iter_chunked(_CHUNK):
            content += chunk
            if len(content) > limit:
                return None
    return bytes(content)
