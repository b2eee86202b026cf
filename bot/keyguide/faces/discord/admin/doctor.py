"""/doctor: show the permissions that the bot lacks in each channel, and what breaks without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

import discord

from keyguide.core.phrases.discord_servers import DoctorPhrases
from keyguide.faces.discord.admin.access import may_manage
from keyguide.faces.discord.cards.notice_cards import build_panels
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver
from keyguide.faces.discord.help_requests.reach_helpers import can_ring, may_enter
from keyguide.faces.discord.servers.find_servers import find_whole_guild
from keyguide.faces.discord.servers.server_settings import ServerSettings

_WRITE_PERMISSIONS = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "read_message_history",
    "attach_files",
)
_MAX_NAMED = 5  # channels; of more, only the number is shown
_Channel = discord.TextChannel | discord.ForumChannel | discord.VoiceChannel | discord.StageChannel


async def show_doctor(interaction: Interaction, server: ServerSettings) -> None:
    """Show what the bot may do in a server, if the person may manage it."""
    if not await may_manage(interaction):
        return
    guild = await find_whole_guild(interaction.client, interaction.guild_id)
    assert guild is not None  # noqa: S101 -- may_manage checked that the bot is in it
    words = interaction.client.get_phrases(str(interaction.locale)).server.doctor
    content = interaction.client.discord_options.message_content
    findings = [*_list_findings(guild, server, words, content=content)]
    await deliver(interaction, build_panels([f"## {words.title}\n{words.body}", *findings]), private=True)


def _list_findings(
    guild: discord.Guild, server: ServerSettings, words: DoctorPhrases, *, content: bool
) -> Iterator[str]:
    channels = list_channels(guild)
    groups: dict[tuple[str, ...], list[_Channel]] = {}
    for channel in channels:
        groups.setdefault(find_missing_permissions(channel, server), []).append(channel)
    if fine := groups.pop((), []):
        yield words.fine.format(channels=_join_channels(fine, len(channels), words))
    if groups:
        yield "\n".join(
            "- "
            + words.lacks.format(
                channel=_join_channels(group, len(channels), words),
                permissions=_join_permission_names(missing, words),
            )
            for missing, group in groups.items()
        )
        names = [name for name in _list_permission_names(words) if any(name in missing for missing in groups)]
        yield "\n".join([f"**{words.means}**", *(f"- {getattr(words, name)}" for name in names)])
    yield from _list_notes(guild, server, words, content=content)


def _join_channels(group: Sequence[_Channel], total: int, words: DoctorPhrases) -> str:
    """Name a few channels, and count many."""
    if len(group) > _MAX_NAMED:
        return words.many.format(count=len(group), total=total)
    return ", ".join(channel.mention for channel in group)


def _list_notes(
    guild: discord.Guild, server: ServerSettings, words: DoctorPhrases, *, content: bool
) -> Iterator[str]:
    channel = guild.get_channel(server.helper_channel)
    if not server.has_helpers:
        yield words.helpers_none
    elif not isinstance(channel, discord.TextChannel) or not can_ring(channel, server.helper_role):
        yield words.helpers_silent.format(
            role=f"<@&{server.helper_role}>", channel=f"<#{server.helper_channel}>"
        )
    if isinstance(channel, discord.TextChannel) and not may_enter(channel, guild.default_role):
        yield words.helpers_hidden.format(channel=channel.mention)
    if not content:
        yield words.content_off


def list_channels(guild: discord.Guild) -> list[_Channel]:
    """List the channels where people write, in the order of the server."""
    ordered = sorted(guild.channels, key=lambda channel: (channel.position, channel.id))
    return [channel for channel in ordered if isinstance(channel, _Channel)]


def find_missing_permissions(channel: _Channel, server: ServerSettings) -> tuple[str, ...]:
    """Find the permissions that the bot lacks in a channel; only view_channel if it is hidden."""
    wanted = [*_WRITE_PERMISSIONS]
    if server.guard:
        wanted.append("manage_messages")
    if server.find_channel(channel).solved_tag:
        wanted.append("manage_threads")
    if channel.id == server.helper_channel:
        wanted.append("create_private_threads")
    granted = channel.permissions_for(channel.guild.me)
    if not granted.view_channel:
        return ("view_channel",)
    return tuple(name for name in wanted if not getattr(granted, name))


def _list_permission_names(words: DoctorPhrases) -> list[str]:
    return [field.name for field in fields(words)]


def _join_permission_names(permissions: tuple[str, ...], words: DoctorPhrases) -> str:
    """Join the names of permissions; in each phrase the name stands before the colon."""
    return ", ".join(getattr(words, name).partition(":")[0] for name in permissions)
