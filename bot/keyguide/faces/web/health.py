"""What a machine asks of the program: does it turn, may people be sent here, what was counted."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from keyguide.faces.web.context import WEB_CONTEXT
from keyguide.runtime.metrics import CONTENT_TYPE

_CACHE_SECONDS = 2.0  # seconds for which a report stands, so that asking often costs the memory nothing


class _ReadinessHandler:
    """The last report, shared by all who ask at once."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._when = float("-inf")
        self._report: dict[str, str] = {}

    async def __call__(self, request: web.Request) -> web.Response:
        """Answer 200 where every part is well, else 503; the body says what each part says."""
        async with self._lock:
            if time.monotonic() - self._when > _CACHE_SECONDS:
                self._report = await request.app[WEB_CONTEXT].health.report()
                self._when = time.monotonic()
        ready = all(said == "ok" for said in self._report.values())
        return web.json_response({"ready": ready, "parts": self._report}, status=200 if ready else 503)


def add_health(app: web.Application) -> None:
    """Add what watchers ask for."""
    app.router.add_get("/livez", _serve_liveness)
    app.router.add_get("/readyz", _ReadinessHandler().__call__)
    app.router.add_get("/metrics", _serve_metrics)


async def _serve_liveness(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _serve_metrics(request: web.Request) -> web.Response:
    parts = request.app[WEB_CONTEXT]
    page = parts.metrics.render_metrics(parts.assistant.knowledge.version)
    return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE})
