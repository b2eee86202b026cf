"""Answer requests with pages in the language of the browser."""

from __future__ import annotations

from aiohttp import web

from keyguide.faces.web.web_context import WEB_CONTEXT, choose_language


def make_page(request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
    """Make a response from a template; no cache keeps it, because it may show a conversation."""
    headers = {"Cache-Control": "no-store"}
    text = render_page(request, template, **values)
    return web.Response(status=status, text=text, content_type="text/html", headers=headers)


def render_page(request: web.Request, template: str, **values: object) -> str:
    """Render a template with the phrases of the language that the browser asks for."""
    lang, phrases = choose_language(request)
    return request.app[WEB_CONTEXT].templates.render(template, lang, phrases, values)


def redirect(address: str) -> web.Response:
    """Make a response that lets the browser load a page, so that a reload does not post a form again."""
    return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
