"""The names of commands in every language that the knowledge speaks."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import discord
from discord import app_commands
from discord.app_commands import TranslationContextTypes, locale_str

from keyguide.core.knowledge.knowledge import ENGLISH, Knowledge


class Translator(app_commands.Translator):
    """Finds a command's words by the key that it was made with."""

    def __init__(self, knowing: Callable[[], Knowledge]) -> None:
        """Take where to find what is known now."""
        super().__init__()
        self._get_knowledge = knowing

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        """Return the words in that language; nothing where we do not speak it, or it is English."""
        phrases = self._get_knowledge().choose_phrases(str(locale))
        key = string.extras.get("key", "")
        if phrases is self._get_knowledge().choose_phrases(ENGLISH) or not key:
            return None
        return str(reduce(getattr, key.split("."), phrases.discord.commands))
