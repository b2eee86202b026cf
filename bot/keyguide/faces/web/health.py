"""Serve liveness, readiness and metrics to monitoring programs."""

from __future__ import annotations

import asyncio
import logging
import time

from aiohttp import web

from keyguide.faces.web.web_context import WEB_CONTEXT
from keyguide.runtime.metrics import CONTENT_TYPE

_log = logging.getLogger(__name__)
_CACHE_SECONDS = 2.0  # a report is reused for this long, so that frequent requests do not load the database


class _ReadinessHandler:
    """Caches the last report; concurrent requests share it."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._when = float("-inf")
        self._report: dict[str, str] = {}

    async def __call__(self, request: web.Request) -> web.Response:
        """Answer 200 if every component is ready, otherwise 503; the log says why."""
        async with self._lock:
            if time.monotonic() - self._when > _CACHE_SECONDS:
                report = await request.app[WEB_CONTEXT].health.report()
                self._log_changes(report)
                self._report = report
                self._when = time.monotonic()
        ready = all(result == "ok" for result in self._report.values())
        parts = {part: "ok" if result == "ok" else "not ok" for part, result in self._report.items()}
        return web.json_response({"ready": ready, "parts": parts}, status=200 if ready else 503)

    def _log_changes(self, report: dict[str, str]) -> None:
        """Log what is not well, once; strangers may see the page, and are not told any path or address."""
        for part, result in report.items():
            if result != self._report.get(part, "ok"):
                _log.warning("%s: %s", part, result)


def add_health(app: web.Application) -> None:
    """Add the routes for monitoring programs."""
    app.router.add_get("/livez", _serve_liveness)
    app.router.add_get("/readyz", _ReadinessHandler().__call__)
    app.router.add_get("/metrics", _serve_metrics)


async def _serve_liveness(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _serve_metrics(request: web.Request) -> web.Response:
    context = request.app[WEB_CONTEXT]
    body = context.metrics.render_metrics(context.assistant.knowledge.version)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})
