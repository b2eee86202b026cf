"""Read a form with pictures part by part, so that only one picture of it is in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import BadHttpMessage

from keyguide.faces.web.security import headers_and_cookies
from keyguide.vision.image_header import MAX_BYTES

PART_SECONDS = 60.0  # for one picture, as by a phone
_FORM_TYPE = "multipart/form-data"
_MAX_PARTS = 12
_CHUNK = 64 * 1024

_Result = TypeVar("_Result")


class Upload:
    """A form that a browser is sending: the fields so far, and the pictures that follow."""

    def __init__(self, request: web.Request) -> None:
        """Take a request; raise an HTTP error if its body is not such a form."""
        if request.content_type != _FORM_TYPE:
            raise web.HTTPUnsupportedMediaType
        if request.content_length is None:  # how much would come is not known
            raise web.HTTPLengthRequired
        self.fields: dict[str, str] = {}
        self._request = request
        self._parts: MultipartReader | None = None
        self._count = 0
        self._picture: BodyPartReader | None = None  # the one that begins now,
        self._begin = b""  # and its first bytes

    async def find_picture(self) -> bool:
        """Read fields until a picture begins, and return whether there is one; drop the rest of the last."""
        self._picture = None
        while self._picture is None and (part := await _in_time(self._next_part())):
            if part.filename is None:
                await self._read_field(part)
            elif begin := await _in_time(part.read_chunk(_CHUNK)):  # a field without a file is empty
                self._picture, self._begin = part, begin
        return self._picture is not None

    async def read_pictures(self) -> AsyncIterator[bytes]:
        """Yield the picture that was found, and those after it; too much of one is not read."""
        while self._picture:
            content, self._begin = self._begin, b""
            yield content + await _in_time(_read(self._picture, MAX_BYTES))
            await self.find_picture()

    async def skip_pictures(self) -> None:
        """Read the fields that are left, and drop the pictures."""
        while await self.find_picture():
            pass

    async def _next_part(self) -> BodyPartReader | None:
        self._parts = self._parts or await self._request.multipart()
        part = await self._parts.next()
        self._count += 1
        if self._count > _MAX_PARTS or isinstance(part, MultipartReader):
            raise web.HTTPBadRequest
        return part

    async def _read_field(self, part: BodyPartReader) -> None:
        content = await _in_time(_read(part, headers_and_cookies.MAX_BODY_BYTES))
        if len(content) > headers_and_cookies.MAX_BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(headers_and_cookies.MAX_BODY_BYTES, len(content))
        self.fields[part.name or ""] = content.decode()


async def _read(part: BodyPartReader, limit: int) -> bytes:
    """Read a part, or a little more of it than it may have."""
    content = bytearray()
    while not part.at_eof() and len(content) <= limit:
        content += await part.read_chunk(_CHUNK)
    return bytes(content)


async def _in_time(reading: Coroutine[Any, Any, _Result]) -> _Result:
    """Wait for a part; raise an HTTP error if it does not arrive in time, or is broken."""
    try:
        async with asyncio.timeout(PART_SECONDS):
            return await reading
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ValueError, RuntimeError, AssertionError, BadHttpMessage):  # as aiohttp tells broken forms
        raise web.HTTPBadRequest from None
