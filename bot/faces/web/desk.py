"""The keepers' desk: who may enter, and what each of its addresses shows."""

from __future__ import annotations

import csv
import hmac
import io
from collections.abc import Awaitable, Callable, Iterable, Sequence
from hashlib import sha256

from aiohttp import web

from bot.core.phrases import Phrases
from bot.faces.web import desk_pages as pages
from bot.faces.web import guard
from bot.faces.web.desk_data import Asked, Counted, asked, counted, searched
from bot.faces.web.forms import read_form
from bot.faces.web.middleware import charge
from bot.faces.web.parts import PARTS, spoken

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]

_COOKIE = "latchkey_desk"
_HOURS = 12
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet begins to calculate


class _Lock:
    """Who may enter: whoever knows the token. An address proves nothing: a proxy has this machine's own."""

    def __init__(self, token: str) -> None:
        self.token = token
        # What the cookie holds opens the desk, but is not the token: a leaked one ends with the next token.
        self.pass_ = hmac.new(token.encode(), b"latchkey desk", sha256).hexdigest()

    def open_to(self, request: web.Request) -> bool:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.fits(bearer) or self._has_pass(request)

    def _has_pass(self, request: web.Request) -> bool:
        return bool(self.token) and _same(request.cookies.get(_COOKIE, ""), self.pass_)

    def fits(self, said: str) -> bool:
        return bool(self.token) and _same(said.strip(), self.token)


def _same(said: str, meant: str) -> bool:
    return hmac.compare_digest(said.encode("utf-8", "replace"), meant.encode())


def add_desk(app: web.Application, token: str) -> None:
    """Add the desk, which only the token opens."""
    lock = _Lock(token)
    routes = {
        "/desk": _overview,
        "/desk/articles": _articles,
        "/desk/article/{id}": _article,
        "/desk/flow/{id}": _flow,
        "/desk/ledger.csv": _ledger,
        "/desk/gaps.csv": _gaps,
    }
    for where, route in routes.items():
        app.router.add_get(where, _behind(lock, route))
    app.router.add_post("/desk/enter", _entering(lock))
    app.router.add_post("/desk/leave", _leave)


def _behind(lock: _Lock, route: Route) -> Route:
    async def guarded(request: web.Request) -> web.StreamResponse:
        if (key := request.query.get("key")) is not None:  # the link that was printed at the start
            return _let_in(request, lock, key)
        return await route(request) if lock.open_to(request) else _locked(request)

    return guarded


def _locked(request: web.Request, told: str = "") -> web.Response:
    lang, phrases = spoken(request)
    return _html(pages.locked(phrases, lang, told=told), 401)


def _let_in(request: web.Request, lock: _Lock, said: str) -> web.Response:
    """Exchange the token for a cookie, so that it stays neither in the address nor in the history."""
    if not lock.fits(said):
        charge(request)
        return _locked(request, spoken(request)[1].desk.wrong_token)
    answer = _onward()
    answer.set_cookie(
        _COOKIE, lock.pass_, max_age=_HOURS * 3600, path="/desk", httponly=True, samesite="Strict",
        secure=guard.secure(request),
    )  # fmt: skip
    return answer


def _entering(lock: _Lock) -> Route:
    async def enter(request: web.Request) -> web.StreamResponse:
        return _let_in(request, lock, (await read_form(request)).get("token", ""))

    return enter


async def _leave(_request: web.Request) -> web.StreamResponse:
    answer = _onward()
    answer.del_cookie(_COOKIE, path="/desk")
    return answer


def _onward() -> web.Response:
    return web.Response(status=303, headers={"Location": "/desk", "Cache-Control": "no-store"})


async def _counted(request: web.Request) -> tuple[Asked, Counted]:
    want = asked(request.query)
    return want, await counted(request.app[PARTS].assistant, want)


def _page(request: web.Request, heading: str, body: str) -> web.Response:
    lang, phrases = spoken(request)
    return _html(pages.framed(phrases, lang, heading, body, lock=_COOKIE in request.cookies))


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(
        status=status, text=text, content_type="text/html", headers={"Cache-Control": "no-store"}
    )


async def _overview(request: web.Request) -> web.StreamResponse:
    assistant, phrases = request.app[PARTS].assistant, _phrases(request)
    want, found = await _counted(request)
    body = pages.overview(found, want, assistant.knowledge, phrases, keeps=assistant.keeps_misses)
    return _page(request, phrases.desk.title, body)


def _phrases(request: web.Request) -> Phrases:
    return spoken(request)[1]


async def _articles(request: web.Request) -> web.StreamResponse:
    assistant, phrases = request.app[PARTS].assistant, _phrases(request)
    text = request.query.get("q", "")[:200]
    found = searched(assistant.knowledge, text)
    body = pages.answers(found, text, assistant.knowledge, phrases, assistant.moment().date())
    return _page(request, phrases.desk.articles, body)


async def _article(request: web.Request) -> web.StreamResponse:
    assistant, phrases = request.app[PARTS].assistant, _phrases(request)
    id = request.match_info["id"]
    page = assistant.knowledge.articles.get(id) or assistant.knowledge.error(id)
    if page is None:
        raise web.HTTPNotFound
    _, found = await _counted(request)
    worth = next((one for one in found.worths if one.subject == id), None)
    today = assistant.moment().date()
    body = pages.answer(page, worth, assistant.knowledge, phrases, today)
    return _page(request, assistant.knowledge.title(id) or id, body)


async def _flow(request: web.Request) -> web.StreamResponse:
    knowledge, phrases = request.app[PARTS].assistant.knowledge, _phrases(request)
    flow = knowledge.flows.get(request.match_info["id"])
    if flow is None:
        raise web.HTTPNotFound
    want, found = await _counted(request)
    return _page(request, flow.title, pages.flow_page(flow, found, want, knowledge, phrases))


async def _ledger(request: web.Request) -> web.StreamResponse:
    """Hand out the ledger of a period without who asked."""
    assistant, want = request.app[PARTS].assistant, asked(request.query)
    lines = await assistant.entries(want.since(assistant.moment()), want.place or None)
    head = ("when", "place", "kind", "subject", "step", "judged", "verdict")
    rows = [(line.when.isoformat(), *(getattr(line, name) for name in head[1:])) for line in lines]
    return _csv("ledger.csv", [head, *rows])


async def _gaps(request: web.Request) -> web.StreamResponse:
    _, found = await _counted(request)
    head = ("times", "question", "other ways", "nearest")
    rows = [
        (str(one.times), one.heading, " | ".join(one.ways), " ".join(one.nearest)) for one in found.missing
    ]
    return _csv("gaps.csv", [head, *rows])


def _csv(name: str, rows: Iterable[Sequence[str]]) -> web.Response:
    text = io.StringIO()
    csv.writer(text).writerows([_cell(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(text=text.getvalue(), content_type="text/csv", charset="utf-8", headers=headers)


def _cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
