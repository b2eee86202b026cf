"""Let people call a human from the page: pass the summary on if the operator has a webhook, else say so."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_urlsafe

from aiohttp import web

from keyguide.core.model.turn import Reply, Turn
from keyguide.core.phrases.human import HumanPhrases
from keyguide.faces.web.conversation.chat import PLACE, show_exchange
from keyguide.faces.web.forms import read_form
from keyguide.faces.web.html.question_and_reply import Exchange
from keyguide.faces.web.security import headers_and_cookies
from keyguide.faces.web.web_context import WEB_CONTEXT, choose_language
from keyguide.runtime.human_webhook import Outcome, PassedCall, make_call

_MAX_LINE = 300  # characters


def add_human_call(app: web.Application) -> None:
    """Add the route of the form that passes a call on."""
    app.router.add_post("/human", call_human)


async def call_human(request: web.Request) -> web.Response:
    """Pass the summary on, and say what became of it."""
    context = request.app[WEB_CONTEXT]
    visitor = headers_and_cookies.find_visitor(request)
    if context.human is None or visitor is None:  # an old page, or a browser that keeps no cookies
        raise web.HTTPNotFound
    lang, phrases = choose_language(request)
    line = " ".join((await read_form(request)).get("line", "").split())[:_MAX_LINE]
    reply = await context.assistant.reply(Turn(visitor.who, pick="human", place=PLACE, locale=lang))
    call = make_call(context.assistant.knowledge, phrases.human, reply, PLACE, line)
    passed = await context.human.pass_on(visitor.who, call)
    exchange = Exchange(
        token_urlsafe(9), call.message or phrases.human.pass_on, _tell(phrases.human, reply, passed)
    )
    return show_exchange(request, visitor, exchange)


def _tell(phrases: HumanPhrases, reply: Reply, passed: PassedCall) -> Reply:
    """Say what became of a call; if nobody was called, the ways to a human and the summary stay."""
    match passed.outcome:
        case Outcome.PASSED:
            notice = phrases.passed.format(reference=passed.reference)
            return replace(reply, notice=notice, body="", details=(), sources=(), footing="", handoff=None)
        case Outcome.TRYING:
            notice = phrases.trying.format(reference=passed.reference)
            return replace(reply, notice=notice, handoff=None)
        case Outcome.FAILED:
            return replace(reply, notice=phrases.failed)
