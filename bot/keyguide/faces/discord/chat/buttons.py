"""Handle the buttons and selects of replies; they survive restarts because their ids hold all they need."""

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
from keyguide.faces.discord.forum.solved_tag import make_marking_responder
from keyguide.faces.discord.help_requests.help_form import open_help_form
from keyguide.faces.discord.help_requests.offer_help import HUMAN
from keyguide.faces.discord.servers.server_settings import ServerSettings


async def _handle_press(interaction: Interaction, press: ButtonPress) -> None:
    async def work(server: ServerSettings) -> None:
        if press.pick == HUMAN:
            await open_help_form(interaction, server)
        else:
            await answer_press(interaction, server, press, make_marking_responder(interaction, server))

    await handle_interaction(interaction, "button", work)


class PickButton(ui.DynamicItem[ui.Button[Any]], template=BUTTON):
    """A button of a reply."""

    def __init__(self, press: ButtonPress) -> None:
        super().__init__(ui.Button(custom_id=make_button_id(press.pick, press.asker)))
        self._press = press

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Build the button from its id."""
        return cls(ButtonPress(match["pick"], int(match["asker"] or 0)))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Answer the press."""
        await _handle_press(interaction, self._press)


class PickSelect(ui.DynamicItem[ui.Select[Any]], template=SELECT):
    """A select of a reply."""

    def __init__(self, asker: int) -> None:
        super().__init__(ui.Select(custom_id=make_select_id(1, asker)))
        self._asker = asker

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Build the select from its id."""
        return cls(int(match["asker"] or 0))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Answer the choice."""
        await _handle_press(interaction, ButtonPress(self.item.values[0], self._asker))


class ShareButton(ui.DynamicItem[ui.Button[Any]], template=SHARE):
    """The button that shows a private card to everyone."""

    def __init__(self) -> None:
        super().__init__(ui.Button(custom_id=SHARE))

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Build the button from its id."""
        return cls()

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Show the card with this button to everyone."""
        await handle_interaction(interaction, "share", lambda _: share_card(interaction))


def add_buttons(bot: Bot) -> None:
    """Register the buttons and selects, so that those sent before a restart still work."""
    bot.add_dynamic_items(PickButton, PickSelect, ShareButton)
