"""Serve the JSON API for other programs: one turn in, one reply out."""

from __future__ import annotations

import json
from re import fullmatch
from typing import Any

import orjson
from aiohttp import web

from keyguide.core.model.reply_as_data import dump_reply
from keyguide.core.model.turn import Turn
from keyguide.faces.web.api.openapi import (
    MAX_PICK,
    MAX_TEXT,
    WHO_PATTERN,
    build_openapi,
    render_openapi_page,
)
from keyguide.faces.web.context import WEB_CONTEXT, choose_language
from keyguide.faces.web.security.middleware import count_length

PLACE = "api"


def add_api(app: web.Application) -> None:
    """Add the call, its OpenAPI document, and the page that describes it to people."""
    app.router.add_post("/api/reply", answer_turn)
    app.router.add_get("/api/openapi.json", serve_openapi, allow_head=False)
    app.router.add_get("/api", serve_api_page)


async def answer_turn(request: web.Request) -> web.Response:
    """Answer one turn, or explain with an HTTP error what is wrong with the request."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    turn = _parse_turn(await _read_body(request))
    count_length(request, turn.text)
    data = dump_reply(await request.app[WEB_CONTEXT].assistant.reply(turn))
    return web.Response(body=orjson.dumps(data), content_type="application/json", charset="utf-8")


async def _read_body(request: web.Request) -> dict[str, Any]:
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise make_bad_request("the body is not JSON") from None
    if not isinstance(body, dict):
        raise make_bad_request("the body is not a JSON object")
    return body


def _parse_turn(body: dict[str, Any]) -> Turn:
    """Parse a turn, or raise an HTTP error that names the first problem."""
    who, text, pick = body.get("who"), body.get("text"), body.get("pick")
    if unknown := sorted(set(body) - {"who", "text", "pick"}):
        raise make_bad_request(f"there is no field {unknown[0][:40]!r}; there are who, text and pick")
    if not isinstance(who, str) or not fullmatch(WHO_PATTERN, who):
        raise make_bad_request("`who` is missing, or is not 1 to 64 letters, digits and . _ : @ -")
    if ("text" in body) == ("pick" in body):
        raise make_bad_request("send either `text` or `pick`")
    if "text" in body and not _is_short_text(text, MAX_TEXT):
        raise make_bad_request(f"`text` is not a text of at most {MAX_TEXT} characters")
    if "pick" in body and not (_is_short_text(pick, MAX_PICK) and pick):
        raise make_bad_request(f"`pick` is not a text of 1 to {MAX_PICK} characters")
    return Turn(f"api:{who}", text=text or "", pick=pick or "", place=PLACE)


def _is_short_text(text: object, max_length: int) -> bool:
    return isinstance(text, str) and len(text) <= max_length


def make_bad_request(problem: str) -> web.HTTPBadRequest:
    """Make an HTTP error that reports a problem to a program as JSON."""
    return web.HTTPBadRequest(text=json.dumps({"error": problem}), content_type="application/json")


async def serve_openapi(request: web.Request) -> web.Response:
    """Serve the OpenAPI document."""
    return web.json_response(build_openapi())


async def serve_api_page(request: web.Request) -> web.Response:
    """Serve the description of the API as a page for people."""
    lang, phrases = choose_language(request)
    return web.Response(text=render_openapi_page(phrases, lang), content_type="text/html")
