"""What stands before every route of the web face: errors in the right form, whose request it is, how fast."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.errors import StoreError
from bot.faces.web import document, guard
from bot.faces.web.parts import PART, PARTS, spoken

log = logging.getLogger(__name__)

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]

_KEPT = ("Allow", "Retry-After")
_SAYS = {403: "not_ours", 404: "not_found", 413: "too_long", 429: "too_fast", 500: "failed", 503: "failed"}
_A_TURN = 1_000  # characters


@web.middleware
async def _told(request: web.Request, handler: Route) -> web.StreamResponse:
    """Answer every error in the form that was asked for: JSON, a line for our script, or a page."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400 or error.content_type == "application/json":  # noqa: PLR2004
            raise
        return _error(request, error.status, dict(error.headers))
    except (web.RequestPayloadError, UnicodeDecodeError):  # such as a form in bytes that are no text
        return _error(request, 400, {})
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
        charge(request)
    return await handler(request)


@web.middleware
async def _plain(request: web.Request, handler: Route) -> web.StreamResponse:
    """Refuse a body that is too large or compressed before anything of it is read."""
    if (request.content_length or 0) > guard.BODY:
        raise web.HTTPRequestEntityTooLarge(guard.BODY, request.content_length or 0)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise web.HTTPUnsupportedMediaType
    return await handler(request)


def charge(request: web.Request, turns: float = 1.0) -> None:
    """Count a visitor's turns against what one may take; HTTPTooManyRequests if that was too much."""
    parts, who = request.app[PARTS], guard.visitor(request)
    wait = parts.visitors.wait(who.who, turns) if who else 0.0
    wait = wait or parts.addresses.wait(guard.address(request, proxy=parts.site.proxy), turns)
    if wait:
        parts.metrics.limited("web")
        raise web.HTTPTooManyRequests(headers={"Retry-After": str(math.ceil(wait))})


def charge_for_length(request: web.Request, text: str) -> None:
    """Count a long text as several turns: reading it costs as much as reading several short ones."""
    if extra := len(text) // _A_TURN:
        charge(request, extra)


MIDDLEWARES = (_told, _ours, _paced, _plain)
