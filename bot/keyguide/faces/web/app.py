"""Build the aiohttp application of the web face with its routes and middlewares, and open and close it."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from secrets import token_urlsafe

from aiohttp import web

from keyguide.assistant import Assistant
from keyguide.errors import KeyguideError
from keyguide.faces.web.api.routes import add_api
from keyguide.faces.web.conversation.chat import add_chat
from keyguide.faces.web.conversation.human_call import add_human_call
from keyguide.faces.web.conversation.sent_pictures import add_pictures
from keyguide.faces.web.desk.routes import add_desk
from keyguide.faces.web.health import add_health
from keyguide.faces.web.scoreboard import add_scoreboard
from keyguide.faces.web.security import headers_and_cookies
from keyguide.faces.web.security.middleware import MIDDLEWARES, make_proxy_hint
from keyguide.faces.web.security.slow_clients import SlowClients, WatchedRunner
from keyguide.faces.web.security.unreadable_requests import RequestErrorFilter
from keyguide.faces.web.web_context import WEB_CONTEXT, WebContext, WebOptions
from keyguide.runtime.health import Health
from keyguide.runtime.human_webhook import HumanWebhook
from keyguide.runtime.metrics import Metrics

_CACHE_ONE_YEAR = "public, max-age=31536000, immutable"
_DROP_SECONDS = 60.0
_FRAMED = frozenset(("/", headers_and_cookies.UPLOADS))  # both belong to the chat page


def build_application(context: WebContext) -> web.Application:
    """Build the application with all its routes; only the chat page may be shown in a frame."""
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=headers_and_cookies.MAX_BODY_BYTES)
    app[WEB_CONTEXT] = context
    framed, unframed = (
        headers_and_cookies.build_headers(context.site.embed),
        headers_and_cookies.build_headers(()),
    )

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(framed if request.path in _FRAMED else unframed)

    app.on_response_prepare.append(add_headers)
    app.cleanup_ctx.append(_drop_old_memory)
    app.router.add_get("/static/{name}", _serve_asset)
    app.router.add_get("/picture/{id}.png", _serve_picture)
    add_chat(app)
    add_pictures(app)
    add_human_call(app)
    add_api(app)
    add_health(app)
    add_desk(app, context.site.desk_token)
    if context.site.scoreboard:
        add_scoreboard(app)
    for path, answer in context.site.signed_posts.items():
        app.router.add_post(path, answer)
    return app


async def _drop_old_memory(app: web.Application) -> AsyncIterator[None]:
    """Drop again and again what is too old, because a page that nobody asks would keep it."""

    async def repeat() -> None:
        while True:
            await asyncio.sleep(_DROP_SECONDS)
            app[WEB_CONTEXT].drop_old_memory()

    task = asyncio.create_task(repeat())
    yield
    task.cancel()
    await asyncio.wait({task})


async def _serve_asset(request: web.Request) -> web.Response:
    asset = request.app[WEB_CONTEXT].templates.assets.get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    return web.Response(body=asset[0], content_type=asset[1], headers={"Cache-Control": _CACHE_ONE_YEAR})


async def _serve_picture(request: web.Request) -> web.Response:
    picture = request.app[WEB_CONTEXT].assistant.knowledge.pictures.get(request.match_info["id"])
    if picture is None:
        raise web.HTTPNotFound
    return web.Response(
        body=picture.file.content, content_type="image/png", headers={"Cache-Control": _CACHE_ONE_YEAR}
    )


class WebFace:
    """The web page on one address."""

    name = "web"

    def __init__(
        self,
        site: WebOptions,
        assistant: Assistant,
        metrics: Metrics,
        health: Health,
        human: HumanWebhook | None = None,
    ) -> None:
        """Take the address and options of the page, and what its routes need."""
        self._made_token = "" if site.desk_token else token_urlsafe(24)
        self._site = site = replace(site, desk_token=site.desk_token or self._made_token)
        self._logs = RequestErrorFilter(metrics)
        clients, app = SlowClients(), build_application(WebContext(site, assistant, metrics, health, human))
        app.middlewares.insert(0, clients.make_middleware())
        if not site.proxy:
            app.middlewares.insert(0, make_proxy_hint())
        self._runner = WatchedRunner(
            app,
            clients,
            access_log=None,
            shutdown_timeout=3.0,
            auto_decompress=False,  # no browser compresses a form, and a small body could unpack to any size
        )

    async def open(self) -> str:
        """Open the page and return its address; raise KeyguideError if that fails."""
        logging.getLogger("aiohttp.server").addFilter(self._logs)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._site.host, self._site.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise KeyguideError(self._explain_open_error(error)) from None
        host, port = self._runner.addresses[0][:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        return f"{address} (the desk: {address}desk?key={self._made_token})" if self._made_token else address

    def _explain_open_error(self, error: OSError) -> str:
        address = f"{self._site.host}:{self._site.port}"
        if error.errno == errno.EADDRINUSE:
            return (
                f"{address} is taken by another program; end that one, or set KEYGUIDE_PORT to another port"
            )
        return f"cannot listen on {address}: {error.strerror or error}; check KEYGUIDE_HOST and KEYGUIDE_PORT"

    async def close(self) -> None:
        """Wait until the requests in progress are finished, and close."""
        logging.getLogger("aiohttp.server").removeFilter(self._logs)
        await self._runner.cleanup()
