"""Cards that are not replies of the engine: how they are put together, and what their buttons' ids say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ButtonStyle as Style
from discord import ui

from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.markdown import split_into_pages
from keyguide.faces.discord.connection.bot import Interaction

ACTION = r"w:(?P<word>[a-z]{2,12}):(?P<rest>[0-9a-z/_]{0,60})"

CardPart = str | ui.Item[Any]


def make_action_id(word: str, rest: str = "") -> str:
    """Return the id of a button or select that does what the word says."""
    return f"w:{word}:{rest}"


def build_button(label: str, word: str, rest: str = "", style: Style = Style.secondary) -> ui.Button[Any]:
    """Return a button that does what the word says, also after a restart."""
    return ui.Button(label=label, custom_id=make_action_id(word, rest), style=style)


def build_row(*items: ui.Item[Any]) -> ui.ActionRow[Any]:
    """Return things to press, side by side."""
    return ui.ActionRow(*items)


def build_panel(parts: Sequence[CardPart]) -> Card:
    """Return texts and things to press as one card, from the top to the bottom."""
    card = Card(timeout=None)
    box: ui.Container[Any] = ui.Container()
    for part in parts:
        if part:
            box.add_item(ui.TextDisplay(part) if isinstance(part, str) else part)
    card.add_item(box)
    return card.finish()


def build_panels(blocks: Sequence[str], last: Sequence[CardPart] = ()) -> list[Card]:
    """Return text of any length as cards, with the last parts on the last of them."""
    told = split_into_pages(blocks)
    return [
        build_panel([*page, *(last if number == len(told) else ())]) for number, page in enumerate(told, 1)
    ]


def read_texts(message: discord.Message | None) -> list[str]:
    """Return what a card of ours says."""
    if message is None:
        return []
    card = Card.from_message(message, timeout=None)
    return [item.content for item in card.walk_children() if isinstance(item, ui.TextDisplay)]


def read_chosen_values(asked: Interaction) -> list[str]:
    """Return what somebody chose from a select."""
    data: dict[str, Any] = {**(asked.data or {})}
    return [str(value) for value in data.get("values", [])]
