"""The door for other programs: one turn in, one reply out, as JSON."""

from __future__ import annotations

import json
from re import fullmatch
from typing import Any

import orjson
from aiohttp import web

from keyguide.core.model.reply_as_data import dump_reply
from keyguide.core.model.turn import Turn
from keyguide.faces.web.api.openapi import (
    LONGEST_PICK,
    LONGEST_TEXT,
    WHO_PATTERN,
    build_openapi,
    render_openapi_page,
)
from keyguide.faces.web.context import WEB_CONTEXT, choose_language
from keyguide.faces.web.security.middleware import count_length

PLACE = "api"


def add_api(app: web.Application) -> None:
    """Add the call, its description for programs, and the same for people."""
    app.router.add_post("/api/reply", answer_turn)
    app.router.add_get("/api/openapi.json", serve_openapi, allow_head=False)
    app.router.add_get("/api", serve_api_page)


async def answer_turn(request: web.Request) -> web.Response:
    """Answer one turn."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    turn = _parse_turn(await _read_body(request))
    count_length(request, turn.text)
    answered = dump_reply(await request.app[WEB_CONTEXT].assistant.reply(turn))
    return web.Response(body=orjson.dumps(answered), content_type="application/json", charset="utf-8")


async def _read_body(request: web.Request) -> dict[str, Any]:
    try:
        asked = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise make_bad_request("the body is not JSON") from None
    if not isinstance(asked, dict):
        raise make_bad_request("the body is not a JSON object")
    return asked


def _parse_turn(asked: dict[str, Any]) -> Turn:
    """Read a turn, or say what is wrong with it."""
    who, text, pick = asked.get("who"), asked.get("text"), asked.get("pick")
    if unknown := sorted(set(asked) - {"who", "text", "pick"}):
        raise make_bad_request(f"there is no field {unknown[0][:40]!r}; there are who, text and pick")
    if not isinstance(who, str) or not fullmatch(WHO_PATTERN, who):
        raise make_bad_request("`who` is missing, or is not 1 to 64 letters, digits and . _ : @ -")
    if ("text" in asked) == ("pick" in asked):
        raise make_bad_request("send either `text` or `pick`")
    if "text" in asked and not _is_short_text(text, LONGEST_TEXT):
        raise make_bad_request(f"`text` is not a text of at most {LONGEST_TEXT} characters")
    if "pick" in asked and not (_is_short_text(pick, LONGEST_PICK) and pick):
        raise make_bad_request(f"`pick` is not a text of 1 to {LONGEST_PICK} characters")
    return Turn(f"api:{who}", text=text or "", pick=pick or "", place=PLACE)


def _is_short_text(text: object, longest: int) -> bool:
    return isinstance(text, str) and len(text) <= longest


def make_bad_request(says: str) -> web.HTTPBadRequest:
    """Return what tells a program its mistake."""
    return web.HTTPBadRequest(text=json.dumps({"error": says}), content_type="application/json")


async def serve_openapi(request: web.Request) -> web.Response:
    """Return the OpenAPI document."""
    return web.json_response(build_openapi())


async def serve_api_page(request: web.Request) -> web.Response:
    """Return the same as a page for people."""
    lang, phrases = choose_language(request)
    return web.Response(text=render_openapi_page(phrases, lang), content_type="text/html")
