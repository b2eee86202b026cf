"""The knowledge and the sentence vectors that the settings name: the same for every command and face."""

from __future__ import annotations

import os
import subprocess
import sys

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.load.knowledge import open_knowledge
from keyguide.load.vectors import open_vectors
from keyguide.runtime.settings import Settings


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
        "KEYGUIDE_KNOWLEDGE": str(settings.knowledge),
        "KEYGUIDE_CACHE": str(settings.cache),
        "KEYGUIDE_VECTORS": settings.vectors,
        "OPENBLAS_NUM_THREADS": str(os.cpu_count() or 1),
    }
    if sys.stderr.isatty():  # somebody waits
        sys.stderr.write("keyguide: learning from new examples; this takes some seconds, once\n")
    command = (sys.executable, "-m", "keyguide", "learn")
    subprocess.run(command, env=os.environ | asked, capture_output=True, check=False)  # noqa: S603 -- ourselves
