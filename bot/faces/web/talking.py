"""The chat page: a form that is posted, an answer that is shown, and nothing that needs a script."""

from __future__ import annotations

import time
from dataclasses import replace
from secrets import token_urlsafe

from aiohttp import web

from bot.core.turn import Reply, Turn
from bot.faces.web import document, guard, page
from bot.faces.web.forms import read_form
from bot.faces.web.guard import Visitor
from bot.faces.web.middleware import charge_for_length
from bot.faces.web.page import Exchange
from bot.faces.web.parts import PART, PARTS, Parts, spoken

PLACE = "web"


def add_chat(app: web.Application) -> None:
    """Add the page, and what its forms post to."""
    app.router.add_get("/", show)
    app.router.add_post("/", take)
    app.router.add_post("/forget", forget)


async def show(request: web.Request) -> web.Response:
    """Show the conversation: as it was a moment ago, else where it stands."""
    parts = request.app[PARTS]
    who = guard.visitor(request)
    lang, phrases = spoken(request)
    known = parts.recent.upto(who.who, request.query.get("seen", "")) if who else ()
    shown = known or (Exchange("now", "", await _standing(parts, who, lang)),)
    told = phrases.web.forgotten if "forgotten" in request.query and not who else ""
    if parts.assistant.keeps_misses:
        phrases = replace(phrases, web=replace(phrases.web, privacy=phrases.web.privacy_misses))
    return _html(document.chat(shown, phrases, lang, known=bool(known), told=told))


async def _standing(parts: Parts, who: Visitor | None, lang: str) -> Reply:
    """Return where a person stands, as the memory tells it; looking changes and counts nothing."""
    name, pick = (who.who, "again") if who else ("web:newcomer", "start")
    return await parts.assistant.look(Turn(name, pick=pick, place=PLACE, locale=lang))


async def take(request: web.Request) -> web.Response:
    """Take one turn; a browser without our script is sent on, so that loading again posts nothing twice."""
    parts, began = request.app[PARTS], time.perf_counter()
    who = guard.visitor(request) or guard.newcomer()
    lang, phrases = spoken(request)
    form = await read_form(request)
    label = await _label(parts, who, form.get("pick", ""), lang)
    text = form.get("text", "") if not form.get("pick") else ""
    charge_for_length(request, text)
    turn = Turn(who.who, text=text, pick=form.get("pick", ""), place=PLACE, locale=lang)
    reply = await parts.assistant.reply(turn)
    said = Exchange(token_urlsafe(9), (reply.said or label)[: page.MOST_SAID + 1], reply)
    parts.recent.keep(who.who, said)
    parts.metrics.acknowledged(PLACE, time.perf_counter() - began)
    answer = _html(page.exchange(said, phrases)) if PART in request.headers else _onward(f"/?seen={said.id}")
    return _known(request, answer, who)


async def _label(parts: Parts, who: Visitor, pick: str, lang: str) -> str:
    """Return the words on the button that was pressed, as far as it was shown lately or stands there now."""
    if not pick:
        return ""
    if label := parts.recent.label(who.who, pick):
        return label
    standing = await _standing(parts, who, lang)
    return next((option.label for option in standing.options if option.pick == pick), "")


async def forget(request: web.Request) -> web.Response:
    """Erase everything kept about this browser, its cookie too."""
    parts = request.app[PARTS]
    if who := guard.visitor(request):
        parts.recent.forget(who.who)
        await parts.assistant.forget(who.who)
    return _known(request, _onward("/?forgotten"), None)


def _known(request: web.Request, answer: web.Response, who: Visitor | None) -> web.Response:
    framed = bool(request.app[PARTS].site.embed)
    answer.headers["Set-Cookie"] = guard.cookie(who, https=guard.secure(request), framed=framed)
    return answer


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})


def _onward(where: str) -> web.Response:
    return web.Response(status=303, headers={"Location": where, "Cache-Control": "no-store"})
