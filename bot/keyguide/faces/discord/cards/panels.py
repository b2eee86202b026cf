"""Build cards that are not replies of the engine, and the ids of their buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ButtonStyle as Style
from discord import ui

from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.markdown import split_into_pages
from keyguide.faces.discord.connection.bot import Interaction

ACTION = r"w:(?P<action>[a-z]{2,12}):(?P<argument>[0-9a-z/_]{0,60})"

CardPart = str | ui.Item[Any]


def make_action_id(action: str, argument: str = "") -> str:
    """Make the id of a button or select that runs an action."""
    return f"w:{action}:{argument}"


def build_button(
    label: str, action: str, argument: str = "", style: Style = Style.secondary
) -> ui.Button[Any]:
    """Build a button that runs an action, even if the bot was restarted since."""
    return ui.Button(label=label, custom_id=make_action_id(action, argument), style=style)


def build_row(*items: ui.Item[Any]) -> ui.ActionRow[Any]:
    """Put buttons side by side, or a select, into one row."""
    return ui.ActionRow(*items)


def build_panel(parts: Sequence[CardPart]) -> Card:
    """Build one card from texts and controls, from top to bottom; empty parts are left out."""
    card = Card(timeout=None)
    container: ui.Container[Any] = ui.Container()
    for part in parts:
        if part:
            container.add_item(ui.TextDisplay(part) if isinstance(part, str) else part)
    card.add_item(container)
    return card.finish()


def build_panels(blocks: Sequence[str], last: Sequence[CardPart] = ()) -> list[Card]:
    """Split text of any length into cards, and put the last parts on the last card."""
    pages = split_into_pages(blocks)
    return [
        build_panel([*page, *(last if number == len(pages) else ())]) for number, page in enumerate(pages, 1)
    ]


def read_texts(message: discord.Message | None) -> list[str]:
    """Read the texts of a card that the bot sent, none if there is no message."""
    if message is None:
        return []
    card = Card.from_message(message, timeout=None)
    return [item.content for item in card.walk_children() if isinstance(item, ui.TextDisplay)]


def read_chosen_values(interaction: Interaction) -> list[str]:
    """Read the values that somebody chose from a select."""
    data: dict[str, Any] = {**(interaction.data or {})}
    return [str(value) for value in data.get("values", [])]
