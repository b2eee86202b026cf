"""Find out who sees a channel and whether the helpers hear, before anybody is sent there."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.servers.server_settings import ServerSettings


def may_enter(channel: discord.TextChannel, person: discord.Member | discord.Role) -> bool:
    """Check whether somebody sees the threads of a channel and may write there: else a thread is no use."""
    granted = channel.permissions_for(person)
    return granted.view_channel and granted.send_messages_in_threads


def can_ring(channel: discord.TextChannel, role_id: int) -> bool:
    """Check whether a mention by the bot reaches a role: it is there, and may be mentioned."""
    role = channel.guild.get_role(role_id)
    if role is None:
        return False
    return role.mentionable or channel.permissions_for(channel.guild.me).mention_everyone


def choose_channel(
    channels: Iterable[discord.abc.GuildChannel | None], person: discord.Member
) -> discord.TextChannel | None:
    """Choose the first channel where the bot can open a private thread that the person can enter."""
    for channel in channels:
        if isinstance(channel, discord.TextChannel) and may_enter(channel, person):
            granted = channel.permissions_for(channel.guild.me)
            if granted.create_private_threads and granted.send_messages_in_threads:
                return channel
    return None


def is_helper(interaction: Interaction, server: ServerSettings) -> bool:
    """Check whether somebody has the helpers' role, or may manage threads or the server."""
    if interaction.permissions.manage_threads or interaction.permissions.manage_guild:
        return True
    user = interaction.user
    return isinstance(user, discord.Member) and user.get_role(server.helper_role) is not None
