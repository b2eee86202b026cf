"""The form of the desk: no word becomes a tag, nothing is inline, and figures can be downloaded."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import pytest
from aiohttp import ClientError
from aiohttp.test_utils import TestClient, TestServer
from tests.faces.web.desk_page import NASTY, TOKEN, Client, enter, fill, line, show

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.errors import StoreError
from keyguide.faces.web.app import build_application
from keyguide.faces.web.web_context import WebContext, WebOptions
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import LedgerEntry, MissedQuestion, get_now


@pytest.mark.parametrize(
    "where",
    [
        "/desk?place={}",
        "/desk?days={}",
        "/desk/articles?q={}",
        "/desk/flow/is-it-linked?place={}",
        "/desk/conversations?subject={}",
        "/desk/conversations?ending=fixed&place={}",
    ],
)
async def test_no_word_becomes_a_tag(opened: Callable[..., Any], store: MemoryStore, where: str) -> None:
    client = await enter(opened, misses=True)
    await fill(store, line("article", place=NASTY, subject=NASTY, judged=NASTY, verdict="bad"))
    await store.keep_miss(MissedQuestion(get_now(), NASTY, "miss", NASTY))

    seen = await show(client, where.format(NASTY.replace(" ", "%20").replace('"', "%22")))

    assert "script" not in {tag for tag, _ in seen.tags}
    assert not any(name.startswith("on") for _, attributes in seen.tags for name in attributes)


async def test_pages_need_no_inline_style_or_script(client: Client, filled: MemoryStore) -> None:
    for where in ("/desk", "/desk/flow/is-it-linked", "/desk/article/link-how", "/desk/conversations"):
        seen = await show(client, where)

        assert not {"style", "script"} & {tag for tag, _ in seen.tags}
        assert not any("style" in attributes for _, attributes in seen.tags)


async def rows(client: Client, where: str) -> list[list[str]]:
    answer = await client.get(where)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(await answer.text())))


async def test_the_ledger_is_handed_out_without_who_asked(client: Client, filled: MemoryStore) -> None:
    found = await rows(client, "/desk/ledger.csv?place=guild:2")

    assert found[0] == ["when", "place", "kind", "subject", "step", "judged", "verdict"]
    assert found[1][1:] == ["guild:2", "step", "is-it-linked", "page-says", "", ""]
    assert len(found) == 2
    assert "web:" not in str(found)


async def test_questions_without_an_answer_are_handed_out_in_groups(
    client: Client, store: MemoryStore
) -> None:
    await store.keep_miss(MissedQuestion(get_now(), "guild:1", "miss", "=cmd|' /C calc'!A0"))

    found = await rows(client, "/desk/gaps.csv")

    assert found[0] == ["times", "question", "other ways", "nearest", "decision"]
    assert found[1][:2] == ["1", "'=cmd|' /C calc'!A0"]


class HalfGone(MemoryStore):
    """A store that fails after so many lines of the ledger."""

    lines = 0

    async def stream_entries(self, since: datetime, place: str | None = None) -> AsyncIterator[LedgerEntry]:
        for _ in range(self.lines):
            yield LedgerEntry(get_now(), "ann", "web", "menu")
        raise StoreError("the disk is gone")


@pytest.mark.parametrize("lines", [0, 1_200])
async def test_an_export_that_fails_never_looks_like_a_whole_one(
    small_knowledge: Knowledge, lines: int
) -> None:
    store = HalfGone()
    store.lines = lines
    assistant = Assistant(small_knowledge, store)
    site = WebOptions(desk_token=TOKEN)
    app = build_application(WebContext(site, assistant, Metrics(), Health()))
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/desk/ledger.csv", headers={"Authorization": f"Bearer {TOKEN}"})
        if lines:
            with pytest.raises(ClientError):
                await answer.read()

    assert answer.status == (200 if lines else 503)
