"""What the tests of MCP share: its SDK, which takes long to load, so only where it is used."""

from __future__ import annotations

from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def sdk() -> ModuleType:
    """The SDK of the protocol, with its client."""
    return pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
