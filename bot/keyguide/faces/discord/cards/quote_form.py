"""Quote what somebody wrote into a form that came to nothing, so that they can copy it."""

from __future__ import annotations

from collections.abc import Iterator

import discord

from keyguide.core.evidence.secrets import mask
from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.notice_cards import build_panels, read_modal_texts
from keyguide.faces.discord.connection.bot import Interaction

_MAX_QUOTE = 1_800  # characters; what fits into half a message is not cut in two
_FENCE = "```"
_HARMLESS = "`\u200b`\u200b`"  # looks the same, and does not end the quote


def build_quotes(interaction: Interaction) -> list[Card]:
    """Build the cards that give a form back, none if nothing was written."""
    quotes = [*quote_form(interaction)]
    return build_panels(quotes) if quotes else []


def quote_form(interaction: Interaction) -> Iterator[str]:
    """Quote what somebody wrote into a form, masked, below a line that says so; nothing if it is no form."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return
    bot, texts = interaction.client, read_modal_texts(interaction)
    if texts:
        yield bot.get_phrases(str(interaction.locale)).discord.written
    for text in texts:
        masked = mask(text, bot.assistant.knowledge.public_keys).text.replace(_FENCE, _HARMLESS)
        for start in range(0, len(masked), _MAX_QUOTE):
            yield f"{_FENCE}\n{masked[start : start + _MAX_QUOTE]}\n{_FENCE}"
