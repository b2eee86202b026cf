"""Read the forms that the pages post."""

from __future__ import annotations

from urllib.parse import parse_qsl

from aiohttp import web

_FORM_TYPE = "application/x-www-form-urlencoded"
_MAX_FIELDS = 8


async def read_form(request: web.Request) -> dict[str, str]:
    """Read the fields of a form; raise an HTTP error if the body is not such a form."""
    if request.content_type != _FORM_TYPE:
        raise web.HTTPUnsupportedMediaType
    body = await request.read()
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise web.HTTPBadRequest from None
    return dict(fields)
