"""Sending to Discord, and what to do each time that Discord cannot take it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import aiohttp
import discord

from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.connection.bot import Interaction

T = TypeVar("T")
_log = logging.getLogger(__name__)

DEFER_AFTER = 1.5  # seconds; Discord waits for three until it tells the person that we did not answer
_PAUSES = (0.2, 0.6, 1.5)  # discord.py itself tries again after 500, 502 and 504, and not after these
_UNKNOWN_MESSAGE, _UNKNOWN_WEBHOOK, _UNKNOWN_INTERACTION = 10008, 10015, 10062
_ANSWERED_ALREADY = 40060
_DIRECT_MESSAGES_CLOSED = 50007
_SERVER_ERROR = 500
_DEFERRED = discord.InteractionResponseType.deferred_channel_message
_CONNECTION_ERRORS = (ConnectionError, aiohttp.ClientConnectionError, asyncio.IncompleteReadError)


async def retry(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call again after a 503 or a broken connection, a few times; twice must do no harm."""
    for pause in _PAUSES:
        try:
            return await call()
        except discord.HTTPException as error:
            if error.status < _SERVER_ERROR:
                raise
            _log.info("Discord said %s; trying again", error.status)
        except _CONNECTION_ERRORS as error:
            _log.info("the connection to Discord broke (%s); trying again", type(error).__name__)
        await asyncio.sleep(pause)
    return await call()


async def defer_if_slow(asked: Interaction, work: Awaitable[T], *, private: bool, update: bool = False) -> T:
    """Wait for the work; if it is slow, tell Discord in time that the answer is on its way."""
    thinking = {} if update else {"thinking": True, "ephemeral": private}
    telling: list[asyncio.Task[None]] = []

    def defer() -> None:
        telling.append(asyncio.create_task(_respond_once(lambda: asked.response.defer(**thinking))))

    late = asyncio.get_running_loop().call_later(DEFER_AFTER, defer)
    try:
        return await work
    finally:
        late.cancel()
        if telling:
            await asyncio.gather(*telling)


async def deliver_when_ready(
    interaction: Interaction, drawing: Awaitable[Sequence[Card]], *, private: bool, update: bool = False
) -> None:
    """Wait for the cards and deliver them; if they take long, tell Discord in time that they will come."""
    cards = await defer_if_slow(interaction, drawing, private=private, update=update)
    await deliver(interaction, cards, private=private, update=update)


async def deliver(asked: Interaction, cards: Sequence[Card], *, private: bool, update: bool = False) -> None:
    """Answer an interaction: the first card as its response or in place of the old one, then the others."""
    try:
        await _send_first_card(asked, cards[0], private=private, update=update)
        for card in cards[1:]:
            await send_followup(asked, card, private=private)
    except discord.NotFound as error:
        if error.code not in {_UNKNOWN_WEBHOOK, _UNKNOWN_INTERACTION}:
            raise
        # Too late to answer this press. What it did is remembered: the next one goes on from there.
        _log.warning("Discord had given up on an interaction before it was answered (%s)", error.code)


async def _send_first_card(asked: Interaction, card: Card, *, private: bool, update: bool) -> None:
    try:
        if asked.response.is_done() and (update or asked.response.type is _DEFERRED):
            await retry(lambda: asked.edit_original_response(view=card))
        elif asked.response.is_done():  # what was pressed stays as it is
            await send_followup(asked, card, private=private)
        elif update:
            await _respond_once(lambda: asked.response.edit_message(view=card))
        else:
            await _respond_once(lambda: asked.response.send_message(view=card, ephemeral=private))
    except discord.HTTPException as error:
        if error.code not in {_UNKNOWN_MESSAGE, _ANSWERED_ALREADY}:
            raise
        await send_followup(asked, card, private=private)


async def _respond_once(respond: Callable[[], Awaitable[Any]]) -> None:
    """Make the first response; if it had arrived before the connection broke, that is well."""
    tries = 0

    async def try_once() -> None:
        nonlocal tries
        tries += 1
        try:
            await respond()
        except discord.HTTPException as error:
            if error.code != _ANSWERED_ALREADY or tries == 1:
                raise

    await retry(try_once)


async def send_followup(asked: Interaction, card: Card, *, private: bool) -> None:
    """Send a card after the first response."""
    await retry(lambda: asked.followup.send(view=card, ephemeral=private))


async def reply_to(message: discord.Message, cards: Sequence[Card]) -> bool:
    """Answer a message where it was written; tell whether we may write there."""
    place = message.to_reference(fail_if_not_exists=False)
    try:
        for number, card in enumerate(cards):
            await _post(message.channel, card, f"{message.id}-{number}", None if number else place)
    except discord.Forbidden as error:
        _log.info("may not write in channel %s (%s)", message.channel.id, error.code)
        return False
    except discord.NotFound as error:
        _log.info("channel %s or the message in it is gone (%s)", message.channel.id, error.code)
    return True


async def send_direct_message(
    person: discord.User | discord.Member, cards: Sequence[Card], mark: int
) -> bool:
    """Write to somebody directly; tell whether they let us."""
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
    where: discord.abc.Messageable, card: Card, nonce: str, place: discord.MessageReference | None = None
) -> None:
    # Discord takes a message with the same nonce only once, so that it can be sent again without harm.
    if place:
        await retry(lambda: where.send(view=card, nonce=nonce, reference=place))
    else:
        await retry(lambda: where.send(view=card, nonce=nonce))
