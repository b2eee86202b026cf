"""The way to Discord: where it is, what to show at the door, and in plain words why it stays shut."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import aiohttp
import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.errors import LatchkeyError
from bot.faces.discord.base import Ways
from bot.faces.discord.logs import plain_line

_PATIENCE = 10.0  # seconds
_TOKEN = "Discord refused the token: copy it again from the developer portal (Bot > Reset Token)"  # noqa: S105
_FOR_GOOD = {
    4004: _TOKEN,
    4011: "the bot is in too many servers for one connection: it needs sharding",
    4013: "Discord does not know an intent that was asked for",
    4014: "Message Content is not switched on for this bot: switch it on in the developer portal "
    "(Bot > Message Content Intent), or leave LATCHKEY_MESSAGE_CONTENT off",
}


class UnreachableError(LatchkeyError):
    """Discord cannot be reached at this moment; later it may."""


@dataclass(frozen=True, slots=True)
class Gates:
    """What the operator set for the way to Discord."""

    token: str = field(default="", repr=False)
    api: str = ""
    gateway: str = ""
    ways: Ways = field(default_factory=Ways)


def point(gates: Gates) -> None:
    """Make discord.py knock where the operator said; it keeps both addresses for the whole program."""
    if gates.api:
        Route.BASE = gates.api.rstrip("/")
    if gates.gateway:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gates.gateway)


async def reach() -> None:
    """See whether anybody listens at the gateway; discord.py would try for ever, with tracebacks."""
    gateway = DiscordWebSocket.DEFAULT_GATEWAY
    try:
        async with asyncio.timeout(_PATIENCE):
            _, writer = await asyncio.open_connection(gateway.host, gateway.port)
            writer.close()
    except (OSError, TimeoutError) as error:
        raise UnreachableError(f"the gateway {gateway} cannot be reached ({_why(error)})") from None


def plain(error: Exception) -> LatchkeyError:
    """Return in plain words why Discord did not let us in."""
    match error:
        case LatchkeyError():
            return error
        case discord.LoginFailure():
            return LatchkeyError(_TOKEN)
        case discord.PrivilegedIntentsRequired():
            return LatchkeyError(_FOR_GOOD[4014])
        case discord.ConnectionClosed():
            why = f"the gateway closed the connection for good ({error.code})"
            return LatchkeyError(_FOR_GOOD.get(error.code, why))
        case discord.DiscordServerError() | OSError() | TimeoutError() | aiohttp.ClientError():
            return UnreachableError(f"{Route.BASE} cannot be reached ({_why(error)})")
        case discord.HTTPException():
            said = f"{error.status}, {error.code}: {plain_line(error.text)}"
            return LatchkeyError(f"Discord refused a request ({said})")
        case _:
            raise error


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return plain_line(str(error)) or type(error).__name__
