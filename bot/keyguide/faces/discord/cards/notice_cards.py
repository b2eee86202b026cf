"""Build cards that are not replies of the engine, and the ids of their buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ButtonStyle as Style
from discord import ui

from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.markdown import split_into_pages
from keyguide.faces.discord.connection.bot import Interaction

ACTION = re.compile(r"w:(?P<action>[a-z]{2,12}):(?P<argument>[0-9a-z/_]{0,60})")
MODAL = re.compile(r"m:(?P<action>[a-z]{2,12}):(?P<argument>[0-9a-z/_]{0,60})")

MAX_TITLE = 45  # characters of the title of a modal

CardPart = str | ui.Item[Any]


@dataclass(frozen=True, slots=True)
class TextField:
    """A field of a modal: its name for the program, its label, and what may be written into it."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    max_length: int = 300
    required: bool = False
    is_long: bool = False


def make_action_id(action: str, argument: str = "") -> str:
    """Make the id of a button or select that runs an action."""
    return f"w:{action}:{argument}"


def make_modal_id(action: str, argument: str = "") -> str:
    """Make the id of a modal that runs an action when it is submitted."""
    return f"m:{action}:{argument}"


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


def read_custom_id(interaction: Interaction) -> str:
    """Read the id of the button, select or modal that somebody used."""
    data: dict[str, Any] = {**(interaction.data or {})}
    return str(data.get("custom_id", ""))


def read_chosen_values(interaction: Interaction) -> list[str]:
    """Read the values that somebody chose from a select."""
    data: dict[str, Any] = {**(interaction.data or {})}
    return [str(value) for value in data.get("values", [])]


def read_chosen_ids(interaction: Interaction) -> list[int]:
    """Read the ids of the channels, roles, people or servers that somebody chose from a select."""
    return [int(value) for value in read_chosen_values(interaction) if value.isdecimal()]


def read_modal_values(interaction: Interaction) -> dict[str, list[str]]:
    """Read what somebody wrote or chose in each field of a modal; empty fields are left out."""
    fields = _list_modal_fields(interaction)
    values = {field.get("custom_id"): field.get("values") or [field.get("value")] for field in fields}
    return {name: [str(value) for value in given if value] for name, given in values.items() if any(given)}


def read_modal_texts(interaction: Interaction) -> list[str]:
    """Read what somebody wrote, and did not choose, in the fields of a modal."""
    return [str(field["value"]) for field in _list_modal_fields(interaction) if field.get("value")]


def _list_modal_fields(interaction: Interaction) -> list[Any]:
    data: dict[str, Any] = {**(interaction.data or {})}
    return [label.get("component", {}) for label in data.get("components", [])]


def read_modal_files(interaction: Interaction, name: str) -> list[discord.Attachment]:
    """Read the files in a field of a modal."""
    data: dict[str, Any] = {**(interaction.data or {})}
    files = data.get("resolved", {}).get("attachments", {})
    ids = [id for id in read_modal_values(interaction).get(name, []) if id in files]
    state = interaction.client._connection  # noqa: SLF001 -- there is no public way
    return [discord.Attachment(data=files[id], state=state) for id in ids]


def build_text_modal(title: str, modal_id: str, fields: Sequence[TextField]) -> ui.Modal:
    """Build a modal with text fields; its id says all that is needed later."""
    modal = ui.Modal(title=title[:MAX_TITLE], custom_id=modal_id, timeout=None)
    for field in fields:
        line: ui.TextInput[Any] = ui.TextInput(
            custom_id=field.name,
            required=field.required,
            max_length=field.max_length,
            placeholder=field.hint or None,
            default=field.value or None,
            style=discord.TextStyle.paragraph if field.is_long else discord.TextStyle.short,
        )
        modal.add_item(ui.Label(text=field.label, component=line))
    modal.stop()
    return modal
