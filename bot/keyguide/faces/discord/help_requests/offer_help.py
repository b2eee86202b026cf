"""Offer to call a human, if a server has helpers."""

from __future__ import annotations

from dataclasses import replace

import discord

from keyguide.core.model.turn import Option, Reply, Role
from keyguide.faces.discord.connection.bot import Asker, Bot
from keyguide.faces.discord.servers.find_servers import find_guild
from keyguide.faces.discord.servers.server_settings import ServerSettings, list_helping_servers

HUMAN = "human"  # the pick with which a person asks for a human


async def add_help_option(bot: Bot, server: ServerSettings, reply: Reply, asker: Asker) -> Reply:
    """If a reply hands over to a human, add the option to call helpers, or say that there are none."""
    if reply.handoff is None:
        return reply
    phrases = bot.get_phrases(asker.locale)
    words = phrases.server.plea
    if await find_guild(bot, asker.guild):
        has_helpers = server.has_helpers
    else:
        has_helpers = bool(await list_helping_servers(bot.assistant, asker.person))
    if has_helpers:
        options = (Option(words.call, HUMAN, role=Role.HUMAN), *reply.options)
        return replace(reply, notice=f"{words.offer}\n\n{reply.notice}".strip(), options=options)
    return replace(reply, notice=reply.notice.replace(phrases.talk.human_body.strip(), words.none))


def is_help_thread(bot: Bot, message: discord.Message) -> bool:
    """Check whether the bot opened this thread for a person and helpers; it stays silent there."""
    thread = message.channel
    if not isinstance(thread, discord.Thread):
        return False
    return thread.is_private() and bot.user is not None and thread.owner_id == bot.user.id
