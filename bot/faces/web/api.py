"""The door for other programs: one turn in, one reply out, as JSON."""

from __future__ import annotations

import json
from re import fullmatch
from typing import Any

import orjson
from aiohttp import web

from bot.core.contract import whole
from bot.core.turn import Turn
from bot.faces.web.describe import LONGEST_PICK, LONGEST_TEXT, WHO, document, readable
from bot.faces.web.middleware import charge_for_length
from bot.faces.web.parts import PARTS, spoken

PLACE = "api"


def add_api(app: web.Application) -> None:
    """Add the call, its description for programs, and the same for people."""
    app.router.add_post("/api/reply", reply)
    app.router.add_get("/api/openapi.json", described, allow_head=False)
    app.router.add_get("/api", explained)


async def reply(request: web.Request) -> web.Response:
    """Answer one turn."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    turn = _turn(await _asked(request))
    charge_for_length(request, turn.text)
    answered = whole(await request.app[PARTS].assistant.reply(turn))
    return web.Response(body=orjson.dumps(answered), content_type="application/json", charset="utf-8")


async def _asked(request: web.Request) -> dict[str, Any]:
    try:
        asked = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise wrong("the body is not JSON") from None
    if not isinstance(asked, dict):
        raise wrong("the body is not a JSON object")
    return asked


def _turn(asked: dict[str, Any]) -> Turn:
    """Read a turn, or say what is wrong with it."""
    who, text, pick = asked.get("who"), asked.get("text"), asked.get("pick")
    if unknown := sorted(set(asked) - {"who", "text", "pick"}):
        raise wrong(f"there is no field {unknown[0][:40]!r}; there are who, text and pick")
    if not isinstance(who, str) or not fullmatch(WHO, who):
        raise wrong("`who` is missing, or is not 1 to 64 letters, digits and . _ : @ -")
    if ("text" in asked) == ("pick" in asked):
        raise wrong("send either `text` or `pick`")
    if "text" in asked and not _short(text, LONGEST_TEXT):
        raise wrong(f"`text` is not a text of at most {LONGEST_TEXT} characters")
    if "pick" in asked and not (_short(pick, LONGEST_PICK) and pick):
        raise wrong(f"`pick` is not a text of 1 to {LONGEST_PICK} characters")
    return Turn(f"api:{who}", text=text or "", pick=pick or "", place=PLACE)


def _short(text: object, longest: int) -> bool:
    return isinstance(text, str) and len(text) <= longest


def wrong(says: str) -> web.HTTPBadRequest:
    """Return what tells a program its mistake."""
    return web.HTTPBadRequest(text=json.dumps({"error": says}), content_type="application/json")


async def described(request: web.Request) -> web.Response:
    """Return the OpenAPI document."""
    return web.json_response(document())


async def explained(request: web.Request) -> web.Response:
    """Return the same as a page for people."""
    lang, phrases = spoken(request)
    return web.Response(text=readable(phrases, lang), content_type="text/html")
