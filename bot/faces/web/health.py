"""What a machine asks of the program: does it turn, may people be sent here, what was counted."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from bot.faces.web.parts import PARTS
from bot.metrics import CONTENT_TYPE

_FRESH = 2.0  # seconds for which a report stands, so that asking often costs the memory nothing


class _Ready:
    """The last report, shared by all who ask at once."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._when = float("-inf")
        self._report: dict[str, str] = {}

    async def __call__(self, request: web.Request) -> web.Response:
        """Answer 200 where every part is well, else 503; the body says what each part says."""
        async with self._lock:
            if time.monotonic() - self._when > _FRESH:
                self._report = await request.app[PARTS].health.report()
                self._when = time.monotonic()
        ready = all(said == "ok" for said in self._report.values())
        return web.json_response({"ready": ready, "parts": self._report}, status=200 if ready else 503)


def add_health(app: web.Application) -> None:
    """Add what watchers ask for."""
    app.router.add_get("/livez", _alive)
    app.router.add_get("/readyz", _Ready().__call__)
    app.router.add_get("/metrics", _counted)


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _counted(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    page = parts.metrics.page(parts.assistant.knowledge.version)
    return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE})
