"""What the tests of whole conversations share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def ann(real: Any, meet: Callable[..., Any]) -> Any:
    """Somebody new, who uses the real knowledge."""
    return meet(real)
