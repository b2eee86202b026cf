"""What other programs may ask and are answered, as an OpenAPI document and as a page made of it."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import version
from typing import Any

from bot.core.phrases import Phrases
from bot.core.turn import Kind
from bot.faces.web.document import header, shell
from bot.faces.web.prose import plain

LONGEST_TEXT = 20_000
LONGEST_PICK = 100
WHO = r"[A-Za-z0-9._:@-]{1,64}"

Schema = dict[str, Any]


def _object(properties: dict[str, Schema], **more: object) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), **more} | {
        "additionalProperties": False
    }


def _text(means: str, **more: object) -> Schema:
    return {"type": "string", "description": means, **more}


def _list(items: Schema, means: str) -> Schema:
    return {"type": "array", "items": items, "description": means}


def _maybe(schema: Schema) -> Schema:
    return schema | {"type": [schema["type"], "null"]}


def _turn() -> Schema:
    who = _text(
        "Who asks: the same name goes on with the same conversation. Whoever knows it can go on with it, "
        "so make it long and random where that matters.",
        pattern=f"^{WHO}$",
    )
    text = _text("What the person wrote.", maxLength=LONGEST_TEXT)
    pick = _text("The pick of an option of an earlier reply, unchanged; `start` begins.", minLength=1)
    pick |= {"maxLength": LONGEST_PICK}
    return {
        "oneOf": [
            {"title": "Written"} | _object({"who": who, "text": text}),
            {"title": "Pressed"} | _object({"who": who, "pick": pick}),
        ]
    }


def _reply() -> Schema:
    words = _maybe(_text("As slmgr writes it."))
    licence = _maybe(_object({"channel": words, "status": words}))
    evidence = _object(
        {
            "code": _maybe(_text("The first error code in the text.")),
            "state": _maybe(_text("The id of the Activation page's message in the text.")),
            "licence": licence,
        }
    )
    option = _object({"label": _text("What stands on the button."), "pick": _text("What to send back.")})
    source = _object({"title": _text("The title of the page."), "url": _text("Its address.", format="uri")})
    return _object(
        {
            "kind": _text("What kind of reply this is.", enum=[kind.value for kind in Kind]),
            "subject": _maybe(_text("The id of the article, error code or diagnosis.")),
            "offers": _list({"type": "string"}, "The ids that the options open."),
            "secret": {
                "type": "boolean",
                "description": "Whether the text held a product key or another secret.",
            },
            "evidence": evidence,
            "notice": _text("What to show above everything else; may be empty."),
            "title": _text("The heading."),
            "progress": _text("How far a diagnosis has come; may be empty."),
            "body": _text("The answer: paragraphs, lists, bold, code and links in Markdown."),
            "options": _list(option, "What can be pressed."),
            "sources": _list(source, "The pages that the answer rests on."),
            "footing": _text("How sure the answer is, and when it was last verified."),
        }
    )


def _answers() -> dict[str, Schema]:
    """Return what comes back, by status."""
    errors = {
        "400": "The body is not what is described here.",
        "403": "A browser sent this from another site.",
        "413": "The body is too large.",
        "415": "The body is not application/json.",
        "429": "Too many requests; the header Retry-After says how many seconds to wait.",
        "503": "The memory cannot be read or written just now.",
    }
    told = _content({"$ref": "#/components/schemas/Error"})
    answers: dict[str, Schema] = {
        status: {"description": means, "content": told} for status, means in errors.items()
    }
    answers["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}}
    good: Schema = {"description": "The reply.", "content": _content({"$ref": "#/components/schemas/Reply"})}
    return {"200": good} | answers


def _content(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


@cache
def document() -> Schema:
    """Return the OpenAPI document."""
    call = {
        "operationId": "reply",
        "summary": "Take one turn and return the reply",
        "description": "A conversation is remembered by `who`: its choices and facts, never its words.",
        "requestBody": {"required": True, "content": _content({"$ref": "#/components/schemas/Turn"})},
        "responses": _answers(),
    }
    error = _object({"error": _text("What is wrong, in a sentence.")})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Latchkey's API",
            "version": version("latchkey"),
            "description": "The assistant for programs: send what people write or press, show the reply.",
        },
        "paths": {"/api/reply": {"post": call}},
        "components": {"schemas": {"Turn": _turn(), "Reply": _reply(), "Error": error}},
    }


@cache
def readable(phrases: Phrases, lang: str) -> str:
    """Return the document as a page for people."""
    described = document()
    info, schemas = described["info"], described["components"]["schemas"]
    example = json.dumps({"who": "a-long-random-name", "text": "what does 0xC004F211 mean?"}, indent=2)
    sections = [
        f"<h1>{plain(info['title'])}</h1><p>{plain(info['description'])}</p>",
        f'<p><a href="/api/openapi.json">OpenAPI {plain(described["openapi"])}</a></p>',
        f'<h2><code>POST /api/reply</code></h2><pre tabindex="0"><code>{plain(example)}</code></pre>',
        *(_table(f"Turn: {turn['title']}", turn) for turn in schemas["Turn"]["oneOf"]),
        _table("Reply", schemas["Reply"]),
        _statuses(described["paths"]["/api/reply"]["post"]["responses"]),
    ]
    body = f'{header(phrases)}<main class="paper">{"".join(sections)}</main>'
    return shell(body, f"{info['title']} · {phrases.web.name}", lang)


def _table(title: str, schema: Schema) -> str:
    fields = schema["properties"].items()
    return _rows(title, [(name, field.get("description", _inside(field))) for name, field in fields])


def _inside(field: Schema) -> str:
    return ", ".join(field.get("properties", {}))


def _statuses(answers: dict[str, Schema]) -> str:
    return _rows("Status", [(status, answer["description"]) for status, answer in answers.items()])


def _rows(title: str, rows: list[tuple[str, str]]) -> str:
    named = ((f"<code>{plain(name)}</code>", plain(said)) for name, said in rows)
    drawn = "".join(f'<tr><th scope="row">{name}</th><td>{said}</td></tr>' for name, said in named)
    return f"<h3>{plain(title)}</h3><table>{drawn}</table>"
