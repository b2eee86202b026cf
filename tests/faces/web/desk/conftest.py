"""Somebody who has entered the desk, and a ledger with one conversation of each kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.faces.web.desk_page import Client, enter, fill, line

from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import get_now


@pytest.fixture
async def client(opened: Callable[..., Any]) -> Client:
    """Somebody who has entered the desk."""
    return await enter(opened)


@pytest.fixture
async def filled(store: MemoryStore) -> MemoryStore:
    await fill(
        store,
        line("article", "web:1", subject="link-how"),
        line("menu", "web:1", judged="link-how", verdict="good"),
        line("article", "web:2", subject="link-menu", judged="link-how", verdict="bad"),
        line("miss", "web:3"),
        line("refusal", "web:4", subject="no-cracks"),
        line("elsewhere", "web:5"),
        line("step", "web:9", subject="is-it-linked", step="page-says", place="guild:2"),
        line("human", "web:7", subject="contact-support"),
        line("article", "web:6", when=get_now() - timedelta(days=60), subject="link-how"),
    )
    return store
