"""A page of the desk as a browser sees it, and the lines of the ledger that its tests need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from aiohttp.test_utils import TestClient

from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import LedgerEntry, get_now

Client = TestClient[Any, Any]
TOKEN = "a-token-that-nobody-guesses"  # noqa: S105
NASTY = "<script>alert('x')</script>\" onload=\"x"


class Page(HTMLParser):
    """A page as a browser sees it: its tags, and the texts between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, tag: str, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for name, attrs in self.tags if name == tag and attribute in attrs]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def line(kind: str, who: str = "web:1", **more: Any) -> LedgerEntry:
    return LedgerEntry(
        **{"when": get_now() - timedelta(hours=1), "who": who, "place": "guild:1", "kind": kind, **more}
    )


async def fill(store: MemoryStore, *lines: LedgerEntry) -> None:
    for one in lines:
        await store.record(one)


async def enter(opened: Callable[..., Any], **site: Any) -> Client:
    """Open a page and its desk."""
    client: Client = await opened(desk_token=TOKEN, **site)
    await client.get("/desk", params={"key": TOKEN})
    return client


async def show(client: Client, where: str, **more: Any) -> Page:
    """Load a page of the desk."""
    answer = await client.get(where, **more)
    assert answer.status == 200
    return Page(await answer.text())
