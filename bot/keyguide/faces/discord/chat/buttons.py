"""Buttons and selects that never die: all they need to know stands in their ids."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable
from typing import Any, Self

import discord
from discord import ui

from keyguide.faces.discord.cards.button_ids import (
    BUTTON,
    SELECT,
    SHARE,
    ButtonPress,
    make_button_id,
    make_select_id,
)
from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.chat import answer
from keyguide.faces.discord.connection.bot import Bot, Interaction
from keyguide.faces.discord.connection.sending import deliver

_log = logging.getLogger(__name__)


async def run_safely(asked: Interaction, work: Awaitable[None]) -> None:
    """Do what a press asks for; whatever goes wrong is logged, and the person is told."""
    try:
        await work
    except Exception:  # noqa: BLE001 -- the door: nobody is left without a word
        _log.exception("a press could not be answered")
        await tell_failure(asked)


async def tell_failure(asked: Interaction) -> None:
    """Tell somebody that we failed, as far as Discord still lets us."""
    asked.client.metrics.count_interaction("any", "failed")
    said = asked.client.get_phrases(str(asked.locale)).discord
    try:
        await deliver(asked, [draw_note(said.failed)], private=True)
    except discord.HTTPException as error:
        _log.warning("nor could the person be told (%s)", error.code)


class PickButton(ui.DynamicItem[ui.Button[Any]], template=BUTTON):
    """A button of a reply."""

    def __init__(self, pressed: ButtonPress) -> None:
        """Take what its id said."""
        super().__init__(ui.Button(custom_id=make_button_id(pressed.pick, pressed.asker)))
        self._pressed = pressed

    @classmethod
    async def from_custom_id(cls, asked: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Return the button that was pressed."""
        return cls(ButtonPress(match["pick"], int(match["asker"] or 0)))

    async def callback(self, asked: Interaction) -> None:  # type: ignore[override]
        """Answer the press."""
        await run_safely(asked, answer.answer_press(asked, self._pressed))


class PickSelect(ui.DynamicItem[ui.Select[Any]], template=SELECT):
    """A select of a reply."""

    def __init__(self, asker: int) -> None:
        """Take whom it was drawn for."""
        super().__init__(ui.Select(custom_id=make_select_id(1, asker)))
        self._asker = asker

    @classmethod
    async def from_custom_id(cls, asked: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Return the select that was used."""
        return cls(int(match["asker"] or 0))

    async def callback(self, asked: Interaction) -> None:  # type: ignore[override]
        """Answer the choice."""
        await run_safely(asked, answer.answer_press(asked, ButtonPress(self.item.values[0], self._asker)))


class ShareButton(ui.DynamicItem[ui.Button[Any]], template=SHARE):
    """Show to everyone: the same card once more, where all can see it."""

    def __init__(self) -> None:
        """Make the button; there is nothing to know about it."""
        super().__init__(ui.Button(custom_id=SHARE))

    @classmethod
    async def from_custom_id(cls, asked: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Return the button that was pressed."""
        return cls()

    async def callback(self, asked: Interaction) -> None:  # type: ignore[override]
        """Show the card that it stands on."""
        await run_safely(asked, answer.share_card(asked))


def add_buttons(bot: Bot) -> None:
    """Teach the client to read the ids of all buttons that it ever sent."""
    bot.add_dynamic_items(PickButton, PickSelect, ShareButton)
