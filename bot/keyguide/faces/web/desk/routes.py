"""Serve the desk of the knowledge keepers: check access, and show its pages and exports."""

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
# A spreadsheet evaluates a cell that starts with one of these.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _DeskAccess:
    """Allows access with the token only; an address proves nothing, because a proxy may have a local one."""

    def __init__(self, token: str) -> None:
        self.token = token
        # The cookie opens the desk but is not the token: a leaked cookie is useless once the token changes.
        self.cookie_value = hmac.new(token.encode(), b"keyguide desk", sha256).hexdigest()

    def may_enter(self, request: web.Request) -> bool:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.is_token(bearer) or self.has_cookie(request)

    def has_cookie(self, request: web.Request) -> bool:
        return bool(self.token) and _is_equal(request.cookies.get(_COOKIE, ""), self.cookie_value)

    def is_token(self, text: str) -> bool:
        return bool(self.token) and _is_equal(text.strip(), self.token)


def _is_equal(text: str, secret: str) -> bool:
    return hmac.compare_digest(text.encode("utf-8", "replace"), secret.encode())


def add_desk(app: web.Application, token: str) -> None:
    """Add the routes of the desk, which needs the token."""
    access = _DeskAccess(token)
    routes = {
        "/desk": _show_overview,
        "/desk/articles": _show_articles,
        "/desk/article/{id}": _show_article,
        "/desk/flow/{id}": _show_flow,
        "/desk/ledger.csv": _export_ledger,
        "/desk/gaps.csv": _export_gaps,
    }
    for path, route in routes.items():
        app.router.add_get(path, _require_access(access, route))
    app.router.add_post("/desk/enter", _make_enter_handler(access))
    app.router.add_post("/desk/leave", _leave)


def _require_access(access: _DeskAccess, route: Handler) -> Handler:
    async def handle_if_allowed(request: web.Request) -> web.StreamResponse:
        if (key := request.query.get("key")) is not None:  # from the link that is printed at the start
            return _exchange_token(request, access, key)
        return await route(request) if access.may_enter(request) else _show_login(request)

    return handle_if_allowed


def _show_login(request: web.Request, problem: str = "") -> web.Response:
    lang, phrases = choose_language(request)
    return _make_html_response(pages.render_login(phrases, lang, problem=problem), 401)


def _exchange_token(request: web.Request, access: _DeskAccess, token: str) -> web.Response:
    """Exchange the token for a cookie, so that the token is not kept in the address or the history."""
    if not access.is_token(token):
        count_turns(request)
        return _show_login(request, choose_language(request)[1].desk.wrong_token)
    response = _redirect_to_desk()
    response.set_cookie(
        _COOKIE, access.cookie_value, max_age=_COOKIE_HOURS * 3600, path="/desk", httponly=True,
        samesite="Strict", secure=guard.is_https(request),
    )  # fmt: skip
    return response


def _make_enter_handler(access: _DeskAccess) -> Handler:
    async def enter(request: web.Request) -> web.StreamResponse:
        return _exchange_token(request, access, (await read_form(request)).get("token", ""))

    return enter


async def _leave(_request: web.Request) -> web.StreamResponse:
    response = _redirect_to_desk()
    response.del_cookie(_COOKIE, path="/desk")
    return response


def _redirect_to_desk() -> web.Response:
    return web.Response(status=303, headers={"Location": "/desk", "Cache-Control": "no-store"})


async def _read_statistics(request: web.Request) -> tuple[DeskQuery, DeskStatistics]:
    query = parse_query(request.query)
    return query, await compute_statistics(request.app[WEB_CONTEXT].assistant, query)


def _make_page_response(request: web.Request, heading: str, body: str) -> web.Response:
    lang, phrases = choose_language(request)
    return _make_html_response(
        pages.render_desk_page(phrases, lang, heading, body, logged_in=_COOKIE in request.cookies)
    )


def _make_html_response(text: str, status: int = 200) -> web.Response:
    return web.Response(
        status=status, text=text, content_type="text/html", headers={"Cache-Control": "no-store"}
    )


async def _show_overview(request: web.Request) -> web.StreamResponse:
    assistant, phrases = request.app[WEB_CONTEXT].assistant, _get_phrases(request)
    query, statistics = await _read_statistics(request)
    body = pages.render_overview(
        statistics, query, assistant.knowledge, phrases, keeps=assistant.keeps_misses
    )
    return _make_page_response(request, phrases.desk.title, body)


def _get_phrases(request: web.Request) -> Phrases:
    return choose_language(request)[1]


async def _show_articles(request: web.Request) -> web.StreamResponse:
    assistant, phrases = request.app[WEB_CONTEXT].assistant, _get_phrases(request)
    text = request.query.get("q", "")[:200]
    results = search_answers(assistant.knowledge, text)
    body = pages.render_search_results(
        results, text, assistant.knowledge, phrases, assistant.read_clock().date()
    )
    return _make_page_response(request, phrases.desk.articles, body)


async def _show_article(request: web.Request) -> web.StreamResponse:
    assistant, phrases = request.app[WEB_CONTEXT].assistant, _get_phrases(request)
    answer_id = request.match_info["id"]
    answer = assistant.knowledge.articles.get(answer_id) or assistant.knowledge.find_error(answer_id)
    if answer is None:
        raise web.HTTPNotFound
    _, statistics = await _read_statistics(request)
    stats = next((stats for stats in statistics.answer_stats if stats.subject == answer_id), None)
    today = assistant.read_clock().date()
    body = pages.render_answer(answer, stats, assistant.knowledge, phrases, today)
    return _make_page_response(request, assistant.knowledge.find_title(answer_id) or answer_id, body)


async def _show_flow(request: web.Request) -> web.StreamResponse:
    knowledge, phrases = request.app[WEB_CONTEXT].assistant.knowledge, _get_phrases(request)
    flow = knowledge.flows.get(request.match_info["id"])
    if flow is None:
        raise web.HTTPNotFound
    query, statistics = await _read_statistics(request)
    body = pages.render_flow(flow, statistics, query, knowledge, phrases)
    return _make_page_response(request, flow.title, body)


async def _export_ledger(request: web.Request) -> web.StreamResponse:
    """Export the ledger of a period without the names of people."""
    assistant, query = request.app[WEB_CONTEXT].assistant, parse_query(request.query)
    entries = await assistant.ledger.list_entries(
        query.find_start(assistant.read_clock()), query.place or None
    )
    head = ("when", "place", "kind", "subject", "step", "judged", "verdict")
    rows = [(entry.when.isoformat(), *(getattr(entry, name) for name in head[1:])) for entry in entries]
    return _make_csv_response("ledger.csv", [head, *rows])


async def _export_gaps(request: web.Request) -> web.StreamResponse:
    _, statistics = await _read_statistics(request)
    head = ("times", "question", "other ways", "nearest")
    rows = [
        (str(group.times), group.heading, " | ".join(group.wordings), " ".join(group.nearest))
        for group in statistics.unanswered
    ]
    return _make_csv_response("gaps.csv", [head, *rows])


def _make_csv_response(name: str, rows: Iterable[Sequence[str]]) -> web.Response:
    text = io.StringIO()
    csv.writer(text).writerows([_escape_cell(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(text=text.getvalue(), content_type="text/csv", charset="utf-8", headers=headers)


def _escape_cell(text: str) -> str:
    """Escape a cell if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
