"""Give a post of a forum its "solved" tag when the person who asked says that it is fixed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import discord

from keyguide.core.model.turn import Reply, Turn
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.servers.find_servers import find_whole_guild
from keyguide.faces.discord.servers.server_settings import ServerSettings

_log = logging.getLogger(__name__)


def make_marking_responder(
    interaction: Interaction, server: ServerSettings
) -> Callable[[Turn], Awaitable[Reply]]:
    """Make what replies to a press, and tags the post if the person says that it is fixed."""

    async def reply_and_mark(turn: Turn) -> Reply:
        reply = await interaction.client.assistant.reply(turn)
        if reply.judged and reply.judged.verdict == "good":
            await _mark_solved(interaction, server)
        return reply

    return reply_and_mark


async def _mark_solved(interaction: Interaction, server: ServerSettings) -> None:
    """Tag the post where a person said that it is fixed, if it is their own and its forum has such a tag."""
    here = interaction.channel
    tag_id = server.find_channel(here).solved_tag
    if not tag_id or not isinstance(here, discord.Thread) or here.owner_id != interaction.user.id:
        return
    try:
        guild = await find_whole_guild(interaction.client, interaction.guild_id)
        thread = await guild.fetch_channel(here.id) if guild else None
        forum = thread.parent if isinstance(thread, discord.Thread) else None
        tag = forum.get_tag(tag_id) if isinstance(forum, discord.ForumChannel) else None
        if isinstance(thread, discord.Thread) and tag:
            await thread.add_tags(tag)
    except discord.HTTPException as error:
        _log.info("post %s could not be marked as solved (%s)", here.id, error.code)
