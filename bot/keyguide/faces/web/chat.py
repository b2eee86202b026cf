"""The chat page: a form that is posted, an answer that is shown, and nothing that needs a script."""

from __future__ import annotations

import time
from dataclasses import replace
from secrets import token_urlsafe

from aiohttp import web

from keyguide.core.model.turn import Reply, Turn
from keyguide.faces.web.context import FRAGMENT_HEADER, WEB_CONTEXT, WebContext, choose_language
from keyguide.faces.web.forms import read_form
from keyguide.faces.web.html import exchange, layout
from keyguide.faces.web.html.exchange import Exchange
from keyguide.faces.web.security import guard
from keyguide.faces.web.security.guard import Visitor
from keyguide.faces.web.security.middleware import count_length

PLACE = "web"


def add_chat(app: web.Application) -> None:
    """Add the page, and what its forms post to."""
    app.router.add_get("/", show_chat)
    app.router.add_post("/", take_turn)
    app.router.add_post("/forget", forget)


async def show_chat(request: web.Request) -> web.Response:
    """Show the conversation: as it was a moment ago, else where it stands."""
    parts = request.app[WEB_CONTEXT]
    who = guard.find_visitor(request)
    lang, phrases = choose_language(request)
    known = parts.recent.read_until(who.who, request.query.get("seen", "")) if who else ()
    shown = known or (Exchange("now", "", await _preview_current_reply(parts, who, lang)),)
    told = phrases.web.forgotten if "forgotten" in request.query and not who else ""
    if parts.assistant.keeps_misses:
        phrases = replace(phrases, web=replace(phrases.web, privacy=phrases.web.privacy_misses))
    return _make_html_response(layout.render_chat(shown, phrases, lang, known=bool(known), told=told))


async def _preview_current_reply(parts: WebContext, who: Visitor | None, lang: str) -> Reply:
    """Return where a person stands, as the memory tells it; looking changes and counts nothing."""
    name, pick = (who.who, "again") if who else ("web:newcomer", "start")
    return await parts.assistant.preview(Turn(name, pick=pick, place=PLACE, locale=lang))


async def take_turn(request: web.Request) -> web.Response:
    """Take one turn; a browser without our script is sent on, so that loading again posts nothing twice."""
    parts, began = request.app[WEB_CONTEXT], time.perf_counter()
    who = guard.find_visitor(request) or guard.create_visitor()
    lang, phrases = choose_language(request)
    form = await read_form(request)
    label = await _find_label(parts, who, form.get("pick", ""), lang)
    text = form.get("text", "") if not form.get("pick") else ""
    count_length(request, text)
    turn = Turn(who.who, text=text, pick=form.get("pick", ""), place=PLACE, locale=lang)
    reply = await parts.assistant.reply(turn)
    said = Exchange(token_urlsafe(9), (reply.said or label)[: exchange.MAX_SHOWN_CHARACTERS + 1], reply)
    parts.recent.keep(who.who, said)
    parts.metrics.record_delay(PLACE, time.perf_counter() - began)
    answer = (
        _make_html_response(exchange.render_exchange(said, phrases))
        if FRAGMENT_HEADER in request.headers
        else _redirect(f"/?seen={said.id}")
    )
    return _set_visitor_cookie(request, answer, who)


async def _find_label(parts: WebContext, who: Visitor, pick: str, lang: str) -> str:
    """Return the words on the button that was pressed, as far as it was shown lately or stands there now."""
    if not pick:
        return ""
    if label := parts.recent.find_label(who.who, pick):
        return label
    standing = await _preview_current_reply(parts, who, lang)
    return next((option.label for option in standing.options if option.pick == pick), "")


async def forget(request: web.Request) -> web.Response:
    """Erase everything kept about this browser, its cookie too."""
    parts = request.app[WEB_CONTEXT]
    if who := guard.find_visitor(request):
        parts.recent.forget(who.who)
        await parts.assistant.forget(who.who)
    return _set_visitor_cookie(request, _redirect("/?forgotten"), None)


def _set_visitor_cookie(request: web.Request, answer: web.Response, who: Visitor | None) -> web.Response:
    framed = bool(request.app[WEB_CONTEXT].site.embed)
    answer.headers["Set-Cookie"] = guard.make_cookie(who, https=guard.is_https(request), framed=framed)
    return answer


def _make_html_response(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})


def _redirect(where: str) -> web.Response:
    return web.Response(status=303, headers={"Location": where, "Cache-Control": "no-store"})
