"""Answer the interactions and events that Discord sends to the web process; a gateway is not needed."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextvars import copy_context
from time import monotonic
from typing import Any

from aiohttp import FormData, web
from discord import utils
from discord.http import MultipartParameters
from discord.webhook.async_ import async_context

from keyguide.assistant import Assistant
from keyguide.errors import StoreError
from keyguide.faces.discord.admin.erase_data import forget_person
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.connection.bot import Reload
from keyguide.faces.discord.connection.login import (
    CLOSE_TIMEOUT,
    ConnectionOptions,
    Retry,
    explain_error,
    prepare,
)
from keyguide.faces.discord.connection.sending import ARRIVED
from keyguide.faces.discord.endpoint.first_response import FirstResponse
from keyguide.faces.discord.endpoint.signature import SignatureCheck, read_timestamp
from keyguide.faces.discord.servers.shared_state import BotMemory
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics

INTERACTIONS, EVENTS = "/discord/interactions", "/discord/events"

_log = logging.getLogger(__name__)
_PING, _AUTOCOMPLETE = 1, 4  # types of interactions
_PONG = b'{"type":1}'
_PATIENCE = 2.9  # seconds; Discord waits for three
_IDLE_TIMEOUT = 4.0  # seconds

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class InteractionsFace:
    """The interactions endpoint of the application, from login to shutdown."""

    name = "interactions"

    def __init__(
        self,
        options: ConnectionOptions,
        assistant: Assistant,
        metrics: Metrics,
        health: Health,
        memory: BotMemory | None = None,
    ) -> None:
        """Take the settings of the connection, and what the handlers need."""
        self._options = options
        self._assistant = assistant
        self._metrics = metrics
        self._health = health
        self._memory = memory or BotMemory()
        self._check: SignatureCheck | None = None
        self._retry = Retry()
        self.reload: Reload | None = None
        self.client: Keyguide | None = None  # once it is logged in

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """The addresses that Discord posts to, with what answers there; each checks the signature."""
        return {INTERACTIONS: self.answer_interaction, EVENTS: self.answer_event}

    async def open(self) -> str:
        """Log in and return a status line; if Discord is unreachable, keep trying in the background."""
        prepare(self._options)
        self._check = SignatureCheck(self._options.public_key)
        self._health.add_check(self.name, self._find_problem)
        return await self._retry.start(self._log_in)

    async def close(self) -> None:
        """Wait for the answers under way, then close."""
        await self._retry.stop()
        if self.client:
            await self.client.wait_until_idle(_IDLE_TIMEOUT)
            await asyncio.wait({asyncio.create_task(self.client.close())}, timeout=CLOSE_TIMEOUT)

    async def refresh_commands(self) -> None:
        """Update the commands after new knowledge was loaded, if the bot is logged in."""
        if self.client:
            await self.client.refresh_commands()

    async def _log_in(self) -> str:
        client = Keyguide(self._assistant, self._options.discord_options, self._memory, self._metrics)
        client.sees_every_server = False
        client.reload = self.reload
        try:
            await client.login(self._options.token)
        except Exception as error:  # noqa: BLE001 -- explain_error raises unexpected errors again
            await client.close()
            raise explain_error(error) from None
        self.client = client
        return f"{client.user}, at {INTERACTIONS} of the web page"

    async def _find_problem(self) -> str:
        return "" if self.client else "not logged in"

    async def answer_interaction(self, request: web.Request) -> web.StreamResponse:
        """Answer a signed interaction in the response to its request."""
        ARRIVED.set(monotonic())  # also for what answers it, which runs in a copy of this context
        body = await request.read()
        if problem := self._find_refusal(request, body):
            return problem
        payload = _parse(body)
        if payload["type"] == _PING:
            return web.Response(body=_PONG, content_type="application/json")
        if self.client is None:
            return web.Response(status=503, text="not logged in")
        is_repeatable = payload["type"] == _AUTOCOMPLETE  # it stores nothing
        if not is_repeatable and not await self.client.once.is_first(
            str(payload.get("id")), read_timestamp(request.headers)
        ):
            return self._refuse(409, "this interaction was answered before")
        return await self._respond(request, self.client, payload)

    async def _respond(
        self, request: web.Request, client: Keyguide, payload: dict[str, Any]
    ) -> web.StreamResponse:
        """Let the bot handle the interaction, and write its first response to Discord."""
        first = FirstResponse()
        context = copy_context()  # whatever answers this interaction runs in it, also after the response
        context.run(async_context.set, first)
        try:
            context.run(client.receive_interaction, _complete(payload))
        except (KeyError, TypeError, ValueError, AttributeError) as error:  # such as a part that is missing
            _log.warning("an interaction could not be read (%s)", type(error).__name__)
            return self._refuse(400, "this interaction could not be read")
        parameters = await first.wait(_PATIENCE)
        if parameters is None:
            _log.warning("an interaction was not answered within %.1f s", _PATIENCE)
            return web.Response(status=504, text="no answer in time")
        delivered = False
        try:
            response = _build_response(parameters)
            await response.prepare(request)
            await response.write_eof()
            delivered = True
        except ConnectionError:
            _log.info("Discord closed the connection before an interaction was answered")
        finally:
            first.settle(delivered=delivered)
        return response

    async def answer_event(self, request: web.Request) -> web.StreamResponse:
        """Take a signed event: whoever removes the app from their account is forgotten."""
        body = await request.read()
        if problem := self._find_refusal(request, body):
            return problem
        person = _find_who_left(_parse(body))
        if person:
            self._memory.forget_person(person)
            try:
                await forget_person(self._assistant, person)
            except StoreError as error:
                _log.error("somebody removed the app, and could not be forgotten yet: %s", error)
                return web.Response(status=503, text="try again")  # Discord does, for ten minutes
            _log.info("somebody removed the app, and was forgotten")
        return web.Response(status=204, content_type="application/json")

    def _find_refusal(self, request: web.Request, body: bytes) -> web.Response | None:
        """Refuse a request that is not Discord's, or not new."""
        problem = self._check.find_problem(request.headers, body) if self._check else "not open"
        if not problem:
            return None
        if "timestamp" in problem:
            _log.warning("a signed request is too old or too new: is the clock of this machine right?")
        return self._refuse(401, problem)

    def _refuse(self, status: int, problem: str) -> web.Response:
        self._metrics.count_interaction("endpoint", "refused")
        return web.Response(status=status, text=problem)


def _parse(body: bytes) -> dict[str, Any]:
    """Parse what Discord posted; raise an HTTP error if it cannot be Discord's."""
    try:
        payload = json.loads(body)
        if isinstance(payload["type"], int):
            return dict(payload)
    except (ValueError, TypeError, KeyError):
        pass
    raise web.HTTPBadRequest


def _find_who_left(payload: dict[str, Any]) -> int:
    """Find the person who removed the app, 0 if the event is another one."""
    match payload.get("event"):
        case {"type": "APPLICATION_DEAUTHORIZED", "data": {"user": {"id": str(id)}}} if id.isdecimal():
            return int(id)
        case _:
            return 0


def _complete(payload: dict[str, Any]) -> dict[str, Any]:
    """Fill in what discord.py knows of a server from the gateway, which described it before.

    Only which roles a person has is ever asked, and of the channel only its kind.
    """
    payload.get("channel", {}).setdefault("position", 0)
    if guild := payload.get("guild"):
        guild["roles"] = [{"id": role, "name": ""} for role in payload.get("member", {}).get("roles", [])]
    return payload


def _build_response(parameters: MultipartParameters) -> web.Response:
    if parameters.files:
        form = FormData(quote_fields=False)
        for field in parameters.multipart or ():
            form.add_field(**field)
        return web.Response(body=form())
    text = utils._to_json(parameters.payload)  # noqa: SLF001 -- the same bytes as discord.py sends
    return web.Response(text=text, content_type="application/json")
