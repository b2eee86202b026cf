"""Fetching a sentence model: the real program against a model hub on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.load.conftest import LENGTH
from tests.load.hub import open_hub

pytestmark = pytest.mark.slow

Told = Callable[[str, str], str]
NOBODY = "http://127.0.0.1:9"  # the port of `discard`, where nothing answers


@pytest.fixture
def vectors_of(tmp_path: Path) -> Told:
    """Return what `keyguide doctor` says of sentence vectors with a setting and a hub."""

    def told(setting: str, hub: str) -> str:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("KEYGUIDE_", "HF_"))}
        settings = {"KEYGUIDE_VECTORS": setting, "KEYGUIDE_CACHE": str(tmp_path / "cache")}
        settings |= {"KEYGUIDE_DATABASE": ":memory:", "HF_ENDPOINT": hub, "HF_HOME": str(tmp_path / "hub")}
        command = [sys.executable, "-m", "keyguide", "doctor"]
        done = subprocess.run(
            command, env=own | settings, capture_output=True, text=True, timeout=100, check=False
        )
        return next(line for line in done.stdout.splitlines() if "sentence vectors" in line)

    return told


def test_a_model_is_fetched_once_and_found_again_without_the_hub(vectors_of: Told, model: Path) -> None:
    with open_hub(model) as hub:
        fetched = vectors_of("download", hub.address)

    assert fetched.startswith(f"ok   sentence vectors: sentence vectors of {LENGTH} numbers")
    assert {path.name for path in model.iterdir()} <= {*hub.handed}
    assert vectors_of("auto", NOBODY) == fetched


@pytest.mark.usefixtures("model")
def test_a_hub_that_cannot_be_reached_is_told_at_once(vectors_of: Told) -> None:
    told = vectors_of("download", NOBODY)

    assert told.startswith(
        "BAD  sentence vectors: no sentence vectors: sentence-transformers/all-MiniLM-L6-v2 cannot"
    )
    assert "no model was fetched yet" in vectors_of("auto", NOBODY)
