"""Serve the chat page: a form that is posted and an answer that is shown, also without scripts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from secrets import token_urlsafe

from aiohttp import web

from keyguide.core.engine.pages.who_can_help import lead_handoff
from keyguide.core.model.option_order import count_out, list_counted_picks
from keyguide.core.model.turn import Kind, Reply, Turn
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.web.forms import read_form
from keyguide.faces.web.html.question_and_reply import MAX_SHOWN_CHARACTERS, Exchange, view_exchange
from keyguide.faces.web.make_page import make_page, redirect
from keyguide.faces.web.security import headers_and_cookies
from keyguide.faces.web.security.headers_and_cookies import Visitor
from keyguide.faces.web.security.middleware import limit_text_length
from keyguide.faces.web.web_context import FRAGMENT_HEADER, WEB_CONTEXT, WebContext, choose_language

PLACE = "web"


def add_chat(app: web.Application) -> None:
    """Add the routes of the page and of its forms."""
    app.router.add_get("/", show_chat)
    app.router.add_post("/", take_turn)
    app.router.add_post("/forget", forget)


async def show_chat(request: web.Request) -> web.Response:
    """Show the recent exchanges, or one exchange with the current reply if they are not known any more."""
    context = request.app[WEB_CONTEXT]
    visitor = headers_and_cookies.find_visitor(request)
    lang, _ = choose_language(request)
    known = context.recent.read_until(visitor.who, request.query.get("seen", "")) if visitor else ()
    *past, last = known or (Exchange("now", "", await _preview_current_reply(context, visitor, lang)),)
    views = [view_exchange(exchange, past=True) for exchange in past]
    return make_page(
        request,
        "chat.html",
        exchanges=[*views, view_exchange(last, fresh=bool(known))],
        can_call=context.human is not None,
        known=bool(known),
        untouched=not known and last.reply.kind is Kind.MENU,
        forgotten="forgotten" in request.query and not visitor,
        keeps_misses=context.assistant.keeps_misses,
        reads_pictures=context.site.picture_reader.is_installed,
    )


async def _preview_current_reply(context: WebContext, visitor: Visitor | None, lang: str) -> Reply:
    """Preview the reply of the saved conversation, or the start page if the visitor is new."""
    name, pick = (visitor.who, "again") if visitor else ("web:newcomer", "start")
    reply = await context.assistant.preview(Turn(name, pick=pick, place=PLACE, locale=lang))
    return lead_handoff(reply, _say_who_helps(context, context.assistant.knowledge.choose_phrases(lang)))


def _say_who_helps(context: WebContext, phrases: Phrases) -> str:
    return phrases.human.offer if context.human else phrases.human.alone


async def take_turn(request: web.Request) -> web.Response:
    """Answer what was written or pressed."""
    return await answer_form(request, await read_form(request))


async def answer_form(request: web.Request, form: Mapping[str, str]) -> web.Response:
    """Answer what somebody wrote into the form of the page, or the button in it that they pressed."""
    context, lang = request.app[WEB_CONTEXT], choose_language(request)[0]
    pick, text = form.get("pick", ""), form.get("text", "")
    visitor = headers_and_cookies.find_visitor(request)
    if visitor is None:
        pick = pick or await _count_out_at_start(context, text, lang)
    label = await _find_label(context, visitor, pick, lang)
    return await answer_turn(request, Turn("", text="" if pick else text, pick=pick), label)


async def answer_turn(request: web.Request, turn: Turn, label: str) -> web.Response:
    """Answer a turn of whoever made the request; the label stands for what was not written.

    Redirect a browser without our script, so that a reload does not post it again.
    """
    context, start = request.app[WEB_CONTEXT], time.perf_counter()
    visitor = headers_and_cookies.find_visitor(request) or headers_and_cookies.create_visitor()
    lang, phrases = choose_language(request)
    limit_text_length(request, turn.text)
    reply = await context.assistant.reply(replace(turn, who=visitor.who, place=PLACE, locale=lang))
    reply = lead_handoff(reply, _say_who_helps(context, phrases))
    message = "\n".join(part for part in (label, reply.masked_text) if part)[: MAX_SHOWN_CHARACTERS + 1]
    context.metrics.record_delay(PLACE, time.perf_counter() - start)
    return show_exchange(request, visitor, Exchange(token_urlsafe(9), message, reply))


def show_exchange(request: web.Request, visitor: Visitor, exchange: Exchange) -> web.Response:
    """Keep an exchange for a reload, and show it: to our script alone, or as the last one of the page."""
    context = request.app[WEB_CONTEXT]
    context.recent.keep(visitor.who, exchange)
    response = (
        make_page(request, "exchange.html", shown=view_exchange(exchange), can_call=context.human is not None)
        if FRAGMENT_HEADER in request.headers
        else redirect(f"/?seen={exchange.id}")
    )
    return _set_visitor_cookie(request, response, visitor)


async def _count_out_at_start(context: WebContext, text: str, lang: str) -> str:
    """Find the option that a bare number picks on the start page, which no conversation remembers yet."""
    if not text.strip().isdecimal():
        return ""
    return count_out(list_counted_picks(await _preview_current_reply(context, None, lang)), text.strip())


async def _find_label(context: WebContext, visitor: Visitor | None, pick: str, lang: str) -> str:
    """Find the label of a pressed button, if it was shown recently or belongs to the current reply."""
    if not pick:
        return ""
    if visitor and (label := context.recent.find_label(visitor.who, pick)):
        return label
    current = await _preview_current_reply(context, visitor, lang)
    return next((option.label for option in current.options if option.pick == pick), "")


async def forget(request: web.Request) -> web.Response:
    """Erase everything kept about this browser, and its cookie too."""
    context = request.app[WEB_CONTEXT]
    if visitor := headers_and_cookies.find_visitor(request):
        context.recent.forget(visitor.who)
        await context.assistant.forget(visitor.who)
    return _set_visitor_cookie(request, redirect("/?forgotten"), None)


def _set_visitor_cookie(
    request: web.Request, response: web.Response, visitor: Visitor | None
) -> web.Response:
    framed = bool(request.app[WEB_CONTEXT].site.embed)
    response.headers["Set-Cookie"] = headers_and_cookies.make_cookie(
        visitor, https=headers_and_cookies.is_https(request), framed=framed
    )
    return response
