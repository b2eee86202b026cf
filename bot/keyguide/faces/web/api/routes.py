"""Serve the JSON API for other programs: one turn in, one reply out; and what is kept about a person."""

from __future__ import annotations

import json
from typing import TypeVar

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from keyguide.core.model.reply_as_data import dump_reply
from keyguide.core.model.turn import Turn
from keyguide.faces.web.api.models import (
    PERSON,
    TURN,
    ErasedOut,
    ExportOut,
    ReplyOut,
    WrittenTurn,
    describe_problem,
)
from keyguide.faces.web.api.openapi import EXAMPLE, build_openapi
from keyguide.faces.web.api.refused_requests import dump_problem
from keyguide.faces.web.make_page import make_page
from keyguide.faces.web.security.middleware import limit_text_length
from keyguide.faces.web.web_context import WEB_CONTEXT

PLACE = "api"
T = TypeVar("T")


def add_api(app: web.Application) -> None:
    """Add the calls, their OpenAPI document, and the page that describes it to people."""
    app.router.add_post("/api/reply", answer_turn)
    app.router.add_post("/api/export", export_person)
    app.router.add_post("/api/forget", forget_person)
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


async def export_person(request: web.Request) -> web.Response:
    """Return all that is kept about a person."""
    who = await _read_person(request)
    found = ExportOut.model_validate({"tables": await request.app[WEB_CONTEXT].assistant.export(who)})
    return web.Response(text=found.model_dump_json(), content_type="application/json")


async def forget_person(request: web.Request) -> web.Response:
    """Erase all that is kept about a person."""
    who = await _read_person(request)
    erased = ErasedOut(erased=await request.app[WEB_CONTEXT].assistant.forget(who))
    return web.Response(text=erased.model_dump_json(), content_type="application/json")


async def _read_person(request: web.Request) -> str:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    return f"{PLACE}:{_parse(PERSON, await request.read()).who}"


def _parse_turn(body: bytes) -> Turn:
    turn = _parse(TURN, body)
    who = f"{PLACE}:{turn.who}"
    if isinstance(turn, WrittenTurn):
        return Turn(who, text=turn.text, place=PLACE)
    return Turn(who, pick=turn.pick, place=PLACE)


def _parse(model: TypeAdapter[T], body: bytes) -> T:
    """Parse a body, or raise an HTTP error that names the first problem."""
    try:
        return model.validate_json(body)
    except ValidationError as error:
        problem = dump_problem(400, describe_problem(error))
        raise web.HTTPBadRequest(text=problem, content_type="application/json") from None


async def serve_openapi(request: web.Request) -> web.Response:
    """Serve the OpenAPI document."""
    return web.json_response(build_openapi())


async def serve_api_page(request: web.Request) -> web.Response:
    """Serve the OpenAPI document as a page for people."""
    return make_page(request, "api.html", document=build_openapi(), example=json.dumps(EXAMPLE, indent=2))
