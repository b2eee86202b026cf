"""/doctor: what we may and may not do in a server, channel by channel, and what breaks without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import discord

from keyguide.core.phrases.server import DoctorPhrases
from keyguide.faces.discord.admin.setup import may_manage
from keyguide.faces.discord.cards.panels import build_panels
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver
from keyguide.faces.discord.connection.server_settings import ServerSettings

_WRITE_PERMISSIONS = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "read_message_history",
    "attach_files",
)
_Channel = discord.TextChannel | discord.ForumChannel | discord.VoiceChannel | discord.StageChannel


async def show_doctor(interaction: Interaction, server: ServerSettings) -> None:
    """Tell those who run a server what we may do in it."""
    if not await may_manage(interaction) or interaction.guild is None:
        return
    words = interaction.client.get_phrases(str(interaction.locale)).server.doctor
    content = interaction.client.discord_options.message_content
    found = [*_list_findings(interaction.guild, server, words, content=content)]
    await deliver(interaction, build_panels([f"## {words.title}\n{words.body}", *found]), private=True)


def _list_findings(
    guild: discord.Guild, server: ServerSettings, words: DoctorPhrases, *, content: bool
) -> Iterator[str]:
    missing = {channel: find_missing_permissions(channel, server) for channel in list_channels(guild)}
    fine = [channel.mention for channel, lacks in missing.items() if not lacks]
    if fine:
        yield words.fine.format(channels=", ".join(fine))
    lines = (
        "- " + words.lacks.format(channel=channel.mention, permissions=_join_permission_names(lacks, words))
        for channel, lacks in missing.items()
        if lacks
    )
    yield "\n".join(lines)
    everywhere = () if guild.me.guild_permissions.manage_guild else ("manage_guild",)
    if everywhere:
        yield "- " + words.server.format(permissions=_join_permission_names(everywhere, words))
    lacked = {name for lacks in (*missing.values(), everywhere) for name in lacks}
    if lacked:
        told = (f"- {getattr(words, name)}" for name in _list_permission_names(words) if name in lacked)
        yield "\n".join([f"**{words.means}**", *told])
    yield from _list_notes(guild, server, words, content=content)


def _list_notes(
    guild: discord.Guild, server: ServerSettings, words: DoctorPhrases, *, content: bool
) -> Iterator[str]:
    if not server.has_helpers:
        yield words.helpers_none
    elif not _can_call_helpers(guild, server):
        yield words.helpers_silent.format(
            role=f"<@&{server.helper_role}>", channel=f"<#{server.helper_channel}>"
        )
    if not content:
        yield words.content_off


def _can_call_helpers(guild: discord.Guild, server: ServerSettings) -> bool:
    """Whether our call reaches the helpers' role."""
    role, channel = guild.get_role(server.helper_role), guild.get_channel(server.helper_channel)
    if role is None or channel is None:
        return False
    return role.mentionable or channel.permissions_for(guild.me).mention_everyone


def list_channels(guild: discord.Guild) -> list[_Channel]:
    """Return the channels where people write."""
    ordered = sorted(guild.channels, key=lambda channel: (channel.position, channel.id))
    return [channel for channel in ordered if isinstance(channel, _Channel)]


def find_missing_permissions(channel: _Channel, server: ServerSettings) -> tuple[str, ...]:
    """Return the permissions that we lack in a channel."""
    wanted = [*_WRITE_PERMISSIONS]
    if server.guard:
        wanted.append("manage_messages")
    if channel.id == server.helper_channel:
        wanted.append("create_private_threads")
    ours = channel.permissions_for(channel.guild.me)
    if not ours.view_channel:
        return ("view_channel",)
    return tuple(name for name in wanted if not getattr(ours, name))


def _list_permission_names(words: DoctorPhrases) -> list[str]:
    return [field.name for field in fields(words)]


def _join_permission_names(lacks: tuple[str, ...], words: DoctorPhrases) -> str:
    """Return the names of permissions, as they stand in front of what each is for."""
    return ", ".join(getattr(words, name).partition(":")[0] for name in lacks)
