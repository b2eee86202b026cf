"""The keepers' desk: who may enter, and what each of its addresses shows."""

from __future__ import annotations

import csv
import hmac
import io
from collections.abc import Awaitable, Callable, Iterable, Sequence
from hashlib import sha256

from aiohttp import web

from keyguide.core.phrases.all import Phrases
from keyguide.faces.web.context import WEB_CONTEXT, choose_language
from keyguide.faces.web.desk import pages
from keyguide.faces.web.desk.statistics import (
    DeskQuery,
    DeskStatistics,
    compute_statistics,
    parse_query,
    search_answers,
)
from keyguide.faces.web.forms import read_form
from keyguide.faces.web.security import guard
from keyguide.faces.web.security.middleware import count_turns

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_COOKIE = "keyguide_desk"
_COOKIE_HOURS = 12
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet begins to calculate


class _DeskAccess:
    """Who may enter: whoever knows the token. An address proves nothing: a proxy has this machine's own."""

    def __init__(self, token: str) -> None:
        self.token = token
        # What the cookie holds opens the desk, but is not the token: a leaked one ends with the next token.
        self.cookie_value = hmac.new(token.encode(), b"keyguide desk", sha256).hexdigest()

    def may_enter(self, request: web.Request) -> bool:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.is_token(bearer) or self.has_cookie(request)

    def has_cookie(self, request: web.Request) -> bool:
        return bool(self.token) and _is_equal(request.cookies.get(_COOKIE, ""), self.cookie_value)

    def is_token(self, said: str) -> bool:
        return bool(self.token) and _is_equal(said.strip(), self.token)


def _is_equal(said: str, meant: str) -> bool:
    return hmac.compare_digest(said.encode("utf-8", "replace"), meant.encode())


def add_desk(app: web.Application, token: str) -> None:
    """Add the desk, which only the token opens."""
    lock = _DeskAccess(token)
    routes = {
        "/desk": _show_overview,
        "/desk/articles": _show_articles,
        "/desk/article/{id}": _show_article,
        "/desk/flow/{id}": _show_flow,
        "/desk/ledger.csv": _export_ledger,
        "/desk/gaps.csv": _export_gaps,
    }
    for where, route in routes.items():
        app.router.add_get(where, _require_access(lock, route))
    app.router.add_post("/desk/enter", _make_enter_handler(lock))
    app.router.add_post("/desk/leave", _leave)


def _require_access(lock: _DeskAccess, route: Handler) -> Handler:
    async def handle_if_allowed(request: web.Request) -> web.StreamResponse:
        if (key := request.query.get("key")) is not None:  # the link that was printed at the start
            return _exchange_token(request, lock, key)
        return await route(request) if lock.may_enter(request) else _show_login(request)

    return handle_if_allowed


def _show_login(request: web.Request, told: str = "") -> web.Response:
    lang, phrases = choose_language(request)
    return _make_html_response(pages.render_login(phrases, lang, told=told), 401)


def _exchange_token(request: web.Request, lock: _DeskAccess, said: str) -> web.Response:
    """Exchange the token for a cookie, so that it stays neither in the address nor in the history."""
    if not lock.is_token(said):
        count_turns(request)
        return _show_login(request, choose_language(request)[1].desk.wrong_token)
    answer = _redirect_to_desk()
    answer.set_cookie(
        _COOKIE, lock.cookie_value, max_age=_COOKIE_HOURS * 3600, path="/desk", httponly=True,
        samesite="Strict", secure=guard.is_https(request),
    )  # fmt: skip
    return answer


def _make_enter_handler(lock: _DeskAccess) -> Handler:
    async def enter(request: web.Request) -> web.StreamResponse:
        return _exchange_token(request, lock, (await read_form(request)).get("token", ""))

    return enter


async def _leave(_request: web.Request) -> web.StreamResponse:
    answer = _redirect_to_desk()
    answer.del_cookie(_COOKIE, path="/desk")
    return answer


def _redirect_to_desk() -> web.Response:
    return web.Response(status=303, headers={"Location": "/desk", "Cache-Control": "no-store"})


async def _read_statistics(request: web.Request) -> tuple[DeskQuery, DeskStatistics]:
    want = parse_query(request.query)
    return want, await compute_statistics(request.app[WEB_CONTEXT].assistant, want)


def _make_page_response(request: web.Request, heading: str, body: str) -> web.Response:
    lang, phrases = choose_language(request)
    return _make_html_response(
        pages.render_desk_page(phrases, lang, heading, body, lock=_COOKIE in request.cookies)
    )


def _make_html_response(text: str, status: int = 200) -> web.Response:
    return web.Response(
        status=status, text=text, content_type="text/html", headers={"Cache-Control": "no-store"}
    )


async def _show_overview(request: web.Request) -> web.StreamResponse:
    assistant, phrases = request.app[WEB_CONTEXT].assistant, _get_phrases(request)
    want, found = await _read_statistics(request)
    body = pages.render_overview(found, want, assistant.knowledge, phrases, keeps=assistant.keeps_misses)
    return _make_page_response(request, phrases.desk.title, body)


def _get_phrases(request: web.Request) -> Phrases:
    return choose_language(request)[1]


async def _show_articles(request: web.Request) -> web.StreamResponse:
    assistant, phrases = request.app[WEB_CONTEXT].assistant, _get_phrases(request)
    text = request.query.get("q", "")[:200]
    found = search_answers(assistant.knowledge, text)
    body = pages.render_search_results(
        found, text, assistant.knowledge, phrases, assistant.read_clock().date()
    )
    return _make_page_response(request, phrases.desk.articles, body)


async def _show_article(request: web.Request) -> web.StreamResponse:
    assistant, phrases = request.app[WEB_CONTEXT].assistant, _get_phrases(request)
    id = request.match_info["id"]
    page = assistant.knowledge.articles.get(id) or assistant.knowledge.find_error(id)
    if page is None:
        raise web.HTTPNotFound
    _, found = await _read_statistics(request)
    worth = next((one for one in found.answer_stats if one.subject == id), None)
    today = assistant.read_clock().date()
    body = pages.render_answer(page, worth, assistant.knowledge, phrases, today)
    return _make_page_response(request, assistant.knowledge.find_title(id) or id, body)


async def _show_flow(request: web.Request) -> web.StreamResponse:
    knowledge, phrases = request.app[WEB_CONTEXT].assistant.knowledge, _get_phrases(request)
    flow = knowledge.flows.get(request.match_info["id"])
    if flow is None:
        raise web.HTTPNotFound
    want, found = await _read_statistics(request)
    return _make_page_response(request, flow.title, pages.render_flow(flow, found, want, knowledge, phrases))


async def _export_ledger(request: web.Request) -> web.StreamResponse:
    """Hand out the ledger of a period without who asked."""
    assistant, want = request.app[WEB_CONTEXT].assistant, parse_query(request.query)
    lines = await assistant.ledger.list_entries(want.find_start(assistant.read_clock()), want.place or None)
    head = ("when", "place", "kind", "subject", "step", "judged", "verdict")
    rows = [(line.when.isoformat(), *(getattr(line, name) for name in head[1:])) for line in lines]
    return _make_csv_response("ledger.csv", [head, *rows])


async def _export_gaps(request: web.Request) -> web.StreamResponse:
    _, found = await _read_statistics(request)
    head = ("times", "question", "other ways", "nearest")
    rows = [
        (str(one.times), one.heading, " | ".join(one.ways), " ".join(one.nearest)) for one in found.unanswered
    ]
    return _make_csv_response("gaps.csv", [head, *rows])


def _make_csv_response(name: str, rows: Iterable[Sequence[str]]) -> web.Response:
    text = io.StringIO()
    csv.writer(text).writerows([_escape_cell(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(text=text.getvalue(), content_type="text/csv", charset="utf-8", headers=headers)


def _escape_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
