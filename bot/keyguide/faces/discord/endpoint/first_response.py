"""Give the first response to an interaction back to the request that brought it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord.http import MultipartParameters, Route
from discord.webhook.async_ import AsyncWebhookAdapter

_UNKNOWN_WEBHOOK, _UNKNOWN_INTERACTION = 10015, 10062
_PAUSES = (0.1, 0.3, 0.8)


@dataclass(frozen=True, slots=True)
class _Gone:
    """Discord's answer to a response that comes too late; discord.py builds its error from one."""

    status: int = 404
    reason: str = "Not Found"


class FirstResponse(AsyncWebhookAdapter):
    """Sends the first response by the request that is waiting for it, and everything else as ever.

    discord.py asks an adapter to send whatever answers an interaction. With this one in its place, all that
    draws and sends works the same whether an interaction came by the gateway or by HTTP.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._parameters: asyncio.Future[MultipartParameters] = asyncio.get_running_loop().create_future()
        self._delivery: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def wait(self, seconds: float) -> MultipartParameters | None:
        """Wait for the response; return None if there is none in time, so that a later one is refused."""
        done, _ = await asyncio.wait({self._parameters}, timeout=seconds)
        if not done:
            self._parameters.cancel()
        return self._parameters.result() if done else None

    def settle(self, *, delivered: bool) -> None:
        """Record whether the response could be written to Discord; follow-ups wait for that."""
        self._delivery.set_result(delivered)

    async def create_interaction_response(  # type: ignore[override]
        self, interaction_id: int, _token: str, *, params: MultipartParameters, **_details: Any
    ) -> Mapping[str, Any]:
        """Hand over the response, and return once it is written, as discord.py expects."""
        if self._parameters.done():
            gone: Any = _Gone()
            raise discord.NotFound(gone, {"code": _UNKNOWN_INTERACTION, "message": "Unknown interaction"})
        self._parameters.set_result(params)
        if not await self._delivery:
            raise ConnectionResetError("Discord closed the connection before the response was written")
        return {"interaction": {"id": str(interaction_id)}}

    async def request(self, route: Route, session: aiohttp.ClientSession, **details: Any) -> Any:
        """Send a follow-up; try again if Discord has not read the first response yet, so does not know it."""
        for pause in _PAUSES:
            try:
                return await super().request(route, session, **details)
            except discord.NotFound as error:
                if error.code != _UNKNOWN_WEBHOOK:
                    raise
            await asyncio.sleep(pause)
        return await super().request(route, session, **details)
