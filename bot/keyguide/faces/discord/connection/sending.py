"""Send cards to Discord, and handle each way in which that can fail."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from io import BytesIO
from time import monotonic
from typing import Any, TypeVar

import aiohttp
import discord

from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.connection.bot import Interaction

T = TypeVar("T")
_log = logging.getLogger(__name__)

DEFER_AFTER = 1.5  # seconds; Discord reports a failure to the person after three
_MIN_SECONDS = 0.2  # for the work; a form cannot be opened after the response was deferred
ARRIVED: ContextVar[float] = ContextVar("arrived")  # when the interaction came that is being answered
FIRST: ContextVar[asyncio.Lock] = ContextVar("first")  # held by whoever makes the first response to it
_PAUSES = (0.2, 0.6, 1.5)  # discord.py retries 500, 502 and 504 itself, but not 503 or a broken connection
_UNKNOWN_MESSAGE, _UNKNOWN_WEBHOOK, _UNKNOWN_INTERACTION = 10008, 10015, 10062
_ANSWERED_ALREADY = 40060
_DIRECT_MESSAGES_CLOSED = 50007
_SERVER_ERROR = 500
_DEFERRED = discord.InteractionResponseType.deferred_channel_message
_CONNECTION_ERRORS = (ConnectionError, aiohttp.ClientConnectionError, asyncio.IncompleteReadError)


class AnsweredElsewhereError(Exception):
    """Another process with the same token has answered the interaction: this one must be silent."""


def make_files(card: Card) -> list[discord.File]:
    """Make the files to send with a card, anew for each attempt: sending uses them up."""
    picture = card.picture
    return [discord.File(BytesIO(picture.file.content), picture.file_name)] if picture else []


async def retry(call: Callable[[], Awaitable[T]]) -> T:
    """Retry a call a few times after a 503 or a broken connection; it must be safe to repeat."""
    for pause in _PAUSES:
        try:
            return await call()
        except discord.HTTPException as error:
            if error.status < _SERVER_ERROR:
                raise
            _log.info("Discord answered %s; trying again", error.status)
        except _CONNECTION_ERRORS as error:
            _log.info("the connection to Discord broke (%s); trying again", type(error).__name__)
        await asyncio.sleep(pause)
    return await call()


def count_seconds_left() -> float:
    """Count the seconds until an answer has to be announced, from when the interaction came."""
    now = monotonic()
    return max(0.0, DEFER_AFTER - (now - ARRIVED.get(now)))


async def defer_if_slow(
    interaction: Interaction, work: Awaitable[T], *, private: bool, update: bool = False
) -> T:
    """Wait for the work; if it is slow, defer the response before Discord gives up."""
    flags = {} if update else {"thinking": True, "ephemeral": private}
    tasks: list[asyncio.Task[bool]] = []

    def defer() -> None:
        tasks.append(asyncio.create_task(_try_to_defer(interaction, flags)))

    timer = asyncio.get_running_loop().call_later(max(_MIN_SECONDS, count_seconds_left()), defer)
    try:
        result = await work
    finally:
        timer.cancel()
        deferred = [await task for task in tasks]
    if not all(deferred):
        raise AnsweredElsewhereError
    return result


async def _try_to_defer(interaction: Interaction, flags: Mapping[str, bool]) -> bool:
    """Defer the response unless there is one; return False if another process was faster."""
    async with _get_lock():
        try:
            if not interaction.response.is_done():
                await _respond(lambda: interaction.response.defer(**flags))
        except AnsweredElsewhereError:
            return False
    return True


def _get_lock() -> asyncio.Lock:
    """Return what lets one at a time make the first response to an interaction."""
    return FIRST.get(asyncio.Lock())


async def deliver_when_ready(
    interaction: Interaction, drawing: Awaitable[Sequence[Card]], *, private: bool, update: bool = False
) -> None:
    """Wait for the cards and deliver them; defer the response if they take long."""
    cards = await defer_if_slow(interaction, drawing, private=private, update=update)
    await deliver(interaction, cards, private=private, update=update)


async def deliver(
    interaction: Interaction, cards: Sequence[Card], *, private: bool, update: bool = False
) -> None:
    """Answer an interaction: the first card is the response or replaces the old card, the others follow."""
    try:
        async with _get_lock():
            await _send_first_card(interaction, cards[0], private=private, update=update)
        for card in cards[1:]:
            await send_followup(interaction, card, private=private)
    except discord.NotFound as error:
        if error.code not in {_UNKNOWN_WEBHOOK, _UNKNOWN_INTERACTION}:
            raise
        # Too late to answer this press. Its effect is stored, so the next press goes on from there.
        _log.warning("Discord had given up on an interaction before it was answered (%s)", error.code)


async def _send_first_card(interaction: Interaction, card: Card, *, private: bool, update: bool) -> None:
    try:
        if interaction.response.is_done() and (update or interaction.response.type is _DEFERRED):
            await retry(lambda: interaction.edit_original_response(view=card, attachments=make_files(card)))
        elif interaction.response.is_done():  # the old card stays as it is
            await send_followup(interaction, card, private=private)
        elif update:
            await _respond(lambda: interaction.response.edit_message(view=card, attachments=make_files(card)))
        else:
            await _respond(
                lambda: interaction.response.send_message(
                    view=card, files=make_files(card), ephemeral=private
                )
            )
    except discord.HTTPException as error:
        if error.code != _UNKNOWN_MESSAGE:
            raise
        await send_followup(interaction, card, private=private)


async def respond_once(respond: Callable[[], Awaitable[Any]]) -> None:
    """Make the first response; if Discord got it before the connection broke, that is success.

    Raise AnsweredElsewhereError if another process was faster.
    """
    async with _get_lock():
        await _respond(respond)


async def send_file(interaction: Interaction, line: str, file: discord.File, *, private: bool) -> None:
    """Send a file, as the first response or after it."""
    async with _get_lock():
        if interaction.response.is_done():
            await interaction.followup.send(line, file=file, ephemeral=private)
        else:
            await _respond(lambda: interaction.response.send_message(line, ephemeral=private, file=file))


async def _respond(respond: Callable[[], Awaitable[Any]]) -> None:
    attempts = 0

    async def try_once() -> None:
        nonlocal attempts
        attempts += 1
        try:
            await respond()
        except discord.HTTPException as error:
            if error.code != _ANSWERED_ALREADY:
                raise
            if attempts == 1:
                raise AnsweredElsewhereError from error

    await retry(try_once)


async def send_followup(interaction: Interaction, card: Card, *, private: bool) -> None:
    """Send a card after the first response."""
    await retry(lambda: interaction.followup.send(view=card, files=make_files(card), ephemeral=private))


async def reply_to(message: discord.Message, cards: Sequence[Card]) -> bool:
    """Answer a message in its channel; return False if the bot may not write there."""
    reference = message.to_reference(fail_if_not_exists=False)
    try:
        for number, card in enumerate(cards):
            await _post(message.channel, card, f"{message.id}-{number}", None if number else reference)
    except discord.Forbidden as error:
        _log.info("may not write in channel %s (%s)", message.channel.id, error.code)
        return False
    except discord.NotFound as error:
        _log.info("channel %s or the message in it is gone (%s)", message.channel.id, error.code)
    return True


async def send_direct_message(
    person: discord.User | discord.Member, cards: Sequence[Card], mark: int
) -> bool:
    """Send somebody direct messages; return False if they do not accept any."""
    try:
        for number, card in enumerate(cards):
            await _post(person, card, f"{mark}-d{number}")
    except discord.Forbidden as error:
        if error.code != _DIRECT_MESSAGES_CLOSED:
            raise
        _log.info("person %s takes no direct messages", person.id)
        return False
    return True


async def _post(
    target: discord.abc.Messageable, card: Card, nonce: str, reference: discord.MessageReference | None = None
) -> None:
    # Discord accepts a nonce only once, so that a message can be sent again without harm.
    if reference:
        await retry(lambda: target.send(view=card, files=make_files(card), nonce=nonce, reference=reference))
    else:
        await retry(lambda: target.send(view=card, files=make_files(card), nonce=nonce))
