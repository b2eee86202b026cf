"""Check every request before its route: origin, rate, size and encoding; and format every error."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from keyguide.errors import StoreError
from keyguide.faces.web.api.refused_requests import dump_problem
from keyguide.faces.web.make_page import render_page
from keyguide.faces.web.security import headers_and_cookies, slow_clients
from keyguide.faces.web.web_context import FRAGMENT_HEADER, WEB_CONTEXT, choose_language
from keyguide.runtime.log import REQUEST_ID

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_KEPT_HEADERS = ("Allow", "Retry-After")
_ERROR_PHRASES = {
    403: "not_ours",
    404: "not_found",
    413: "too_long",
    429: "too_fast",
    500: "failed",
    503: "failed",
}
_CHARACTERS_PER_TURN = 1_000


@web.middleware
async def _log_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Name the request in every line of the log about it, and log its route, status and time."""
    started, name = (
        time.monotonic(),
        headers_and_cookies.find_request_id(request, proxy=request.app[WEB_CONTEXT].site.proxy),
    )
    token = REQUEST_ID.set(name)  # a connection serves its requests one after the other in one task
    try:
        response = await handler(request)
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "no route"  # the path itself may hold anything
        took = 1000 * (time.monotonic() - started)
        log.info("%s %s: %s in %.0f ms", request.method, route, response.status, took)
        if not response.prepared:
            response.headers[headers_and_cookies.REQUEST_HEADER] = name
        return response
    finally:
        REQUEST_ID.reset(token)


@web.middleware
async def _handle_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every error in the format of the request: JSON, a line for our script, or a page."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400 or error.content_type == "application/json":  # noqa: PLR2004
            raise
        return _make_error_response(request, error.status, dict(error.headers))
    except (web.RequestPayloadError, UnicodeDecodeError):  # such as a form with bytes that are not text
        return _make_error_response(request, 400, {})
    except StoreError as error:
        log.error("the store failed: %s", error)
        return _make_error_response(request, 503, {"Retry-After": "30"})
    except Exception:
        log.exception("a request failed: %s %s", request.method, request.match_info.route.name or "")
        return _make_error_response(request, 500, {})


def _make_error_response(request: web.Request, status: int, headers: dict[str, str]) -> web.Response:
    kept_headers = {name: text for name, text in headers.items() if name in _KEPT_HEADERS}
    text, kind = _describe_error(request, status, kept_headers.get("Retry-After", ""))
    return web.Response(status=status, text=text, content_type=kind, headers=kept_headers)


def _describe_error(request: web.Request, status: int, seconds: str) -> tuple[str, str]:
    """Describe an error to a program, to our script or to a person; return the text and its media type."""
    if request.path.startswith("/api/"):
        return dump_problem(status), "application/json"
    phrase = getattr(choose_language(request)[1].web, _ERROR_PHRASES.get(status, "not_taken"))
    message = phrase.format(seconds=seconds)
    if FRAGMENT_HEADER in request.headers:
        return message, "text/plain"
    return render_page(request, "error.html", message=message), "text/html"


@web.middleware
async def _refuse_foreign_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a request that the page of another site sends in the name of a visitor."""
    if request.method not in {"GET", "HEAD"} and headers_and_cookies.is_foreign(request):
        raise web.HTTPForbidden
    return await handler(request)


@web.middleware
async def _limit_rate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count each post as a turn, and refuse it if a visitor or an address sends too many.

    Everybody on Discord posts from the few addresses of Discord, so a signed post counts only if it is not.
    """
    signed = request.path in request.app[WEB_CONTEXT].site.signed_posts
    if request.method == "POST" and not signed:
        limit_turns(request)
    response = await handler(request)
    if signed and response.status == web.HTTPUnauthorized.status_code:
        limit_turns(request)
    return response


@web.middleware
async def _check_body(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a body that is too large or compressed before reading any of it, and read it in time.

    Pictures are read by their own route, one after the other.
    """
    uploaded = request.path == headers_and_cookies.UPLOADS
    most = headers_and_cookies.MAX_UPLOAD_BYTES if uploaded else headers_and_cookies.MAX_BODY_BYTES
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise web.HTTPUnsupportedMediaType
    if request.can_read_body and not uploaded:
        await _read_body(request)
    return await handler(request)


async def _read_body(request: web.Request) -> None:
    """Read the body, which aiohttp then keeps; raise HTTPRequestTimeout if it does not arrive in time."""
    try:
        async with asyncio.timeout(slow_clients.READ_SECONDS):
            await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


def make_proxy_hint() -> Any:
    """Make the middleware that warns once if a proxy stands in front and the program does not know of it."""
    warned: list[bool] = []

    @web.middleware
    async def warn_once(request: web.Request, handler: Handler) -> web.StreamResponse:
        if "X-Forwarded-For" in request.headers and not warned:
            warned.append(True)
            log.warning(
                "requests come through a proxy, so all visitors share one rate limit: set KEYGUIDE_PROXY=on"
            )
        return await handler(request)

    return warn_once


def limit_turns(request: web.Request, turns: float = 1.0) -> None:
    """Count turns against the rate limits; raise HTTPTooManyRequests if there are too many."""
    context, visitor = request.app[WEB_CONTEXT], headers_and_cookies.find_visitor(request)
    wait = context.visitors.take(visitor.who, turns) if visitor else 0.0
    if not wait:
        address = headers_and_cookies.find_client_address(request, proxy=context.site.proxy)
        wait = context.addresses.take(address, turns)
    if wait:
        context.metrics.count_rate_limited("web")
        raise web.HTTPTooManyRequests(headers={"Retry-After": str(math.ceil(wait))})


def limit_text_length(request: web.Request, text: str) -> None:
    """Count a long text as several turns, because it costs as much as several short ones."""
    if extra := len(text) // _CHARACTERS_PER_TURN:
        limit_turns(request, extra)


MIDDLEWARES = (_log_request, _handle_errors, _refuse_foreign_requests, _limit_rate, _check_body)
