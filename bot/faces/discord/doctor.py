"""/doctor: what we may and may not do in a server, channel by channel, and what breaks without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import discord

from bot.core.phrases_server import Doctor
from bot.faces.discord.base import Asked
from bot.faces.discord.pressing import panels
from bot.faces.discord.sending import deliver
from bot.faces.discord.servers import Server, server_of
from bot.faces.discord.setting_up import may_manage

_WRITING = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "read_message_history",
    "attach_files",
)
_Channel = discord.TextChannel | discord.ForumChannel | discord.VoiceChannel | discord.StageChannel


async def doctor(asked: Asked) -> None:
    """Tell those who run a server what we may do in it."""
    if not await may_manage(asked) or asked.guild is None:
        return
    server = await server_of(asked.client.assistant, asked.guild_id)
    words = asked.client.phrases(str(asked.locale)).server.doctor
    content = asked.client.ways.message_content
    found = [*_findings(asked.guild, server, words, content=content)]
    await deliver(asked, panels([f"## {words.title}\n{words.body}", *found]), private=True)


def _findings(guild: discord.Guild, server: Server, words: Doctor, *, content: bool) -> Iterator[str]:
    missing = {channel: lacking(channel, server) for channel in channels_of(guild)}
    fine = [channel.mention for channel, lacks in missing.items() if not lacks]
    if fine:
        yield words.fine.format(channels=", ".join(fine))
    lines = (
        "- " + words.lacks.format(channel=channel.mention, permissions=_named(lacks, words))
        for channel, lacks in missing.items()
        if lacks
    )
    yield "\n".join(lines)
    everywhere = () if guild.me.guild_permissions.manage_guild else ("manage_guild",)
    if everywhere:
        yield "- " + words.server.format(permissions=_named(everywhere, words))
    lacked = {name for lacks in (*missing.values(), everywhere) for name in lacks}
    if lacked:
        told = (f"- {getattr(words, name)}" for name in _order(words) if name in lacked)
        yield "\n".join([f"**{words.means}**", *told])
    yield from _notes(guild, server, words, content=content)


def _notes(guild: discord.Guild, server: Server, words: Doctor, *, content: bool) -> Iterator[str]:
    if not server.helps:
        yield words.helpers_none
    elif not _calls(guild, server):
        yield words.helpers_silent.format(
            role=f"<@&{server.helper_role}>", channel=f"<#{server.helper_channel}>"
        )
    if not content:
        yield words.content_off


def _calls(guild: discord.Guild, server: Server) -> bool:
    """Whether our call reaches the helpers' role."""
    role, channel = guild.get_role(server.helper_role), guild.get_channel(server.helper_channel)
    if role is None or channel is None:
        return False
    return role.mentionable or channel.permissions_for(guild.me).mention_everyone


def channels_of(guild: discord.Guild) -> list[_Channel]:
    """Return the channels where people write."""
    ordered = sorted(guild.channels, key=lambda channel: (channel.position, channel.id))
    return [channel for channel in ordered if isinstance(channel, _Channel)]


def lacking(channel: _Channel, server: Server) -> tuple[str, ...]:
    """Return the permissions that we lack in a channel."""
    wanted = [*_WRITING]
    if server.guard:
        wanted.append("manage_messages")
    if channel.id == server.helper_channel:
        wanted.append("create_private_threads")
    ours = channel.permissions_for(channel.guild.me)
    if not ours.view_channel:
        return ("view_channel",)
    return tuple(name for name in wanted if not getattr(ours, name))


def _order(words: Doctor) -> list[str]:
    return [field.name for field in fields(words)]


def _named(lacks: tuple[str, ...], words: Doctor) -> str:
    """Return the names of permissions, as they stand in front of what each is for."""
    return ", ".join(getattr(words, name).partition(":")[0] for name in lacks)
