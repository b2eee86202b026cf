"""Let those into the desk who know its token: by a link, a form, a cookie or a header."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from hashlib import sha256

from aiohttp import web

from keyguide.faces.web.forms import read_form
from keyguide.faces.web.make_page import make_page, redirect
from keyguide.faces.web.security import headers_and_cookies
from keyguide.faces.web.security.middleware import limit_turns
from keyguide.faces.web.web_context import choose_language

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

COOKIE = "keyguide_desk"
_COOKIE_HOURS = 12


class DeskAccess:
    """Allows access with the token only; an address proves nothing, because a proxy may have a local one."""

    def __init__(self, token: str) -> None:
        """Take the token; without one, nobody gets in."""
        self._token = token
        # The cookie opens the desk but is not the token: a leaked cookie is useless once the token changes.
        self._cookie_value = hmac.new(token.encode(), b"keyguide desk", sha256).hexdigest()

    def require(self, route: Handler) -> Handler:
        """Wrap a route, so that it answers only those who may enter; others see the login page."""

        async def handle_if_allowed(request: web.Request) -> web.StreamResponse:
            if (key := request.query.get("key")) is not None:  # from the link that is printed at the start
                return self._exchange_token(request, key)
            if self._may_enter(request):
                return await route(request)
            if "Authorization" in request.headers:  # a wrong token: guesses are as slow as those in the form
                limit_turns(request)
            return _show_login(request)

        return handle_if_allowed

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Take the token from the login page."""
        return self._exchange_token(request, (await read_form(request)).get("token", ""))

    async def leave(self, _request: web.Request) -> web.StreamResponse:
        """Delete the cookie of this browser."""
        response = redirect("/desk")
        response.del_cookie(COOKIE, path="/desk")
        return response

    def _may_enter(self, request: web.Request) -> bool:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        cookie = request.cookies.get(COOKIE, "")
        return self._is_token(bearer) or (bool(self._token) and _is_equal(cookie, self._cookie_value))

    def _is_token(self, text: str) -> bool:
        return bool(self._token) and _is_equal(text.strip(), self._token)

    def _exchange_token(self, request: web.Request, token: str) -> web.Response:
        """Exchange the token for a cookie, so that the token is not kept in the address or the history."""
        if not self._is_token(token):
            limit_turns(request)
            return _show_login(request, choose_language(request)[1].desk.wrong_token)
        response = redirect("/desk")
        response.set_cookie(
            COOKIE, self._cookie_value, max_age=_COOKIE_HOURS * 3600, path="/desk", httponly=True,
            samesite="Strict", secure=headers_and_cookies.is_https(request),
        )  # fmt: skip
        return response


def _show_login(request: web.Request, problem: str = "") -> web.Response:
    return make_page(request, "desk/login.html", status=401, problem=problem)


def _is_equal(text: str, secret: str) -> bool:
    return hmac.compare_digest(text.encode("utf-8", "replace"), secret.encode())
