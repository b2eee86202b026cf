"""Let a helper send an answer to somebody: below their message, or with /ask for:@member."""

from __future__ import annotations

import discord

from keyguide.faces.discord.cards.draw import (
    Card,
    draw_shared_card,
    draw_without_share_button,
    read_picture_id,
)
from keyguide.faces.discord.chat.answer import Request, answer_command, answer_somebody, is_first_share
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver, make_files, retry
from keyguide.faces.discord.help_requests.reach_helpers import is_helper
from keyguide.faces.discord.help_requests.threads.buttons import refuse_strangers
from keyguide.faces.discord.servers.server_settings import ServerSettings


async def answer_for(
    interaction: Interaction, server: ServerSettings, request: Request, person: discord.User | None
) -> None:
    """Answer a command for its author, or for somebody else if a helper says so."""
    if person is None or person.id == interaction.user.id:
        await answer_command(interaction, server, request)
    elif interaction.guild_id and is_helper(interaction, server):
        await answer_somebody(interaction, server, request, person.id)
    else:
        await refuse_strangers(interaction, server)


async def reply_to_message(interaction: Interaction, server: ServerSettings, argument: str) -> None:
    """Post a private card below the message that it answers, once, and ring its author."""
    message = interaction.message
    message_id, _, author = argument.partition("/")
    if message is None or not author.isdecimal() or await refuse_strangers(interaction, server):
        return
    if not await is_first_share(interaction, message):
        return
    words = interaction.client.get_phrases(server.language or str(interaction.guild_locale)).discord
    line = words.answered_for.format(person=f"<@{author}>", helper=interaction.user.mention)
    card = Card.from_message(message, timeout=None)
    picture = interaction.client.assistant.knowledge.pictures.get(read_picture_id(card))
    await deliver(interaction, [draw_without_share_button(card, picture)], private=True, update=True)
    await _post(interaction, draw_shared_card(card, picture, int(author), line), int(message_id), int(author))


async def _post(interaction: Interaction, card: Card, message_id: int, author: int) -> None:
    """Post a card below a message; where the bot may not write, it goes out as an answer to the helper."""
    mentions = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(author)])
    here = interaction.channel_id or 0
    channel = interaction.client.get_partial_messageable(here)
    reference = discord.MessageReference(message_id=message_id, channel_id=here, fail_if_not_exists=False)
    try:
        await retry(
            lambda: channel.send(
                view=card,
                files=make_files(card),
                reference=reference,
                allowed_mentions=mentions,
                nonce=str(interaction.id),
            )
        )
    except (discord.Forbidden, discord.NotFound):
        await retry(
            lambda: interaction.followup.send(view=card, files=make_files(card), allowed_mentions=mentions)
        )
