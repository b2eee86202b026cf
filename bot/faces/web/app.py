"""The web face: one aiohttp application, what stands before every route, and its opening and closing."""

from __future__ import annotations

import errno
import json
import logging
import math
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.assistant import Assistant
from bot.errors import LatchkeyError, StoreError
from bot.faces.web import document, guard
from bot.faces.web.api import add_api
from bot.faces.web.assets import assets
from bot.faces.web.desk import add_desk
from bot.faces.web.health import add_health
from bot.faces.web.parts import PARTS, Parts, Site, spoken
from bot.faces.web.talking import PART, add_chat
from bot.health import Health
from bot.metrics import Metrics

log = logging.getLogger(__name__)

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]

_YEAR = "public, max-age=31536000, immutable"
_KEPT = ("Allow", "Retry-After")
_SAYS = {403: "not_ours", 404: "not_found", 413: "too_long", 429: "too_fast", 500: "failed", 503: "failed"}


def application(parts: Parts) -> web.Application:
    """Return the application with all its routes."""
    app = web.Application(middlewares=[_told, _ours, _paced], client_max_size=guard.BODY)
    app[PARTS] = parts
    framed, alone = guard.headers(parts.site.embed), guard.headers(())

    async def carry(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(framed if request.path == "/" else alone)

    app.on_response_prepare.append(carry)
    app.router.add_get("/static/{name}", _asset)
    add_chat(app)
    add_api(app)
    add_health(app)
    add_desk(app, parts.site.desk_token)
    return app


@web.middleware
async def _told(request: web.Request, handler: Route) -> web.StreamResponse:
    """Answer every error in the form that was asked for: JSON, a line for our script, or a page."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400 or error.content_type == "application/json":  # noqa: PLR2004
            raise
        return _error(request, error.status, dict(error.headers))
    except StoreError as error:
        log.error("the memory failed: %s", error)
        return _error(request, 503, {"Retry-After": "30"})
    except Exception:
        log.exception("a request failed: %s %s", request.method, request.match_info.route.name or "")
        return _error(request, 500, {})


def _error(request: web.Request, status: int, headers: dict[str, str]) -> web.Response:
    lang, phrases = spoken(request)
    kept = {name: text for name, text in headers.items() if name in _KEPT}
    says = getattr(phrases.web, _SAYS.get(status, "not_taken")).format(seconds=kept.get("Retry-After", ""))
    if request.path.startswith("/api/"):
        text, kind = json.dumps({"error": says}), "application/json"
    elif PART in request.headers:
        text, kind = says, "text/plain"
    else:
        text, kind = document.error(says, phrases, lang), "text/html"
    return web.Response(status=status, text=text, content_type=kind, headers=kept)


@web.middleware
async def _ours(request: web.Request, handler: Route) -> web.StreamResponse:
    """Take nothing that another site's page sends in a visitor's name."""
    if request.method not in {"GET", "HEAD"} and guard.foreign(request):
        raise web.HTTPForbidden
    return await handler(request)


@web.middleware
async def _paced(request: web.Request, handler: Route) -> web.StreamResponse:
    """Let nobody take more than a fair share of answers."""
    if request.method == "POST":
        parts, who = request.app[PARTS], guard.visitor(request)
        wait = parts.visitors.wait(who.who) if who else 0.0
        wait = wait or parts.addresses.wait(guard.address(request, proxy=parts.site.proxy))
        if wait:
            parts.metrics.limited("web")
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(math.ceil(wait))})
    return await handler(request)


async def _asset(request: web.Request) -> web.Response:
    found = assets().get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    return web.Response(body=found[0], content_type=found[1], headers={"Cache-Control": _YEAR})


class WebFace:
    """The page, open on one address."""

    name = "web"

    def __init__(self, site: Site, assistant: Assistant, metrics: Metrics, health: Health) -> None:
        """Take where to be open, and what to answer with."""
        self._site = site
        self._runner = web.AppRunner(
            application(Parts(site, assistant, metrics, health)), access_log=None, shutdown_timeout=5.0
        )

    async def open(self) -> str:
        """Open the page and return its address; LatchkeyError where that cannot be."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._site.host, self._site.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise LatchkeyError(self._refused(error)) from None
        host, port = self._runner.addresses[0][:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    def _refused(self, error: OSError) -> str:
        where = f"{self._site.host}:{self._site.port}"
        if error.errno == errno.EADDRINUSE:
            return f"{where} is taken by another program; end that one, or set LATCHKEY_PORT to another port"
        return f"cannot listen on {where}: {error.strerror or error}; check LATCHKEY_HOST and LATCHKEY_PORT"

    async def close(self) -> None:
        """Let requests under way finish, and close."""
        await self._runner.cleanup()
