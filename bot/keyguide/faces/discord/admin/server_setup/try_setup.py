"""The page of /setup that proves it: who sees the helpers' channel, whether the role rings, and a test."""

from __future__ import annotations

from collections.abc import Iterator

import discord
from discord import ButtonStyle as Style

from keyguide.core.phrases.discord_servers import CheckPhrases
from keyguide.faces.discord.admin.access import may_manage
from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.notice_cards import build_button, build_panel, build_row
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver, deliver_when_ready, retry
from keyguide.faces.discord.help_requests.reach_helpers import can_ring, choose_channel, is_helper, may_enter
from keyguide.faces.discord.help_requests.threads.buttons import tell_privately
from keyguide.faces.discord.servers.find_servers import find_whole_guild
from keyguide.faces.discord.servers.server_settings import ServerSettings

_MAX_ROLES = 10


async def show_check(interaction: Interaction, server: ServerSettings, *, is_test: bool = False) -> None:
    """Show what was found, after a test if one is asked for, if the person may manage the server."""
    if await may_manage(interaction):
        drawing = _draw(interaction, server, is_test=is_test)
        await deliver_when_ready(interaction, drawing, private=True, update=True)


async def _draw(interaction: Interaction, server: ServerSettings, *, is_test: bool) -> list[Card]:
    guild = await find_whole_guild(interaction.client, interaction.guild_id)
    assert guild is not None  # noqa: S101 -- may_manage checked that the bot is in it
    words = interaction.client.get_phrases(str(interaction.locale)).server.check
    result = await _send_test(interaction, guild, server) if is_test else ""
    test = build_button(words.test, "test", "send", Style.primary)
    buttons = build_row(*([test] if server.has_helpers else []), build_button(words.back, "page", "start"))
    findings = "\n".join(f"- {line}" for line in list_findings(guild, server, words))
    return [build_panel([f"## {words.title}\n{findings}", f"> {result}" if result else "", buttons])]


def list_findings(guild: discord.Guild, server: ServerSettings, words: CheckPhrases) -> Iterator[str]:
    """List what is well and what is not about calling the helpers of a server."""
    if not server.has_helpers:
        yield words.none
        return
    channel, role = guild.get_channel(server.helper_channel), guild.get_role(server.helper_role)
    if role is None:
        yield words.role_gone
    if not isinstance(channel, discord.TextChannel):
        yield words.channel_gone
        return
    where = channel.mention
    granted = channel.permissions_for(guild.me)
    can_open = granted.view_channel and granted.create_private_threads and granted.send_messages_in_threads
    yield (words.opens if can_open else words.opens_not).format(channel=where)
    if may_enter(channel, guild.default_role):
        yield words.seen.format(channel=where)
    else:
        yield words.hidden.format(channel=where, roles=_join_roles(channel) or words.nobody)
    if role:
        rings = can_ring(channel, role.id)
        yield (words.rings if rings else words.rings_not).format(role=role.mention, channel=where)
        if not channel.permissions_for(role).view_channel:
            yield words.role_blind.format(role=role.mention, channel=where)


def _join_roles(channel: discord.TextChannel) -> str:
    """Join the roles whose members see the channel although not everybody does."""
    roles = [role for role in channel.guild.roles if not role.is_default() and may_enter(channel, role)]
    return ", ".join(role.mention for role in roles[:_MAX_ROLES])


async def _send_test(interaction: Interaction, guild: discord.Guild, server: ServerSettings) -> str:
    """Open a thread as a call would, ring the role, and say what happened."""
    bot, person = interaction.client, interaction.user.id
    words = bot.get_phrases(str(interaction.locale)).server.check
    public = bot.get_phrases(server.choose_locale(guild.preferred_locale)).server.check
    helpers, origin = guild.get_channel(server.helper_channel), guild.get_channel(interaction.channel_id or 0)
    try:
        member = await retry(lambda: guild.fetch_member(person))
        channel = choose_channel((helpers, origin), member)
        if channel is None:
            return words.test_nowhere
        kind = discord.ChannelType.private_thread
        thread = await channel.create_thread(name=public.test_thread, type=kind, invitable=False)
        await retry(lambda: thread.add_user(member))
        rings = can_ring(channel, server.helper_role)
        line = public.test_line.format(
            role=f"<@&{server.helper_role}>" if rings else "", person=f"<@{person}>"
        ).strip()
        card = build_panel([line, build_row(build_button(public.test_remove, "test", "remove"))])
        mentions = discord.AllowedMentions(
            everyone=False, users=False, roles=[discord.Object(server.helper_role)]
        )
        await retry(lambda: thread.send(view=card, allowed_mentions=mentions))
    except discord.HTTPException as error:
        return words.test_failed.format(reason=" ".join((error.text or str(error.status)).split())[:300])
    return (words.test_rang if rings else words.test_silent).format(thread=thread.mention)


async def _remove(thread: discord.Thread) -> None:
    """Delete a thread, or archive it, for which the bot needs no permission in a thread of its own."""
    try:
        await thread.delete()
    except discord.Forbidden:
        await thread.edit(archived=True)


async def handle_test_press(interaction: Interaction, server: ServerSettings, action: str) -> None:
    """Send a test, or remove the thread of one; helpers may do that, too."""
    if action == "send":
        await show_check(interaction, server, is_test=True)
    elif is_helper(interaction, server) and isinstance(interaction.channel, discord.Thread):
        words = interaction.client.get_phrases(str(interaction.locale)).server.check
        await deliver(interaction, [build_panel([words.test_removed])], private=True)
        await _remove(interaction.channel)
    else:
        words_of_helpers = interaction.client.get_phrases(str(interaction.locale)).server.plea
        await tell_privately(interaction, words_of_helpers.helpers_only)
