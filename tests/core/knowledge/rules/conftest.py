"""Fixtures for the tests of all rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Refused = Callable[[str, str, str, str], None]


@pytest.fixture
def refused(folder: Any) -> Refused:  # a Folder, see conftest.py above
    """Change one thing in a valid folder, and expect exactly one problem, at the place of the mark."""

    def refuse(file: str, old: str, new: str, text: str) -> None:
        place = folder.change(file, old, new)
        assert folder.list_problems() == [f"{place}: {text}"]

    return refuse
