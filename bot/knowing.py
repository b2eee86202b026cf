"""The knowledge and the sentence vectors that the settings name: the same for every command and face."""

from __future__ import annotations

import os
import subprocess
import sys

from bot.core.knowledge import Knowledge
from bot.load.opening import open_knowledge
from bot.load.vectors import open_vectors
from bot.settings import Settings


def open_configured_knowledge(settings: Settings) -> Knowledge:
    """Return the checked knowledge, or raise KnowledgeError with every mistake in it.

    What is new in it is learnt by another process: that takes some seconds of every processor, and memory
    which a program that has once had it never wholly gives back.
    """
    vectors = open_vectors(settings.vectors, settings.cache)
    return open_knowledge(settings.knowledge, settings.cache, vectors, lambda: _train_in_subprocess(settings))


def train_knowledge(settings: Settings) -> Knowledge:
    """Return the same, learnt here and kept for whoever asks for it next."""
    return open_knowledge(settings.knowledge, settings.cache, open_vectors(settings.vectors, settings.cache))


def _train_in_subprocess(settings: Settings) -> None:
    """Have the learning kept where we look for it; if that fails, we learn ourselves."""
    asked = {
        "LATCHKEY_KNOWLEDGE": str(settings.knowledge),
        "LATCHKEY_CACHE": str(settings.cache),
        "LATCHKEY_VECTORS": settings.vectors,
        "OPENBLAS_NUM_THREADS": str(os.cpu_count() or 1),
    }
    if sys.stderr.isatty():  # somebody waits
        sys.stderr.write("latchkey: learning from new examples; this takes some seconds, once\n")
    command = (sys.executable, "-m", "bot", "learn")
    subprocess.run(command, env=os.environ | asked, capture_output=True, check=False)  # noqa: S603 -- ourselves
