"""Let the assistant answer with what the server answers itself, too."""

from __future__ import annotations

from dataclasses import replace

from keyguide.core.model.turn import Reply, Turn
from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.servers.note_names import parse_server_place
from keyguide.faces.discord.servers.saved_answers import load_own_answers


async def reply(bot: Bot, turn: Turn) -> Reply:
    """Answer a turn."""
    return await bot.assistant.reply(await _add_own_answers(bot, turn))


async def preview(bot: Bot, turn: Turn) -> Reply:
    """Compute the answer to a turn without saving or counting it."""
    return await bot.assistant.preview(await _add_own_answers(bot, turn))


async def _add_own_answers(bot: Bot, turn: Turn) -> Turn:
    guild = parse_server_place(turn.place)
    return replace(turn, own=await load_own_answers(bot, guild)) if guild else turn
