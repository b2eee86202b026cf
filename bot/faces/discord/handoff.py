"""Where a human takes over."""

from __future__ import annotations

import discord

from bot.core.turn import Reply
from bot.faces.discord.base import Asked, Bot

HUMAN = "human"  # the pick with which a person asks for a human


async def takes_over(asked: Asked) -> bool:
    """Whether a press on "Ask a human" or /human was answered here; else the official ways are shown."""
    return False


async def offered(bot: Bot, reply: Reply, guild: int | None) -> Reply:
    """Return a reply with what this server offers beside it, where the reply is about calling a human."""
    return reply


async def hushed(bot: Bot, said: discord.Message) -> bool:
    """Whether a human helper is talking with that person there, so that we keep quiet."""
    return False
