"""Build the OpenAPI document of the API from its models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter

from keyguide.faces.web.api.models import (
    PERSON,
    TURN,
    ErasedOut,
    ErrorOut,
    ExportOut,
    PressedTurn,
    ReplyOut,
    WrittenTurn,
)
from keyguide.faces.web.api.refused_requests import PROBLEMS

Schema = dict[str, Any]

EXAMPLE = {"who": "a-long-random-name", "text": "what does 0xC004F211 mean?"}
_FIRST = tuple(model.__name__ for model in (WrittenTurn, PressedTurn, ReplyOut))  # on the page for people
_REFUSALS = (400, 403, 408, 413, 415, 429, 500, 503)
_RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}}
# The last part of the address, what it does, what more there is to say, and the names of body and result.
_CALLS = (
    (
        "reply",
        "Take one turn and return the reply",
        "A conversation is remembered by `who`: its choices and facts, never its words.",
        "turn",
        "reply",
    ),
    (
        "export",
        "Return all that is kept about a person",
        "The same as `keyguide export`.",
        "person",
        "export",
    ),
    ("forget", "Erase all that is kept about a person", "It cannot be undone.", "person", "erased"),
)


@cache
def build_openapi() -> Schema:
    """Build the OpenAPI document."""
    schemas, components = TypeAdapter.json_schemas(
        [
            ("turn", "validation", TURN),
            ("reply", "serialization", TypeAdapter(ReplyOut)),
            ("error", "serialization", TypeAdapter(ErrorOut)),
            ("person", "validation", PERSON),
            ("erased", "serialization", TypeAdapter(ErasedOut)),
            ("export", "serialization", TypeAdapter(ExportOut)),
        ],
        ref_template="#/components/schemas/{model}",
    )
    contents = {name: _make_json_content(schema) for (name, _), schema in schemas.items()}
    contents["turn"]["application/json"]["example"] = EXAMPLE
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Keyguide's API",
            "version": version("keyguide"),
            "description": "The assistant for programs: send what people write or press, show the reply.",
        },
        "paths": dict(_list_paths(contents)),
        "components": {"schemas": dict.fromkeys(_FIRST) | components["$defs"]},
    }


def _list_paths(contents: Mapping[str, Schema]) -> Iterator[tuple[str, Schema]]:
    for name, summary, description, body, result in _CALLS:
        call = {
            "operationId": name,
            "summary": summary,
            "description": description,
            "requestBody": {"required": True, "content": contents[body]},
            "responses": _build_responses(contents[result], contents["error"]),
        }
        yield f"/api/{name}", {"post": call}


def _make_json_content(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _build_responses(reply: Schema, error: Schema) -> Schema:
    """Build the description of each response, by status."""
    responses: Schema = {"200": {"description": "the reply", "content": reply}}
    for status in _REFUSALS:
        headers = {"headers": _RETRY_AFTER} if status in {429, 503} else {}
        responses[str(status)] = {"description": PROBLEMS[status], "content": error} | headers
    return responses
