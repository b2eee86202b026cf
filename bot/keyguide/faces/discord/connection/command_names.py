"""Translate the names of commands into every language of the knowledge."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import discord
from discord import app_commands
from discord.app_commands import TranslationContextTypes, locale_str

from keyguide.core.knowledge.knowledge import ENGLISH, Knowledge


class Translator(app_commands.Translator):
    """Look up the words of a command by the key it was built with."""

    def __init__(self, get_knowledge: Callable[[], Knowledge]) -> None:
        """Take a function, because the knowledge can be reloaded."""
        super().__init__()
        self._get_knowledge = get_knowledge

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        """Find the words in that language; return None if it is English or has no phrases."""
        phrases = self._get_knowledge().choose_phrases(str(locale))
        key = string.extras.get("key", "")
        if phrases is self._get_knowledge().choose_phrases(ENGLISH) or not key:
            return None
        return str(reduce(getattr, key.split("."), phrases.discord.commands))
