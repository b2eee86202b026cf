"""Describe the API in an OpenAPI document, and render that document as a page for people."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import version
from typing import Any

from keyguide.core.model.turn import Kind
from keyguide.core.phrases.all import Phrases
from keyguide.faces.web.html.layout import render_document, render_header
from keyguide.faces.web.html.markdown import escape_html

MAX_TEXT = 20_000
MAX_PICK = 100
WHO_PATTERN = r"[A-Za-z0-9._:@-]{1,64}"

Schema = dict[str, Any]


def _make_object_schema(properties: dict[str, Schema], **more: object) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), **more} | {
        "additionalProperties": False
    }


def _make_text_schema(description: str, **more: object) -> Schema:
    return {"type": "string", "description": description, **more}


def _make_list_schema(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _make_nullable(schema: Schema) -> Schema:
    return schema | {"type": [schema["type"], "null"]}


def _build_turn_schema() -> Schema:
    who = _make_text_schema(
        "The name of the person: the same name continues the same conversation. Anyone who knows the name "
        "can continue it, so make it long and random if that matters.",
        pattern=f"^{WHO_PATTERN}$",
    )
    text = _make_text_schema("What the person wrote.", maxLength=MAX_TEXT)
    pick = _make_text_schema(
        "The pick of an option of an earlier reply, unchanged; `start` begins.", minLength=1
    )
    pick |= {"maxLength": MAX_PICK}
    return {
        "oneOf": [
            {"title": "Written"} | _make_object_schema({"who": who, "text": text}),
            {"title": "Pressed"} | _make_object_schema({"who": who, "pick": pick}),
        ]
    }


def _build_reply_schema() -> Schema:
    words = _make_nullable(_make_text_schema("As slmgr writes it."))
    licence = _make_nullable(_make_object_schema({"channel": words, "status": words}))
    evidence = _make_object_schema(
        {
            "code": _make_nullable(_make_text_schema("The first error code in the text.")),
            "state": _make_nullable(
                _make_text_schema("The id of the Activation page's message in the text.")
            ),
            "licence": licence,
        }
    )
    option = _make_object_schema(
        {
            "label": _make_text_schema("The text of the button."),
            "pick": _make_text_schema("What to send back."),
        }
    )
    source = _make_object_schema(
        {
            "title": _make_text_schema("The title of the page."),
            "url": _make_text_schema("Its address.", format="uri"),
        }
    )
    return _make_object_schema(
        {
            "kind": _make_text_schema("What kind of reply this is.", enum=[kind.value for kind in Kind]),
            "subject": _make_nullable(_make_text_schema("The id of the article, error code or diagnosis.")),
            "offers": _make_list_schema({"type": "string"}, "The ids that the options open."),
            "secret": {
                "type": "boolean",
                "description": "Whether the text held a product key or another secret.",
            },
            "evidence": evidence,
            "notice": _make_text_schema("What to show above everything else; may be empty."),
            "title": _make_text_schema("The heading."),
            "progress": _make_text_schema("How far a diagnosis has come; may be empty."),
            "body": _make_text_schema("The answer: paragraphs, lists, bold, code and links in Markdown."),
            "options": _make_list_schema(option, "The buttons."),
            "sources": _make_list_schema(source, "The pages that the answer is based on."),
            "footing": _make_text_schema("How sure the answer is, and when it was last verified."),
        }
    )


def _build_responses() -> dict[str, Schema]:
    """Build the description of each response, by status."""
    errors = {
        "400": "The body does not match this description.",
        "403": "A browser sent this from another site.",
        "413": "The body is too large.",
        "415": "The body is not application/json.",
        "429": "Too many requests; the header Retry-After says how many seconds to wait.",
        "503": "The database cannot be read or written at the moment.",
    }
    error = _make_json_content({"$ref": "#/components/schemas/Error"})
    responses: dict[str, Schema] = {
        status: {"description": problem, "content": error} for status, problem in errors.items()
    }
    responses["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}}
    success: Schema = {
        "description": "The reply.",
        "content": _make_json_content({"$ref": "#/components/schemas/Reply"}),
    }
    return {"200": success} | responses


def _make_json_content(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


@cache
def build_openapi() -> Schema:
    """Build the OpenAPI document."""
    call = {
        "operationId": "reply",
        "summary": "Take one turn and return the reply",
        "description": "A conversation is remembered by `who`: its choices and facts, never its words.",
        "requestBody": {
            "required": True,
            "content": _make_json_content({"$ref": "#/components/schemas/Turn"}),
        },
        "responses": _build_responses(),
    }
    error = _make_object_schema({"error": _make_text_schema("What is wrong, in a sentence.")})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Keyguide's API",
            "version": version("keyguide"),
            "description": "The assistant for programs: send what people write or press, show the reply.",
        },
        "paths": {"/api/reply": {"post": call}},
        "components": {
            "schemas": {"Turn": _build_turn_schema(), "Reply": _build_reply_schema(), "Error": error}
        },
    }


@cache
def render_openapi_page(phrases: Phrases, lang: str) -> str:
    """Render the document as a page for people."""
    document = build_openapi()
    info, schemas = document["info"], document["components"]["schemas"]
    example = json.dumps({"who": "a-long-random-name", "text": "what does 0xC004F211 mean?"}, indent=2)
    sections = [
        f"<h1>{escape_html(info['title'])}</h1><p>{escape_html(info['description'])}</p>",
        f'<p><a href="/api/openapi.json">OpenAPI {escape_html(document["openapi"])}</a></p>',
        f'<h2><code>POST /api/reply</code></h2><pre tabindex="0"><code>{escape_html(example)}</code></pre>',
        *(_render_schema_table(f"Turn: {turn['title']}", turn) for turn in schemas["Turn"]["oneOf"]),
        _render_schema_table("Reply", schemas["Reply"]),
        _render_status_table(document["paths"]["/api/reply"]["post"]["responses"]),
    ]
    body = f'{render_header(phrases)}<main class="paper">{"".join(sections)}</main>'
    return render_document(body, f"{info['title']} · {phrases.web.name}", lang)


def _render_schema_table(title: str, schema: Schema) -> str:
    fields = schema["properties"].items()
    return _render_rows(
        title, [(name, field.get("description", _join_property_names(field))) for name, field in fields]
    )


def _join_property_names(field: Schema) -> str:
    return ", ".join(field.get("properties", {}))


def _render_status_table(responses: dict[str, Schema]) -> str:
    return _render_rows(
        "Status", [(status, response["description"]) for status, response in responses.items()]
    )


def _render_rows(title: str, rows: list[tuple[str, str]]) -> str:
    cells = ((f"<code>{escape_html(name)}</code>", escape_html(text)) for name, text in rows)
    html = "".join(f'<tr><th scope="row">{name}</th><td>{text}</td></tr>' for name, text in cells)
    return f"<h3>{escape_html(title)}</h3><table>{html}</table>"
