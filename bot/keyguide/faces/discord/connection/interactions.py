"""One interaction from start to end: the rate limit, its server's settings, the work, and failures."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from time import monotonic

import discord

from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver
from keyguide.faces.discord.connection.server_settings import ServerSettings, load_server_settings

Work = Callable[[ServerSettings], Awaitable[None]]

_log = logging.getLogger(__name__)


async def handle_interaction(interaction: Interaction, name: str, work: Work) -> None:
    """Do the work with the settings of its server; if it fails, log that and tell the person."""
    bot, begin = interaction.client, monotonic()
    try:
        if bot.rate_limit.take(interaction.user.id):
            bot.metrics.count_rate_limited("discord")
            await _tell(interaction, bot.get_phrases(str(interaction.locale)).discord.slow_down)
            return
        with bot.track_answer():
            await work(await load_server_settings(bot.assistant, interaction.guild_id))
        bot.metrics.count_interaction(name, "answered")
        bot.metrics.record_delay("discord", monotonic() - begin)
    except Exception:  # noqa: BLE001 -- nobody is left without an answer, whatever fails
        _log.exception("an interaction could not be answered: %s", name)
        await tell_failure(interaction)


async def tell_failure(interaction: Interaction) -> None:
    """Tell the person that we failed, if Discord still lets us."""
    interaction.client.metrics.count_interaction("any", "failed")
    try:
        await _tell(interaction, interaction.client.get_phrases(str(interaction.locale)).discord.failed)
    except discord.HTTPException as error:
        _log.warning("nor could the person be told (%s)", error.code)


async def _tell(interaction: Interaction, line: str) -> None:
    await deliver(interaction, [draw_note(line)], private=True)
