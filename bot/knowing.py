"""The knowledge and the sentence vectors that the settings name: the same for every command and face."""

from __future__ import annotations

from bot.core.knowledge import Knowledge
from bot.load.opening import open_knowledge
from bot.load.vectors import open_vectors
from bot.settings import Settings


def knowledge_for(settings: Settings) -> Knowledge:
    """Return the checked knowledge, or raise KnowledgeError with every mistake in it."""
    return open_knowledge(settings.knowledge, settings.cache, open_vectors(settings.vectors, settings.cache))
