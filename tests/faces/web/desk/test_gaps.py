"""Questions without an answer: in groups, decided about, and drafted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from string import ascii_lowercase
from typing import Any

import pytest
from tests.faces.web.desk_page import TOKEN, Client, Page, enter, show

from keyguide.faces.web.web_context import DeskOptions
from keyguide.insight.unanswered_groups import Gap
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import MissedQuestion, get_now


@pytest.fixture
async def keeping(opened: Callable[..., Any], store: MemoryStore) -> Client:
    """A keeper whose desk keeps words and can draft, with two questions that mean the same, and another."""

    def write_draft(_knowledge: object, gap: Gap[Any]) -> str:
        return f"articles: # {gap.group.heading}, asked {gap.times} times"

    for text in ("my toaster smokes", "toaster smokes again", "what is love"):
        await store.keep_miss(MissedQuestion(get_now(), "guild:1", "miss", text))
    client: Client = await opened(misses=True, desk_token=TOKEN, desk=DeskOptions(write_draft=write_draft))
    await client.get("/desk", params={"key": TOKEN})
    return client


async def decide(client: Client, action: str, **fields: str) -> Page:
    """Decide about the group that stands first, and return the page that follows."""
    seen = await show(client, "/desk")
    key = next(value for value in seen.values("input", "value") if re.fullmatch("[0-9a-f]{16}", value))
    async with client.post("/desk/gap", data={"key": key, "action": action, **fields}) as answer:
        assert answer.status == 200
        return Page(await answer.text())


async def test_an_ignored_question_is_out_of_the_way_and_can_be_taken_back(keeping: Client) -> None:
    ignored = await decide(keeping, "ignore")
    shown = await show(keeping, "/desk?ignored=yes")

    assert "toaster" not in ignored.text
    assert "what is love" in ignored.text
    assert "Ignored: 1" in ignored.text
    assert "my toaster smokes" in shown.text
    assert "what is love" not in shown.text
    key = next(value for value in shown.values("input", "value") if re.fullmatch("[0-9a-f]{16}", value))
    async with keeping.post("/desk/gap", data={"key": key, "action": "restore"}) as answer:
        assert "my toaster smokes" in await answer.text()


async def test_a_question_is_given_to_somebody(keeping: Client) -> None:
    seen = await decide(keeping, "assign", name="  Kim <b> ")

    assert "Kim <b> takes it." in seen.text


async def test_a_draft_is_handed_out_as_a_file_and_noted(keeping: Client) -> None:
    key = next(
        value
        for value in (await show(keeping, "/desk")).values("input", "value")
        if re.fullmatch("[0-9a-f]{16}", value)
    )
    async with keeping.post("/desk/gap", data={"key": key, "action": "draft"}) as answer:
        text = await answer.text()

    assert answer.headers["Content-Disposition"] == f'attachment; filename="draft-{key}.yaml"'
    assert text == "articles: # my toaster smokes, asked 2 times"
    assert f"A draft was made on {get_now().date().isoformat()}." in (await show(keeping, "/desk")).text


async def test_a_decision_stays_when_another_wording_comes_in_and_goes_with_its_question(
    keeping: Client, store: MemoryStore
) -> None:
    await decide(keeping, "ignore")
    await store.keep_miss(MissedQuestion(get_now(), "guild:1", "miss", "toaster smokes"))
    still = await show(keeping, "/desk")
    await store.drop_misses(get_now() + timedelta(days=1))
    await store.keep_miss(MissedQuestion(get_now(), "guild:1", "miss", "what is love"))
    await decide(keeping, "ignore")

    assert "toaster" not in still.text
    assert len(await store.list_notes("desk:gaps")) == 1


@pytest.mark.parametrize("key", ["", "0" * 16, "<b>"])
async def test_a_question_that_is_gone_is_not_found(keeping: Client, key: str) -> None:
    async with keeping.post("/desk/gap", data={"key": key, "action": "ignore"}) as answer:
        assert answer.status == 404


async def test_a_stranger_decides_nothing(keeping: Client, store: MemoryStore) -> None:
    keeping.session.cookie_jar.clear()

    async with keeping.post("/desk/gap", data={"key": "x", "action": "ignore"}) as answer:
        assert answer.status == 401
    assert await store.list_notes("desk:gaps") == {}


async def test_the_words_of_misses_are_shown_in_groups_where_they_are_kept(
    opened: Callable[..., Any], store: MemoryStore
) -> None:
    client = await enter(opened, misses=True)
    for text in ("my toaster smokes", "toaster smokes again", "what is love"):
        await store.keep_miss(MissedQuestion(get_now(), "guild:1", "miss", text))

    seen = await show(client, "/desk")

    assert "2 my toaster smokes toaster smokes again" in seen.text
    assert any(href.startswith("/desk/gaps.csv?") for href in seen.values("a", "href"))


async def test_kept_words_older_than_30_days_are_not_shown(
    opened: Callable[..., Any], store: MemoryStore
) -> None:
    client = await enter(opened, misses=True)
    await store.keep_miss(MissedQuestion(get_now() - timedelta(days=31), "guild:1", "miss", "old moon"))

    seen = await show(client, "/desk?days=90")

    assert "old moon" not in seen.text
    assert "No question without an answer is kept" in seen.text


async def test_very_many_gaps_are_cut_on_the_page(opened: Callable[..., Any], store: MemoryStore) -> None:
    client = await enter(opened, misses=True)
    for letter in ascii_lowercase:
        await store.keep_miss(MissedQuestion(get_now(), "guild:1", "miss", letter * 9))

    seen = await show(client, "/desk")

    assert len(re.findall(r"([a-z])\1{8}", seen.text)) == 20
