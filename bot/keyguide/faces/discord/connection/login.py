"""Prepare the login to Discord, and explain in plain words why it failed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from keyguide.errors import KeyguideError
from keyguide.faces.discord.connection.bot import DiscordOptions, Shards
from keyguide.faces.discord.connection.library_log import install_log_filters, join_lines

RETRY_INTERVAL, CLOSE_TIMEOUT = 30.0, 2.0  # seconds
_TIMEOUT = 10.0  # seconds
_log = logging.getLogger(__name__)
_TOKEN_REFUSED = "Discord refused the token: copy it again from the developer portal (Bot > Reset Token)"  # noqa: S105
_FATAL_CODES = {
    4004: _TOKEN_REFUSED,
    4010: "Discord does not know this shard: check KEYGUIDE_SHARDS",
    4011: "the bot is in too many servers for one connection: set KEYGUIDE_SHARDS=auto",
    4013: "Discord does not know one of the requested intents",
    4014: "Message Content is not switched on for this bot: switch it on in the developer portal "
    "(Bot > Message Content Intent), or leave KEYGUIDE_MESSAGE_CONTENT off",
}


class UnreachableError(KeyguideError):
    """Discord cannot be reached now; trying again later may help."""

    retry_after = 0.0  # seconds, if trying earlier cannot help


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """The operator's settings for the connection to Discord."""

    token: str = field(default="", repr=False)
    api: str = ""
    gateway: str = ""
    public_key: str = ""
    shards: Shards | None = None  # None runs the whole bot in one connection
    discord_options: DiscordOptions = field(default_factory=DiscordOptions)


def prepare(options: ConnectionOptions) -> None:
    """Set discord.py up for the whole process; raise KeyguideError if there is no token."""
    if not options.token:
        raise KeyguideError("set DISCORD_TOKEN, or DISCORD_TOKEN_FILE, to the bot's token")
    install_log_filters()
    if options.api:  # of the operator's own proxy
        Route.BASE = options.api.rstrip("/")
    if options.gateway:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(options.gateway)


class Retry:
    """Connects, and keeps trying in the background for as long as Discord is unreachable."""

    def __init__(self) -> None:
        """Start without anything to try."""
        self._task: asyncio.Task[None] | None = None

    async def start(self, connect: Callable[[], Awaitable[str]]) -> str:
        """Connect and return the status line; raise KeyguideError if Discord refuses."""
        try:
            return await connect()
        except UnreachableError as error:
            self.start_later(connect, error.retry_after)
            when = "then" if error.retry_after else f"every {RETRY_INTERVAL:.0f} seconds"
            return f"{error}; trying again {when}"

    def start_later(self, connect: Callable[[], Awaitable[str]], seconds: float = 0.0) -> None:
        """Connect in the background, after so many seconds, but never at once."""
        self._task = asyncio.create_task(self._keep_trying(connect, seconds))

    async def stop(self) -> None:
        """Give up."""
        await stop_task(self._task)

    async def _keep_trying(self, connect: Callable[[], Awaitable[str]], seconds: float) -> None:
        while True:
            await asyncio.sleep(max(RETRY_INTERVAL, seconds))
            try:
                _log.warning("connected: %s", await connect())
            except UnreachableError as error:
                seconds = error.retry_after
                _log.log(logging.WARNING if seconds else logging.INFO, "%s", error)
            except KeyguideError as error:
                _log.error("cannot connect: %s", error)
                return
            except Exception as error:  # noqa: BLE001 -- such as an event that discord.py cannot read
                _log.error("cannot connect now: %s", describe_end(error))
            else:
                return


async def stop_task(task: asyncio.Task[None] | None) -> None:
    """Cancel a task, and wait a little until it has ended."""
    if task:
        task.cancel()
        await asyncio.wait({task}, timeout=CLOSE_TIMEOUT)


async def check_gateway() -> None:
    """Check that the gateway accepts connections; discord.py would retry forever, with tracebacks."""
    gateway = DiscordWebSocket.DEFAULT_GATEWAY
    try:
        async with asyncio.timeout(_TIMEOUT):
            _, writer = await asyncio.open_connection(gateway.host, gateway.port)
            writer.close()
    except (OSError, TimeoutError) as error:
        raise UnreachableError(
            f"the gateway {gateway} cannot be reached ({_describe_error(error)})"
        ) from None


def explain_error(error: Exception) -> KeyguideError:
    """Turn an error of the login into one plain line; raise it again if it is unexpected."""
    match error:
        case KeyguideError():
            return error
        case discord.LoginFailure():
            return KeyguideError(_TOKEN_REFUSED)
        case discord.PrivilegedIntentsRequired():
            return KeyguideError(_FATAL_CODES[4014])
        case discord.ConnectionClosed():
            reason = f"the gateway closed the connection for good ({error.code})"
            return KeyguideError(_FATAL_CODES.get(error.code, reason))
        case (
            discord.GatewayNotFound()
            | discord.DiscordServerError()
            | OSError()
            | TimeoutError()
            | aiohttp.ClientError()
        ):
            return UnreachableError(f"{Route.BASE} cannot be reached ({_describe_error(error)})")
        case discord.HTTPException():
            details = f"{error.status}, {error.code}: {join_lines(error.text)}"
            return KeyguideError(f"Discord refused a request ({details})")
        case _:
            raise error


def describe_end(error: Exception) -> str:
    """Describe in one line why a connection ended, even if nobody expected that."""
    try:
        return str(explain_error(error))
    except Exception:  # noqa: BLE001 -- explain_error raises unexpected errors again
        return f"{type(error).__name__}: {join_lines(str(error))}"


def is_final(error: Exception) -> bool:
    """Check whether Discord ended a connection for a reason that will be the same next time."""
    try:
        return not isinstance(explain_error(error), UnreachableError)
    except Exception:  # noqa: BLE001 -- explain_error raises unexpected errors again
        return False


def _describe_error(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return join_lines(str(error)) or type(error).__name__
