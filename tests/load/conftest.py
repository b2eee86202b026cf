"""A sentence model that is made here: the real code takes it for any other."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.tiny_model import write_model


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sentence model of a few words."""
    return write_model(tmp_path_factory.mktemp("model"))
