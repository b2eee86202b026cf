"""/queue: show helpers who waits for them, and let them take a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import discord
from discord import ui

from keyguide.core.model.shorten import shorten
from keyguide.core.phrases.help_requests import QueuePhrases
from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.notice_cards import (
    CardPart,
    build_panel,
    build_row,
    make_action_id,
    read_chosen_ids,
)
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver, retry
from keyguide.faces.discord.help_requests.open_requests import (
    HelpRequest,
    claim_request,
    find_request,
    list_requests,
)
from keyguide.faces.discord.help_requests.threads.buttons import get_words, refuse_strangers, tell_privately
from keyguide.faces.discord.help_requests.threads.first_message import (
    build_claimed_buttons,
    rebuild_as_claimed,
)
from keyguide.faces.discord.servers.find_servers import find_thread
from keyguide.faces.discord.servers.server_settings import ServerSettings

_MAX_SHOWN = 20
_MAX_SEARCHED = 3  # messages at the beginning of a thread, of which one has the buttons


async def show_queue(interaction: Interaction, server: ServerSettings) -> None:
    """Show the open requests to a helper, the oldest first."""
    if not await refuse_strangers(interaction, server):
        await deliver(interaction, [await _draw_queue(interaction)], private=True)


async def _draw_queue(interaction: Interaction, line: str = "") -> Card:
    requests = await list_requests(interaction.client.assistant, interaction.guild_id or 0)
    words = interaction.client.get_phrases(str(interaction.locale)).server.queue
    return build_panel([*_build_parts(requests, words, interaction.guild), line])


def _build_parts(
    requests: Sequence[HelpRequest], words: QueuePhrases, guild: discord.Guild | None
) -> Iterator[CardPart]:
    waiting = [request for request in requests if not request.helper]
    claimed = [request for request in requests if request.helper]
    yield f"## {words.title}\n{words.counts.format(waiting=len(waiting), claimed=len(claimed))}"
    if waiting:
        lines = [_write_line(words.waiting, request) for request in waiting[:_MAX_SHOWN]]
        yield "\n".join(lines)
        yield build_row(_build_select(waiting[:_MAX_SHOWN], words, guild))
    if claimed:
        yield "\n".join(_write_line(words.claimed, request) for request in claimed[:_MAX_SHOWN])


def _write_line(pattern: str, request: HelpRequest) -> str:
    since = discord.utils.format_dt(request.since if request.helper else request.opened, "R")
    return "- " + pattern.format(
        thread=f"<#{request.thread}>",
        person=f"<@{request.person}>",
        helper=f"<@{request.helper}>",
        since=since,
    )


def _build_select(
    requests: Sequence[HelpRequest], words: QueuePhrases, guild: discord.Guild | None
) -> ui.Select[Any]:
    select: ui.Select[Any] = ui.Select(custom_id=make_action_id("queue"), placeholder=words.take)
    for number, request in enumerate(requests, 1):
        thread = guild.get_thread(request.thread) if guild else None
        label = f"{number}. {thread.name if thread else request.thread}"
        select.add_option(label=shorten(label, 100), value=str(request.thread))
    return select


async def handle_queue_choice(interaction: Interaction, server: ServerSettings, _argument: str) -> None:
    """Let a helper take the chosen request, and show the queue as it is then."""
    if await refuse_strangers(interaction, server):
        return
    chosen = next(iter(read_chosen_ids(interaction)), 0)
    line = await _take(interaction, server, chosen)
    await deliver(interaction, [await _draw_queue(interaction, f"> {line}")], private=True, update=True)


async def take(interaction: Interaction, server: ServerSettings, thread: str) -> None:
    """Let a helper take the request that a note in their channel tells of."""
    if not await refuse_strangers(interaction, server):
        line = await _take(interaction, server, int(thread))
        await tell_privately(interaction, line)


async def _take(interaction: Interaction, server: ServerSettings, thread_id: int) -> str:
    """Make somebody the helper of a request and add them to its thread; return a line about it."""
    bot, guild = interaction.client, interaction.guild
    words = bot.get_phrases(str(interaction.locale)).server
    request = await find_request(bot.assistant, guild.id if guild else 0, thread_id)
    if guild is None or request is None:
        return words.queue.gone
    if request.helper or not await claim_request(bot.assistant, request, interaction.user.id):
        return words.plea.claimed_already
    thread = await find_thread(guild, thread_id)
    if thread is None:
        return words.queue.gone
    helper = discord.Object(interaction.user.id)
    await retry(lambda: thread.add_user(helper))
    await _show_helper(interaction, server, thread, request)
    return words.queue.taken.format(thread=thread.mention)


async def _show_helper(
    interaction: Interaction, server: ServerSettings, thread: discord.Thread, request: HelpRequest
) -> None:
    """Say in the thread who helps: in its first message, or in a new one if that cannot be found."""
    words, helper = get_words(interaction, server), interaction.user.id
    first = await _find_first_message(interaction, thread)
    if first:
        card = rebuild_as_claimed(words, first, request.person, helper)
        await retry(lambda: first.edit(view=card))
        return
    line = words.claimed.format(person=interaction.user.mention)
    card = build_panel([line, build_claimed_buttons(words, request.person)])
    await retry(lambda: thread.send(view=card))


async def _find_first_message(interaction: Interaction, thread: discord.Thread) -> discord.Message | None:
    bot_id = interaction.client.user.id if interaction.client.user else 0
    with suppress(discord.Forbidden, discord.NotFound):
        async for message in thread.history(limit=_MAX_SEARCHED, oldest_first=True):
            if message.author.id == bot_id and message.components:
                return message
    return None
