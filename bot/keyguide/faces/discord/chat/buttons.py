"""Buttons and selects that never die: all they need to know stands in their ids."""

from __future__ import annotations

import re
from typing import Any, Self

from discord import ui

from keyguide.faces.discord.cards.button_ids import (
    BUTTON,
    SELECT,
    SHARE,
    ButtonPress,
    make_button_id,
    make_select_id,
)
from keyguide.faces.discord.chat.answer import answer_press, share_card
from keyguide.faces.discord.connection.bot import Bot, Interaction
from keyguide.faces.discord.connection.interactions import handle_interaction
from keyguide.faces.discord.connection.server_settings import ServerSettings
from keyguide.faces.discord.help_requests.help_form import call_human
from keyguide.faces.discord.help_requests.offer import HUMAN


async def _handle_press(interaction: Interaction, press: ButtonPress) -> None:
    async def work(server: ServerSettings) -> None:
        if press.pick == HUMAN:
            await call_human(interaction, server)
        else:
            await answer_press(interaction, server, press)

    await handle_interaction(interaction, "button", work)


class PickButton(ui.DynamicItem[ui.Button[Any]], template=BUTTON):
    """A button of a reply."""

    def __init__(self, pressed: ButtonPress) -> None:
        """Take what its id said."""
        super().__init__(ui.Button(custom_id=make_button_id(pressed.pick, pressed.asker)))
        self._pressed = pressed

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        return cls(ButtonPress(match["pick"], int(match["asker"] or 0)))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Answer the press."""
        await _handle_press(interaction, self._pressed)


class PickSelect(ui.DynamicItem[ui.Select[Any]], template=SELECT):
    """A select of a reply."""

    def __init__(self, asker: int) -> None:
        """Take whom it was drawn for."""
        super().__init__(ui.Select(custom_id=make_select_id(1, asker)))
        self._asker = asker

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the select that was used."""
        return cls(int(match["asker"] or 0))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Answer the choice."""
        await _handle_press(interaction, ButtonPress(self.item.values[0], self._asker))


class ShareButton(ui.DynamicItem[ui.Button[Any]], template=SHARE):
    """Show to everyone: the same card once more, where all can see it."""

    def __init__(self) -> None:
        """Make the button; there is nothing to know about it."""
        super().__init__(ui.Button(custom_id=SHARE))

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        return cls()

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Show the card that it stands on."""
        await handle_interaction(interaction, "share", lambda _: share_card(interaction))


def add_buttons(bot: Bot) -> None:
    """Teach the client to read the ids of all buttons that it ever sent."""
    bot.add_dynamic_items(PickButton, PickSelect, ShareButton)
