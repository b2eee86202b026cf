"""Serve the JSON API for other programs: one turn in, one reply out."""

from __future__ import annotations

import json

from aiohttp import web
from pydantic import ValidationError

from keyguide.core.model.reply_as_data import dump_reply
from keyguide.core.model.turn import Turn
from keyguide.faces.web.api.models import TURN, ReplyOut, WrittenTurn, describe_problem
from keyguide.faces.web.api.openapi import EXAMPLE, build_openapi
from keyguide.faces.web.api.problems import dump_problem
from keyguide.faces.web.context import WEB_CONTEXT
from keyguide.faces.web.pages import make_page
from keyguide.faces.web.security.middleware import limit_text_length

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
    turn = _parse_turn(await request.read())
    limit_text_length(request, turn.text)
    reply = dump_reply(await request.app[WEB_CONTEXT].assistant.reply(turn))
    return web.Response(
        text=ReplyOut.model_validate(reply).model_dump_json(), content_type="application/json"
    )


def _parse_turn(body: bytes) -> Turn:
    """Parse a turn, or raise an HTTP error that names the first problem."""
    try:
        turn = TURN.validate_json(body)
    except ValidationError as error:
        problem = dump_problem(400, describe_problem(error))
        raise web.HTTPBadRequest(text=problem, content_type="application/json") from None
    who = f"{PLACE}:{turn.who}"
    if isinstance(turn, WrittenTurn):
        return Turn(who, text=turn.text, place=PLACE)
    return Turn(who, pick=turn.pick, place=PLACE)


async def serve_openapi(request: web.Request) -> web.Response:
    """Serve the OpenAPI document."""
    return web.json_response(build_openapi())


async def serve_api_page(request: web.Request) -> web.Response:
    """Serve the OpenAPI document as a page for people."""
    return make_page(request, "api.html", document=build_openapi(), example=json.dumps(EXAMPLE, indent=2))
