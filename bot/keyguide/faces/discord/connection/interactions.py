"""Run one interaction: check the rate limit, load the server's settings, do the work, report failures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import monotonic

import discord

from keyguide.errors import StoreError
from keyguide.faces.discord.cards.notice_cards import build_panels
from keyguide.faces.discord.cards.quote_form import quote_form
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import (
    ARRIVED,
    FIRST,
    AnsweredElsewhereError,
    count_seconds_left,
    deliver,
)
from keyguide.faces.discord.servers.server_settings import ServerSettings
from keyguide.runtime.log import REQUEST_ID

Work = Callable[[ServerSettings], Awaitable[None]]

_log = logging.getLogger(__name__)
_MIN_PATIENCE = 0.2  # seconds for reading the settings, which say in which way a slow answer is announced


async def handle_interaction(interaction: Interaction, name: str, work: Work) -> None:
    """Do the work with the settings of the server, once; if it fails, log the error and tell the person."""
    bot, started = interaction.client, monotonic()
    if not bot.memory.note_event("interaction", interaction.id):
        return
    REQUEST_ID.set(str(interaction.id))
    ARRIVED.set(ARRIVED.get(started))
    FIRST.set(asyncio.Lock())
    try:
        if bot.memory.rate_limit.take(interaction.user.id):
            bot.metrics.count_rate_limited("discord")
            await _send_line(interaction, bot.get_phrases(str(interaction.locale)).discord.slow_down)
            return
        with bot.track_answer():
            patience = max(_MIN_PATIENCE, count_seconds_left())
            await work(await bot.memory.read_settings(bot.assistant, interaction.guild_id, patience))
        bot.metrics.count_interaction(name, "answered")
        seconds = monotonic() - started
        bot.metrics.record_delay("discord", seconds)
        _log.info("%s: answered in %.0f ms", name, 1000 * seconds)
    except AnsweredElsewhereError:
        _log.info("another process has answered an interaction: %s", name)
    except StoreError as error:
        _log.error("an interaction could not be answered: %s (%s)", name, error)
        await tell_failure(interaction)
    except Exception:  # noqa: BLE001 -- every person gets an answer, whatever fails
        _log.exception("an interaction could not be answered: %s", name)
        await tell_failure(interaction)


async def tell_failure(interaction: Interaction) -> None:
    """Tell the person that the bot failed, if Discord still allows it."""
    interaction.client.metrics.count_interaction("any", "failed")
    try:
        await _send_line(interaction, interaction.client.get_phrases(str(interaction.locale)).discord.failed)
    except AnsweredElsewhereError:
        _log.info("another process has answered an interaction that failed here")
    except discord.HTTPException as error:
        _log.warning("the person could not be told about the failure (%s)", error.code)


async def _send_line(interaction: Interaction, line: str) -> None:
    """Answer with a line for this person alone, and give back what they wrote into a form."""
    await deliver(interaction, build_panels([line, *quote_form(interaction)]), private=True)
