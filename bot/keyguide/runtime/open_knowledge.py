"""Open the configured knowledge and sentence vectors, the same for every command and face."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.load.knowledge import open_knowledge
from keyguide.load.vectors import open_vectors
from keyguide.runtime.settings import Settings

_INTERRUPTED = frozenset((130, -signal.SIGINT))  # the exit status of `keyguide`, or of Python before it


def open_configured_knowledge(settings: Settings) -> Knowledge:
    """Open the checked knowledge, or raise KnowledgeError with every mistake in it.

    If the index must be trained, train it in a subprocess: training takes some seconds of every processor,
    and memory that a process never wholly gives back.
    """
    vectors = open_vectors(settings.vectors, settings.cache)
    return open_knowledge(settings.knowledge, settings.cache, vectors, lambda: _train_in_subprocess(settings))


def train_knowledge(settings: Settings) -> Knowledge:
    """Open the same knowledge, but train in this process, and leave the index in the cache."""
    return open_knowledge(settings.knowledge, settings.cache, open_vectors(settings.vectors, settings.cache))


def _train_in_subprocess(settings: Settings) -> None:
    """Train in a subprocess that writes the index to the cache; if it fails, the caller trains in-process."""
    variables = {
        "KEYGUIDE_KNOWLEDGE": str(settings.knowledge),
        "KEYGUIDE_CACHE": str(settings.cache),
        "KEYGUIDE_VECTORS": settings.vectors,
        "OPENBLAS_NUM_THREADS": str(os.cpu_count() or 1),
    }
    if sys.stderr.isatty():  # a person is waiting
        sys.stderr.write("keyguide: training on new examples; this takes some seconds, once\n")
    command = (sys.executable, "-m", "keyguide", "learn")
    ended = subprocess.run(command, env=os.environ | variables, capture_output=True, check=False)  # noqa: S603 -- ours
    if ended.returncode in _INTERRUPTED:  # Ctrl-C reaches both processes, and must not start training here
        raise KeyboardInterrupt
