"""What the tests of every store share: a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    return NOON
